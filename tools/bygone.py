"""Days that were, for pictures and trials: a fortnight of tickets at the centre, a season's leaves on the branch's tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from branch import clock, ids
from branch.database import Database
from branch.link import inbox
from branch.tree.services import keep

SEOUL, BRANCH, STREAM = ZoneInfo("Asia/Seoul"), "seongsu", "0" * 32
DAYS = 14
# By service: letter, its desks, customers on an ordinary hour, usual minutes.
SERVICES = {
    "deposits": ("A", (1, 2), 9.0, 6.0),
    "savings": ("B", (2, 3), 2.0, 12.0),
    "loans": ("C", (4,), 1.1, 26.0),
    "exchange": ("D", (3,), 2.5, 8.0),
    "cards": ("E", (1, 2), 2.5, 8.0),
}
RUSH = {9: 0.8, 10: 1.2, 11: 1.3, 12: 1.4, 13: 1.2, 14: 0.9, 15: 0.7}
MISSED = 0.04
LEAVES, WORDS = 160, ("strength", "slowly", "thanks", "together", "luck", "good-day")

Event = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """Somebody's number of a day, and when they were helped where."""

    service: str
    serial: int
    issued: datetime
    called: datetime
    over: datetime
    desk: int


def fill(centre: Database, hub: Database) -> None:
    """Tell the centre of the last fortnight, and let the branch's tree have its leaves; the same each time."""
    chance, sequence = Random(2026), count(1)
    today = clock.now().astimezone(SEOUL).date()
    weekdays = (day for past in range(DAYS, 0, -1) if (day := today - timedelta(past)).weekday() < 5)
    with centre.transaction() as session:
        for day in weekdays:
            events = sorted(_day(day, chance), key=lambda event: event["at"])
            told = [{**event, "sequence": next(sequence)} for event in events]
            inbox.receive(session, BRANCH, STREAM, told)
    with hub.transaction() as session:
        for leaf in range(LEAVES):
            since = timedelta(days=chance.expovariate(0.1) if leaf % 8 else 0)
            keep(session, BRANCH, ids.digest(f"leaf {leaf}")[:32], chance.choice(WORDS), clock.now() - since)


def _day(day: date, chance: Random) -> Iterator[Event]:
    for turn in _turns(day, chance):
        yield from _told(turn, missed=chance.random() < MISSED)


def _turns(day: date, chance: Random) -> Iterator[Turn]:
    free = dict.fromkeys(range(1, 5), datetime.combine(day, time(9), SEOUL))
    for service, (_, desks, often, minutes) in SERVICES.items():
        for serial, issued in enumerate(_arrivals(day, often * chance.uniform(0.75, 1.15), chance), 1):
            desk = min(desks, key=lambda desk: free[desk])
            called = max(issued, free[desk]) + timedelta(minutes=chance.uniform(0.2, 1.5))
            over = called + timedelta(minutes=chance.lognormvariate(0, 0.5) * minutes * 0.7)
            free[desk] = min(over, issued + timedelta(minutes=25))
            yield Turn(service, serial, issued, called, over, desk)


def _arrivals(day: date, often: float, chance: Random) -> Iterator[datetime]:
    for hour, rush in RUSH.items():
        for taken in sorted(chance.uniform(0, 60) for _ in range(round(often * rush))):
            yield datetime.combine(day, time(hour), SEOUL) + timedelta(minutes=taken)


def _told(turn: Turn, *, missed: bool) -> Iterator[Event]:
    visit, ticket, letter = ids.new_id(), {"ticket": ids.new_id()}, SERVICES[turn.service][0]
    number = {"number": f"{letter}-{turn.serial:03d}", "letter": letter, "serial": turn.serial}
    day = {"day": turn.issued.date().isoformat(), "service": turn.service, "promised": [0, 10]}
    end: tuple[str, Event] = ("no_show", {}) if missed else ("finished", {"outcome": "done"})
    yield _event(visit, "visit.opened", turn.issued, {"origin": "kiosk", "language": "ko"})
    yield _event(
        visit,
        "ticket.issued",
        turn.issued,
        {**ticket, **number, **day, "issued_at": turn.issued.isoformat()},
    )
    yield _event(visit, "ticket.called", turn.called, {**ticket, "desk": f"{BRANCH}-{turn.desk}"})
    yield _event(visit, f"ticket.{end[0]}", turn.over, {**ticket, **end[1]})


def _event(visit: str, kind: str, at: datetime, payload: Event) -> Event:
    return {"id": ids.new_id(), "visit": visit, "kind": kind, "at": at.isoformat(), "payload": payload}
