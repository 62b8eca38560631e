"""Small files, written so that a power cut leaves the old one or the new one, and the room that is left for them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, make sure that it is on the disk, then move it there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def room_mb(folder: Path) -> int | None:
    """Room left on the disk of a folder, in megabytes; None where it cannot be told."""
    try:
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free // 1_000_000
    except OSError:
        return None
