"""The code on the kiosk's screen that carries a visit to a phone: one at a time, kept only while it is good."""

from dataclasses import dataclass
from datetime import datetime

from flask import session

from branch import clock, ids
from branch.handoff.models import HandoffCode
from branch.handoff.services import issue_code
from kiosk.context import Hub
from kiosk.visitor import the_visit

KEY = "code"


@dataclass(frozen=True)
class Handoff:
    """A code as the screen shows it. `mark` changes with the code and says nothing about it."""

    code: str
    url: str
    mark: str
    expires_at: datetime
    claimed: bool

    @property
    def spelled(self) -> str:
        """The code in two halves, to be read aloud and typed."""
        return f"{self.code[:4]} {self.code[4:]}"


def current(hub: Hub) -> Handoff:
    """The code on the screen; a new one where there is none yet or the old one's time is over."""
    return known(hub) or renew(hub)


def known(hub: Hub) -> Handoff | None:
    """The code this screen already shows, while it is alive or was claimed."""
    code = session.get(KEY)
    if code is None:
        return None
    with hub.reading() as work:
        row = work.get(HandoffCode, ids.digest(code))
    if row is None or (row.claimed_at is None and row.expires_at <= clock.now()):
        return None
    return _shown(hub, code, row)


def renew(hub: Hub) -> Handoff:
    """A new code in place of the old one."""
    code, row = _issue(hub)
    session[KEY] = code
    return _shown(hub, code, row)


def single_use_url(hub: Hub) -> str:
    """The centre's address with a code of its own, for this browser and not for the screen."""
    code, row = _issue(hub)
    return _shown(hub, code, row).url


def _issue(hub: Hub) -> tuple[str, HandoffCode]:
    with hub.writing() as work:
        code = issue_code(work, the_visit())
        return code, work.get_one(HandoffCode, ids.digest(code))


def _shown(hub: Hub, code: str, row: HandoffCode) -> Handoff:
    url = f"{hub.settings.phone_url}/v/{code}"
    return Handoff(code, url, row.digest[:8], row.expires_at, row.claimed_at is not None)
