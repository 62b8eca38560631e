"""Names that become folders and files of recordings."""

import re

from consult.recording.errors import BadRecordingName

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def check_name(name: str) -> str:
    """Return the name of a room or participant; raise BadRecordingName when it is no safe file name."""
    if SAFE_NAME.fullmatch(name) is None:
        raise BadRecordingName(f"not a safe file name: {name[:80]!r}")
    return name
