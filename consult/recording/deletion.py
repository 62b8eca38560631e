"""Deletes a recording whose time is over, and says what it was that is gone.

Whoever keeps the proof can show that what was deleted is what was recorded: it names the seal of every part. With a
key it is signed like a manifest; the keys of sealed files lie in the files themselves and go with them.
"""

import os
import shutil
import time
from pathlib import Path
from typing import Any

from consult.recording import manifest, parts
from consult.recording.keys import RecordingKey
from consult.recording.place import Place


def delete(folder: Path, key: RecordingKey | None) -> dict[str, Any]:
    """Delete the folder of a room; return the proof. Raises OSError, and may then be asked again."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    proof: dict[str, Any] = {
        "room": folder.name,
        "parts": [summary(number, part) for number, part in parts.listed(folder)],
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }
    # Out of sight in one step: a half-deleted folder is never taken for a recording that was tampered with.
    gone = folder.with_name(f".deleted-{folder.name}")
    shutil.rmtree(gone, ignore_errors=True)
    folder.rename(gone)
    shutil.rmtree(gone)
    _make_durable(folder.parent)
    return signed(proof, key)


def signed(proof: dict[str, Any], key: RecordingKey | None) -> dict[str, Any]:
    """The proof with the moment it is true from; with a key signed like a manifest."""
    proof = proof | {"deleted_at": manifest.iso(time.time())}
    if key is None:
        return proof
    return proof | {"key": key.name, "signature": key.sign(manifest.canonical(proof))}


def summary(number: int, folder: Place) -> dict[str, Any]:
    """What a proof says of one part: its number, its opening and its seal, None where they cannot be read."""
    try:
        document = manifest.read(folder)
    except (OSError, ValueError):
        return {"part": number, "opening": None, "seal": None}
    return {name: document.get(name) for name in ("part", "opening", "seal")}


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
