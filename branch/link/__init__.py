"""The link between a branch hub and the centre: an outbox up, commands down, both idempotent."""
