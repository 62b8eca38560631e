"""Kiosks, displays and desk computers of a branch: how they are paired, what they hold, how they are."""
