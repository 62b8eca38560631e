"""The device agent on each kiosk: vision, receipt printer."""

__version__ = "0.1.0"
