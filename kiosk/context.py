"""What every screen of the hub works with, put together once in app.py and handed to each view."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_limiter import Limiter
from sqlalchemy.orm import Session

from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.people.models import Branch
from kiosk.announcements.voice import Voice
from kiosk.printing import Printing
from kiosk.settings import HubSettings
from kiosk.watch import Watch
from signaling.link_client import LinkClient


@dataclass(frozen=True)
class Hub:
    """One branch's hub: its settings, its database, its content, its branch, and its ways to centre and printer."""

    settings: HubSettings
    database: Database
    catalogue: Catalogue
    branch: Branch
    limiter: Limiter
    link: LinkClient
    printing: Printing
    voice: Voice
    desks_moved: Callable[[], None]
    devices_moved: Callable[[], None]
    watch: Watch
    version: str

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction on the hub's database."""
        with self.database.transaction() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only."""
        with self.database.reading() as session:
            yield session

    def local(self, at: datetime) -> datetime:
        """A moment as the branch's own clock shows it."""
        return at.astimezone(ZoneInfo(self.branch.timezone))
