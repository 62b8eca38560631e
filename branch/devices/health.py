"""How a device is, from what its page and its device agent said last: one state, and what somebody should do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from branch.devices.models import DeviceKind
from branch.errors import BadInput

SILENT_AFTER = timedelta(seconds=60)
LEAST_DISK_MB = 500
Word = Annotated[str, Field(max_length=40)]


class State(StrEnum):
    """A device at one look."""

    OK = "ok"
    ATTENTION = "attention"
    SILENT = "silent"
    NEW = "new"


class Sense(StrEnum):
    """What a page knows of its camera or microphone without switching it on."""

    OK = "ok"
    MISSING = "missing"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pulse:
    """What a page says of itself: camera, microphone, and the version it was served with."""

    camera: Sense = Sense.UNKNOWN
    microphone: Sense = Sense.UNKNOWN
    version: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "Pulse":
        """From what came over the network or out of the database; what is not understood is unknown."""
        version = sent.get("version")
        return cls(
            _sense(sent.get("camera")),
            _sense(sent.get("microphone")),
            version[:20] if isinstance(version, str) else "",
        )

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)


@dataclass(frozen=True)
class Card:
    """One device as it is shown to people, and told to the centre; `paper` is None where nothing is printed.

    `troubles` are stable words, the most urgent first; `signaling/device_words.py` says them in sentences.
    """

    id: str | None
    kind: str
    place: str
    number: int
    state: str
    seen_at: str | None
    paper: str | None
    camera: str | None
    microphone: str | None
    disk_mb: int | None
    version: str
    simulated: bool = False
    troubles: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For the link to the centre."""
        return asdict(self)


@dataclass(frozen=True)
class Agent:
    """What a device agent said last, and whether it answers now."""

    answers: bool
    status: Mapping[str, Any] = field(default_factory=dict)

    @property
    def printer(self) -> Mapping[str, Any]:
        """The part of its status about the printer."""
        printer = self.status.get("printer")
        return printer if isinstance(printer, Mapping) else {}

    @property
    def disk_mb(self) -> int | None:
        """Room left on its disk, in megabytes."""
        disk = self.status.get("disk_mb")
        return disk if isinstance(disk, int) else None


class _Told(BaseModel):
    """A card as it comes over the link, from a hub of any version; what is new to us is left out."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(max_length=32)] | None
    kind: Word
    place: Annotated[str, Field(max_length=40)]
    number: int
    state: Word
    seen_at: AwareDatetime | None
    paper: Word | None
    camera: Word | None
    microphone: Word | None
    disk_mb: int | None
    version: Word
    simulated: bool = False
    troubles: Annotated[list[Word], Field(max_length=20)] = []


def read_card(sent: object) -> Card:
    """A card from the other end of the link. Raises BadInput for anything else."""
    try:
        told = _Told.model_validate(sent).model_dump(mode="json")
    except ValidationError:
        raise BadInput() from None
    return Card(**{**told, "troubles": tuple(told["troubles"])})


def card(
    identity: tuple[str | None, str, str, int],
    seen_at: datetime | None,
    pulse: Pulse,
    agent: Agent | None,
    now: datetime,
    version: str,
) -> Card:
    """The card of a device; `identity` is id, kind, place and number, `version` is what the hub serves today."""
    is_kiosk = identity[1] == DeviceKind.KIOSK
    found = _troubles(is_kiosk, seen_at, pulse, agent, now, version)
    return Card(
        *identity,
        state=_state(seen_at, found),
        seen_at=seen_at.isoformat() if seen_at else None,
        paper=str(agent.printer.get("paper", "unknown")) if agent else None,
        camera=pulse.camera if is_kiosk else None,
        microphone=pulse.microphone if is_kiosk else None,
        disk_mb=agent.disk_mb if agent else None,
        version=pulse.version,
        simulated=bool(agent and agent.printer.get("simulated")),
        troubles=tuple(found),
    )


def _state(seen_at: datetime | None, found: list[str]) -> State:
    if seen_at is None:
        return State.NEW
    if "silent" in found:
        return State.SILENT
    return State.ATTENTION if found else State.OK


def _troubles(
    is_kiosk: bool, seen_at: datetime | None, pulse: Pulse, agent: Agent | None, now: datetime, version: str
) -> list[str]:
    if seen_at is None:
        return ["new"]
    found = ["silent"] if now - seen_at > SILENT_AFTER else []
    if agent is not None:
        found += _of_agent(agent)
    if is_kiosk and "silent" not in found:
        found += _of_senses(pulse)
    if pulse.version and pulse.version != version:
        found.append("version_old")
    return found


def _of_agent(agent: Agent) -> list[str]:
    if not agent.answers:
        return ["agent_off"]
    paper, state = agent.printer.get("paper"), agent.printer.get("state")
    rules = (
        ("paper_out", paper == "out"),
        ("cover_open", state == "cover_open"),
        ("printer_off", state == "unavailable"),
        ("paper_low", paper == "low"),
        ("disk_low", agent.disk_mb is not None and agent.disk_mb < LEAST_DISK_MB),
    )
    return [trouble for trouble, applies in rules if applies]


def _of_senses(pulse: Pulse) -> list[str]:
    bad = {Sense.MISSING, Sense.DENIED}
    senses = (("camera", pulse.camera), ("microphone", pulse.microphone))
    return [f"{name}_{sense}" for name, sense in senses if sense in bad]


def _sense(sent: object) -> Sense:
    return Sense(sent) if isinstance(sent, str) and sent in set(Sense) else Sense.UNKNOWN
