"""Handing a visit from one screen to another by a short code."""
