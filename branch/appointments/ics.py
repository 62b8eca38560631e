"""An appointment as a calendar file (RFC 5545), for the calendar in the phone."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event


def calendar_file(
    uid: str, starts_at: datetime, minutes: int, summary: str, place: str, url: str, changes: int
) -> bytes:
    """One event with a reminder an hour before; a later file with more `changes` takes the place of an earlier one."""
    calendar, event, alarm = Calendar(), Event(), Alarm()
    calendar.add("prodid", "-//Maru//branch//KO")
    calendar.add("version", "2.0")
    event.add("uid", f"{uid}@maru")
    event.add("dtstamp", starts_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=minutes))
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", url)
    event.add("sequence", changes)
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(hours=-1))
    event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
