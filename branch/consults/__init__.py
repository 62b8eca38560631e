"""A video consult from its request to what was agreed."""
