"""Vision: what a camera frame shows, read in a child process that may be killed at any time."""
