"""Which script and look a page has: a screen that runs for weeks loads itself anew when they change."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path


def version_of(static: Path, names: Sequence[str]) -> str:
    """Changes when one of these files does."""
    digest = sha256()
    for name in names:
        file = static / name
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()[:12]
