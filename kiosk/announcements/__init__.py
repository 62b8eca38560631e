"""Calling numbers aloud in the waiting room: how they are read, who speaks, and what a display is told."""
