"""The business: visits, tickets, consults, surveys, people, content and the database. No web, no media, no devices."""
