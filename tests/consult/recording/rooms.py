"""Helpers to record packets into a room and to wait for what the recorder does with them."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from consult.recording import RoomRecorder, TrackRecorder
from tests.consult.recording.streams import PAYLOAD_TYPES, RTX, Kind, Sent

PATIENCE_SECONDS = 30.0
CLOCK_RATES = {"audio": 48_000, "video": 90_000}


def begin(recorder: RoomRecorder, codec: str, participant: str = "visitor") -> TrackRecorder:
    kind: Kind = "video" if codec.startswith("video/") else "audio"
    rtx = RTX if kind == "video" else None
    return recorder.track(
        participant, "customer", kind, codec, CLOCK_RATES[kind], PAYLOAD_TYPES[codec], rtx_payload_type=rtx
    )


def send(track: TrackRecorder, packets: Iterable[Sent], first: float | None = None) -> None:
    """Give the packets to the track as if they had come over the time they stand for."""
    begun = time.monotonic() if first is None else first
    for packet in packets:
        track.write(bytes(packet), begun + packet.time)


def record(folder: Path, codec: str, packets: Iterable[Sent]) -> dict[str, Any]:
    """Record one track into a room of its own; returns what the manifest says of the track."""
    recorder = RoomRecorder(folder, "room", "node")
    send(begin(recorder, codec), packets)
    recorder.close()
    track: dict[str, Any] = read_manifest(recorder.path)["tracks"][0]
    return track


def read_manifest(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return document
