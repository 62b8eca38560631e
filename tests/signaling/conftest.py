"""A centre for each test, as for its pages."""

from tests.web.conftest import database_file, house, seeded

__all__ = ["database_file", "house", "seeded"]
