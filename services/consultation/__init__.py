"""Consultation: what happened at the table of each meeting, and what came of it."""
