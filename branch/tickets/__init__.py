"""Queue tickets: numbers, order, calling, and an honest wait."""
