"""The device agent, as a real process, and its parts."""
