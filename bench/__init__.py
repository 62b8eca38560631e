"""Measuring: each line is one JSON object, a ratio against a peer or a limit in the same run."""
