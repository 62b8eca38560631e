"""The device agent on each kiosk: vision, receipt printer."""
