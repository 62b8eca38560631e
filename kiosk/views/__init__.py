"""The hub's routes by noun: each parses, calls one function, renders."""
