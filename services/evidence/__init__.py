"""What an auditor asks of the whole suite: replays with their differences, and exports that can be checked elsewhere."""
