"""The centre: customer phone pages, advisor console, manager pages."""
