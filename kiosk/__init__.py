"""The branch hub: kiosk screens, queue tickets, desk, display."""
