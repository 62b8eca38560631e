"""A process that records without end, for tests that kill it or take its disk away.

Usage: python -m tests.consult.recording.child <folder> [file size limit in bytes, 0 for none] [key]
Prints one JSON line after each second of media that is safely written, and one when the recording fails.
"""

import json
import resource
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

from consult.recording import RoomRecorder, State, TrackRecorder
from consult.recording.keys import RecordingKey
from consult.recording.writer import Writer
from tests.consult.recording.rooms import begin, send
from tests.consult.recording.streams import FRAME_RATE, Sent, audio, video
from tests.waiting import until


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def second_of(media: list[Sent], number: int, ticks: int) -> list[Sent]:
    """The same second of media, as it would come `number` seconds later."""
    return [
        replace(
            packet,
            sequence=packet.sequence + number * len(media),
            timestamp=packet.timestamp + number * ticks,
            time=packet.time + number,
        )
        for packet in media
    ]


def written(track: TrackRecorder, seconds: int, margin: float) -> bool:
    return track.state != State.RECORDING or track.facts.duration > seconds - margin


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[2] != "0":
        limit = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    key = RecordingKey.parse(sys.argv[3]) if len(sys.argv) > 3 else None
    recorder = RoomRecorder(Path(sys.argv[1]), "room", "node", Writer(tick=0.02), key)
    picture, sound = begin(recorder, "video/VP8"), begin(recorder, "audio/opus")
    begun = time.monotonic()
    for number in count():
        send(picture, second_of(video(frames=FRAME_RATE), number, 90_000), begun)
        send(sound, second_of(audio(50), number, 48_000), begun)
        until(lambda: written(picture, number + 1, 0.05), "the picture is written")  # noqa: B023
        until(lambda: written(sound, number + 1, 0.05), "the sound is written")  # noqa: B023
        if State.FAILED in (picture.state, sound.state):
            break
        say(frames=(number + 1) * FRAME_RATE - 1, sounds=(number + 1) * 50 - 2)
    until(lambda: recorder.failure, "the recorder says that it failed")
    say(failure=recorder.failure, error=picture.error, live=recorder.live, sound=sound.state)
    recorder.close()


if __name__ == "__main__":
    main()
