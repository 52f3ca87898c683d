"""What registration decides: pure functions over frozen states."""
