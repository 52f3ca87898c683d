"""Two searches for the fewest breaks, each in a process of its own, raced against the clock; and the command for it."""
