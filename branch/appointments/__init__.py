"""Coming at an agreed time: the calendar and its rules, booking at the centre, arriving in the branch."""
