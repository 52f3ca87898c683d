"""What people see of a day at the fair: a picture, sheets and calendars. Pure: values in, text and bytes out."""
