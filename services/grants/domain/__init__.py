"""What grants decides, purely: states, how they fold, and decisions that yield events or a Rejection."""
