"""How a branch worked: waits, service, missed calls and transfers, read from tickets, turns at desks, and consults."""
