"""The hub: screens, desk, display, printing, and its line to the centre."""
