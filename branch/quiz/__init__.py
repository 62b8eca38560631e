"""The financial-type quiz: for fun, never used to judge what a customer may buy."""
