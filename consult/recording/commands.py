"""`python -m consult verify` and `python -m consult export`: what a bank's people do with recordings.

Both read MARU_MEDIA_RECORDING_KEY and MARU_MEDIA_STORE…, where there are any, from the environment.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from consult.recording.errors import RecordingError, from_os_error
from consult.recording.export import export
from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.recording.verify import PartResult, RoomResult, verify_room
from consult.recording.verify_track import TrackResult
from consult.store.errors import StoreError
from consult.store.rooms import opened

KEY_SETTING = "MARU_MEDIA_RECORDING_KEY"
HOLDS, BROKEN, CANNOT = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; 0 when it went well, 1 when a recording does not hold, 2 when it cannot be done."""
    chosen = _parser().parse_args(arguments)
    try:
        text = os.environ.get(KEY_SETTING)
        key = RecordingKey.parse(text) if text else None
    except ValueError as error:
        print(f"consult: {KEY_SETTING}: {error}", file=sys.stderr)
        return CANNOT
    try:
        with opened(chosen.room) as room:
            return _verify(room, chosen, key) if chosen.command == "verify" else _export(room, chosen, key)
    except ValueError as error:
        print(f"consult: {error}", file=sys.stderr)
    except (RecordingError, StoreError) as error:
        print(f"consult: [{error.code}] {error}", file=sys.stderr)
    except OSError as error:
        print(f"consult: [{from_os_error(error).code}] {error}", file=sys.stderr)
    return CANNOT


def verify_command(arguments: Sequence[str]) -> int:
    """`python -m consult verify`."""
    return main(["verify", *arguments])


def export_command(arguments: Sequence[str]) -> int:
    """`python -m consult export`."""
    return main(["export", *arguments])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m consult")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="say whether a recording is as it was written")
    verify.add_argument("--json", action="store_true", help="say it for programs")
    export_ = commands.add_parser("export", help="make one file of a recording, nothing encoded anew")
    export_.add_argument("--out", type=Path, required=True, help="the Matroska file to make")
    export_.add_argument("--part", type=int, help="only this part; without it all, one after the other")
    for command in (verify, export_):
        command.add_argument(
            "room", help="a consult: <recordings>/<consult>, or s3://bucket/prefix/<consult>"
        )
    return parser


def _verify(room: Place, chosen: argparse.Namespace, key: RecordingKey | None) -> int:
    result = verify_room(room, key)
    if chosen.json:
        print(json.dumps({"holds": result.holds, **asdict(result)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(sentences(result)))
    return HOLDS if result.holds else BROKEN


def _export(room: Place, chosen: argparse.Namespace, key: RecordingKey | None) -> int:
    shown = -1

    def show(share: float) -> None:
        nonlocal shown
        percent = int(share * 100)
        if percent != shown:
            shown = percent
            print(f"\r{percent:3d} %", end="", file=sys.stderr, flush=True)

    tracks = export(room, chosen.out, key, chosen.part, show)
    print(f"\n{chosen.out}: {tracks} tracks, {chosen.out.stat().st_size:,} bytes", file=sys.stderr)
    return HOLDS


def sentences(result: RoomResult) -> list[str]:
    """The result in lines for people."""
    lines = [f"room {result.room}: {len(result.parts)} parts"]
    for part in result.parts:
        lines += _of_part(part)
    lines += [f"PROBLEM: {problem}" for problem in result.problems]
    lines.append(
        "Everything holds." if result.holds else f"{result.count} problems: this is not what was recorded."
    )
    return lines


def _of_part(part: PartResult) -> list[str]:
    lines = []
    if part.before is not None:
        gap = part.before
        lines.append(f"gap between parts: {gap['from']} to {gap['to']}, {gap['reason']}")
    until = part.ended_at or "unknown"
    lines.append(
        f"part {part.part}: {part.state or 'unreadable'}; node {part.node}; {part.started_at} to {until}"
    )
    people = ", ".join(f"{who['participant']} ({who['role']})" for who in part.participants)
    lines += [f"  with {people}"] if people else []
    lines += [f"  paused from {pause['from']} to {pause['to']} s" for pause in part.pauses]
    lines += [f"  {note}" for note in part.notes]
    lines += [f"  PROBLEM: {problem}" for problem in part.problems]
    for track in part.tracks:
        lines += _of_track(track)
    return lines


def _of_track(track: TrackResult) -> list[str]:
    state = "does NOT hold" if track.problems else "holds"
    span = "" if track.begin is None else f", {track.begin} to {track.end} s"
    lines = [f"  {track.file}: {state}; {track.segments} segments, {track.bytes:,} bytes{span}"]
    lines += [
        f"    gap stated: {gap['from']} to {gap['to']} s, {gap['reason']}, {gap['packets']} packets"
        for gap in track.gaps
    ]
    lines += [f"    {note}" for note in track.notes]
    return lines + [f"    PROBLEM: {problem}" for problem in track.problems]
