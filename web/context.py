"""What every view of the centre works with, put together once in app.py."""

from dataclasses import dataclass

from flask_limiter import Limiter

from branch.content.catalogue import Catalogue
from branch.database import Database
from web.archive import Archive
from web.meeting import Meeting
from web.notifier import Notifier
from web.recorders import Recorders
from web.rehearsal import Rehearsal
from web.settings import CentreSettings


@dataclass(frozen=True)
class Centre:
    """The centre: its settings, its database, its content, its way to the media nodes."""

    settings: CentreSettings
    database: Database
    catalogue: Catalogue
    meeting: Meeting
    limiter: Limiter
    rehearsal: Rehearsal
    recorders: Recorders
    archive: Archive
    notifier: Notifier | None
