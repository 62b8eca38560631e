"""The pages and calls of the centre: each parses, calls the business, and renders."""
