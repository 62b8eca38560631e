"""Reading what an event brought: every field is checked before it reaches the business."""

from typing import Any

from branch.consults.models import MediaState
from branch.errors import BadInput

ID_LIMIT = 64


def identifier(detail: dict[str, Any], name: str) -> str:
    """An opaque id. Raises BadInput for anything else."""
    value = detail.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= ID_LIMIT:
        raise BadInput()
    return value


def text(detail: dict[str, Any], name: str) -> str:
    """Words of a person; how long they may be is for the business to say. Raises BadInput when it is not text."""
    value = detail.get(name)
    if not isinstance(value, str):
        raise BadInput()
    return value


def entries(detail: dict[str, Any], name: str) -> list[Any]:
    """A list. Raises BadInput for anything else."""
    value = detail.get(name)
    if not isinstance(value, list):
        raise BadInput()
    return value


def media_state(detail: dict[str, Any]) -> MediaState:
    """How the sender's media stands. Raises BadInput for an unknown word."""
    try:
        return MediaState(str(detail.get("state")))
    except ValueError:
        raise BadInput() from None


def muted(detail: dict[str, Any]) -> bool:
    """Whether the sender's microphone is off; not, where nothing is said of it. Raises BadInput for anything else."""
    value = detail.get("muted", False)
    if not isinstance(value, bool):
        raise BadInput()
    return value
