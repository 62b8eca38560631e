"""People and places: branches, desks, staff and how they sign in."""
