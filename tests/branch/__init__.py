"""The business, on real databases."""
