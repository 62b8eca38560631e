"""All tables in one place, for migrations; and bringing a database up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData
from sqlalchemy.engine import make_url

from branch.appointments import expert_models as _expert_appointments
from branch.appointments import models as _appointments
from branch.consults import guest_models as _guests
from branch.consults import models as _consults
from branch.devices import models as _devices
from branch.handoff import models as _handoff
from branch.link import models as _link
from branch.models import Base
from branch.nodes import models as _nodes
from branch.notices import models as _notices
from branch.people import models as _people
from branch.quality import models as _quality
from branch.recordings import models as _recordings
from branch.schedule import models as _schedule
from branch.slips import models as _slips
from branch.surveys import models as _surveys
from branch.tickets import models as _tickets
from branch.tree import models as _tree
from branch.visits import models as _visits

TABLES = (
    *(_appointments, _expert_appointments),
    *(_consults, _devices, _guests, _handoff, _link, _nodes, _notices, _people),
    *(_quality, _recordings, _schedule, _slips, _surveys, _tickets, _tree, _visits),
)


def metadata() -> MetaData:
    """The metadata with every table registered."""
    return Base.metadata


def migrate(database_url: str) -> None:
    """Bring the database to the newest revision; a SQLite file's folder is made first."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["database_url"] = database_url
    command.upgrade(config, "head")
