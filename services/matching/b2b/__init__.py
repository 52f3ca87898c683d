"""Business-to-business meeting scheduling: the fewest breaks, with a proof. Pure: a problem in, a timetable out."""
