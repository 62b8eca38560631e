"""A ticket slip as the hub orders it, checked field by field before anything is drawn."""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hardware.errors import BadJob
from hardware.printer.practice import Practice

Kind = TypeVar("Kind", bound=BaseModel)
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class TicketSlip(BaseModel):
    """What one slip says. `wait` is the honest range in minutes; `job` names it for ever, also on disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    branch: str = Field(min_length=1, max_length=60)
    number: str = Field(pattern=r"^[0-9A-Za-z가-힣-]{1,12}$")
    service: str = Field(min_length=1, max_length=60)
    ahead: int = Field(ge=0, le=9999)
    wait: tuple[Minutes, Minutes]
    issued_at: AwareDatetime
    reprint: int = Field(default=0, ge=0, le=99, description="0 is the first slip; copies carry a mark")
    url: str = Field(pattern=r"^https?://[!-~]{1,300}$")

    @model_validator(mode="after")
    def _range_runs_upwards(self) -> Self:
        if self.wait[0] > self.wait[1]:
            raise ValueError("wait must run from the shorter to the longer time")
        return self


class PracticeOrder(BaseModel):
    """What a simulated printer shall play."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    practice: Practice


def read_slip(body: bytes) -> TicketSlip:
    """Read a slip from the JSON of POST /print. Raises BadJob naming the first field that is wrong."""
    return _read(TicketSlip, body)


def read_practice(body: bytes) -> Practice:
    """Read the JSON of POST /practice. Raises BadJob."""
    return _read(PracticeOrder, body).practice


def _read(kind: type[Kind], body: bytes) -> Kind:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "slip"
        raise BadJob(f"{field}: {first['msg']}") from None
