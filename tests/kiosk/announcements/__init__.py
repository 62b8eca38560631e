"""Calls in the waiting room: reading, voices, and what a display is told."""
