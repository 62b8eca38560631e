"""The chime before a call: two struck boards of wood, the second lower, worked out as sound (no recording is shipped)."""

import math
import wave
from array import array
from pathlib import Path

RATE = 22_050  # samples a second
SECONDS = 1.1
STRIKES = ((0.0, 784.0), (0.28, 587.0))  # when, and how high in Hz
# A board's tone, and a fourth above two octaves that dies at once: ratio, loudness, seconds until it is gone.
PARTIALS = ((1.0, 0.34, 0.8), (3.9, 0.12, 0.11))
FULL = 32_767
ATTACK = 0.003  # seconds; a tone that starts at once would click


def write(file: Path) -> None:
    """Write the chime as WAV, 16 bit, mono."""
    samples = array("h", (round(FULL * _at(index / RATE)) for index in range(int(RATE * SECONDS))))
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())


def _at(moment: float) -> float:
    """The air's push at a moment, from -1 to 1."""
    return sum(_board(moment - struck, pitch) for struck, pitch in STRIKES if moment >= struck)


def _board(since: float, pitch: float) -> float:
    swing = sum(
        loudness * math.exp(-6.9 * since / length) * math.sin(2 * math.pi * pitch * ratio * since)
        for ratio, loudness, length in PARTIALS
    )
    return swing * min(1.0, since / ATTACK)
