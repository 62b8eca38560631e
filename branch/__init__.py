"""The business: visits, tickets, consults, surveys, people, content and the database. No web, no media, no devices."""

__version__ = "0.1.0"
