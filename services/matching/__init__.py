"""Matching: buyers' answers, the timetable of a fair and its floor on the day."""
