"""The rules of matching: pure decisions over frozen states."""
