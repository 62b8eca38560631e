"""The child process that reads frames: `python -m hardware.vision.child MODEL`.

Standard input carries frames, each a 4-byte big-endian length and that many bytes of JPEG. Standard
output carries one JSON line for each, after a first line that says ready or broken. Nothing is kept.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn

from hardware.errors import BadFrame

if TYPE_CHECKING:
    from hardware.vision.landmarker import FaceLandmarker

HEADER: Final = struct.Struct(">I")
EXIT_BROKEN: Final = 3
# unshare(2): a user and a network namespace of one's own.
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000


class Answers:
    """The line-by-line way back to the agent.

    Native libraries print to descriptor 1 as they like, so the real standard output is moved away first.
    """

    def __init__(self) -> None:
        self._stream: BinaryIO = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def send(self, answer: dict[str, object]) -> None:
        self._stream.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
        self._stream.flush()


def leave_network() -> bool:
    """Go where there is no network, before anything is loaded; False where the system does not let us.

    MediaPipe's library holds a client that reports to Google how it is used, and reading frames needs no network.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(ways) == 0 for ways in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def main() -> None:
    """Load the model, say so, then answer frames until the agent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the agent's to handle
    leave_network()
    answers = Answers()
    try:
        from hardware.vision.landmarker import FaceLandmarker

        landmarker = FaceLandmarker(Path(sys.argv[1]))
    except Exception as error:
        _give_up(answers, error)
    answers.send({"type": "ready"})
    try:
        _serve(landmarker, answers)
    except Exception as error:
        _give_up(answers, error)


def _serve(landmarker: FaceLandmarker, answers: Answers) -> None:
    at = 0
    while (frame := _next_frame(sys.stdin.buffer)) is not None:
        at = max(at + 1, time.monotonic_ns() // 1_000_000)  # the graph insists on growing time
        try:
            answers.send(_read(landmarker, frame, at))
        except BadFrame as error:
            answers.send({"type": "error", **error.as_json()})


def _read(landmarker: FaceLandmarker, frame: bytes, at: int) -> dict[str, object]:
    from hardware.vision.landmarker import decode_frame

    reading = landmarker.read(decode_frame(frame), at)
    return {"type": "no-face"} if reading is None else reading.as_json()


def _next_frame(source: BinaryIO) -> bytes | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    frame = source.read(length)
    return frame if len(frame) == length else None


def _give_up(answers: Answers, error: Exception) -> NoReturn:
    # After one graph error, a failed object's destructor can hang the process for ever. Leave without it.
    answers.send({"type": "broken", "reason": f"{type(error).__name__}: {error}"[:300]})
    os._exit(EXIT_BROKEN)


if __name__ == "__main__":
    main()
