"""A branch as somebody at home sees it: its services in plain words, with the wait now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from branch import clock
from branch.people.models import Branch
from branch.tickets.models import Service
from branch.tickets.services import is_open, services_of
from branch.tickets.wait import Wait, situation


@dataclass(frozen=True)
class Offered:
    """A service, whether it gives out numbers now, and the wait of somebody who takes one."""

    service: Service
    open: bool
    wait: Wait

    @property
    def hours(self) -> tuple[str, str] | None:
        """Opening and closing time as HH:MM, in the branch's own time."""
        if self.service.opens is None or self.service.closes is None:
            return None
        return self.service.opens.strftime("%H:%M"), self.service.closes.strftime("%H:%M")


def offered(session: Session, branch: Branch, at: datetime | None = None) -> list[Offered]:
    """Every service of the branch, in the order of letters."""
    line, now = situation(session, branch.id), at or clock.now()
    return [
        Offered(service, is_open(service, branch, now), line.newcomer(service.slug))
        for service in services_of(session, branch.id)
    ]
