"""Telling somebody who is not looking that their turn is near: by Web Push, or by a message to their phone number."""
