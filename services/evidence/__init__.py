"""What an auditor asks of the suite: replays with their differences, exports that can be checked elsewhere."""
