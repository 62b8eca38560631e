"""Visitors of a running Maru: their numbers, what their phones hold, and the teller who calls them."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Collection
from contextlib import closing

import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from bench.followers import Pass
from branch.database import Database
from branch.tickets.models import OPEN_STATES, Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.running import Maru
from tests.waiting import until

ARRIVAL = 120.0  # seconds in which the centre has heard of everything
DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)


def issue(maru: Maru, count: int) -> list[str]:
    """Numbers of people who come by phone, one after the other in one line; their visits."""
    with closing(Database(maru.layout.hub_database, outbox=True)) as database, database.transaction() as work:
        visits = [open_visit(work, "seongsu", "phone", "ko").id for _ in range(count)]
        for visit in visits:
            issue_ticket(work, visit, "deposits")
    return visits


def give_back(maru: Maru) -> None:
    """Whoever stands in the line or at a desk gives their number back."""
    with closing(Database(maru.layout.hub_database, outbox=True)) as database, database.transaction() as work:
        for ticket in work.scalars(select(Ticket.id).where(Ticket.state.in_(OPEN_STATES))).all():
            close_ticket(work, ticket, TicketState.CANCELLED)


def arrived(maru: Maru, count: int, states: Collection[TicketState] = OPEN_STATES) -> None:
    """Wait until the centre has exactly so many numbers in these states."""
    with closing(Database(maru.layout.centre_database)) as database:

        def known() -> bool:
            with database.reading() as work:
                number = select(func.count()).select_from(Ticket).where(Ticket.state.in_(states))
                return work.scalar(number) == count

        until(known, "all numbers at the centre", ARRIVAL)


def teller(maru: Maru) -> Callable[[], tuple[float, str]]:
    """Signs in at the first desk; the answer taps "next" and says when, and which number was called."""
    browser, hub = requests.Session(), maru.layout.hub_url
    link = f"{hub}{maru.desk_sign_in_path('teller@maru.example')}"
    browser.post(link, data={"csrf_token": _csrf(browser.get(link).text)})
    token = _csrf(browser.get(f"{hub}/desk").text)

    def tap() -> tuple[float, str]:
        began = time.time()
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        browser.post(f"{hub}/desk/next", headers=headers).raise_for_status()
        return began, _newest(maru)

    return tap


def phone_of(maru: Maru, visit: str) -> Pass:
    """The cookie and the token that the centre would have given this visit's phone."""
    app = Flask("phone")
    app.secret_key, secret = maru.layout.keys.centre, secrets.token_hex(20)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = signer.dumps({"visit": visit, "language": "ko", "csrf_token": secret})
    token = URLSafeTimedSerializer(maru.layout.keys.centre, salt="wtf-csrf-token").dumps(secret)
    return Pass(str(cookie), str(token))


def _newest(maru: Maru) -> str:
    with closing(Database(maru.layout.hub_database)) as database, database.reading() as work:
        return (
            work.scalars(select(Ticket).order_by(Ticket.called_at.desc().nulls_last()).limit(1)).one().number
        )


def _csrf(page: str) -> str:
    found = DATA.search(page)
    assert found, "a page without data"
    return str(json.loads(found[1])["csrf"])
