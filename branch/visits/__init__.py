"""A visit: one person's thread through kiosk, phone, queue, consult and survey."""
