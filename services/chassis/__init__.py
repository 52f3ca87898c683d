"""What all services share and nothing of any domain."""
