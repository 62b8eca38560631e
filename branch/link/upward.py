"""One event as a hub sends it up the link."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

# Counts up when the shape of events changes so that an older reader would misread them.
LINK_VERSION = 1
# The same for each kind of command that is not in its first shape: an older hub leaves those asked and obeys the others.
COMMAND_VERSIONS = {"schedule.apply": 2}
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Upward(BaseModel):
    """One event as a hub sends it; `visit` is empty for what happened in the branch and in no visit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Annotated[int, Field(ge=1)] = 1
    sequence: Annotated[int, Field(ge=1)]
    id: Id
    visit: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
    kind: Annotated[str, Field(max_length=40)]
    at: datetime
    payload: dict[str, Any]


Projection = Callable[[Session, str, Upward], None]
