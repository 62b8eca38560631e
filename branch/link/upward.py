"""One event as a hub sends it up the link."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Upward(BaseModel):
    """One event as a hub sends it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sequence: Annotated[int, Field(ge=1)]
    id: Id
    visit: Id
    kind: Annotated[str, Field(max_length=40)]
    at: datetime
    payload: dict[str, Any]


Projection = Callable[[Session, str, Upward], None]
