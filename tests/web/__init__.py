"""The centre's pages and calls."""
