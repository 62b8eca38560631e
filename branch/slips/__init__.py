"""Paper slips of tickets: ordered with the ticket, printed when there is paper, copies marked."""
