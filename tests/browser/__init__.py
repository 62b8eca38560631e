"""Real Chromiums against real servers."""
