"""Synthetic picture and sound, encoded and packetised as a browser would send them."""

from __future__ import annotations

import fractions
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Any, Literal

import av
import numpy as np
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder

Kind = Literal["audio", "video"]
VP8, H264, OPUS = 96, 102, 111
FRAME_RATE = 25
ENCODERS: dict[str, Callable[[], Any]] = {"video/VP8": Vp8Encoder, "video/H264": H264Encoder}
PAYLOAD_TYPES = {"video/VP8": VP8, "video/H264": H264, "audio/opus": OPUS}
RTX = 97


@dataclass(frozen=True)
class Sent:
    """One RTP packet on its way; `time` is when it arrives, in seconds after the first."""

    payload_type: int
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    time: float
    ssrc: int = 0x1234
    extension: bytes = b""
    padding: int = 0

    def __bytes__(self) -> bytes:
        first = 0x80 | (0x10 if self.extension else 0) | (0x20 if self.padding else 0)
        head = struct.pack(
            "!BBHII",
            first,
            self.marker << 7 | self.payload_type,
            self.sequence & 0xFFFF,
            self.timestamp & 0xFFFFFFFF,
            self.ssrc,
        )
        if self.extension:
            head += struct.pack("!HH", 0xBEDE, len(self.extension) // 4) + self.extension
        tail = bytes(self.padding - 1) + bytes([self.padding]) if self.padding else b""
        return head + self.payload + tail

    def as_retransmission(self, sequence: int) -> Sent:
        """The same packet on the RTX stream (RFC 4588 section 4)."""
        payload = struct.pack("!H", self.sequence & 0xFFFF) + self.payload
        return replace(self, payload_type=RTX, ssrc=0x4321, sequence=sequence, payload=payload)


@cache
def _pictures(codec: str, frames: int, width: int, height: int, key_every: int) -> list[list[bytes]]:
    encoder = ENCODERS[codec]()
    encoder.target_bitrate = 1_500_000
    noise = np.random.default_rng(7)
    pictures = []
    for number in range(frames):
        pixels = noise.integers(0, 255, (height, width, 3), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = number, fractions.Fraction(1, FRAME_RATE)
        payloads, _ = encoder.encode(frame, force_keyframe=number % key_every == 0)
        assert payloads, "the encoder kept a picture back"
        pictures.append(payloads)
    return pictures


def video(
    codec: str = "video/VP8",
    frames: int = 50,
    width: int = 320,
    height: int = 180,
    key_every: int = 1000,
    sequence: int = 100,
    timestamp: int = 5_000,
) -> list[Sent]:
    """Packets of a picture of noise at 25 frames a second."""
    numbers = count(sequence)
    packets = []
    for number, payloads in enumerate(_pictures(codec, frames, width, height, key_every)):
        ticks = timestamp + number * 90_000 // FRAME_RATE
        for payload in payloads:
            last = payload is payloads[-1]
            moment = number / FRAME_RATE
            packets.append(Sent(PAYLOAD_TYPES[codec], next(numbers), ticks, last, payload, moment))
    return packets


@cache
def _sounds(packets: int) -> list[bytes]:
    encoder = OpusEncoder()
    payloads: list[bytes] = []
    for number in count():
        moments = (np.arange(960) + number * 960) / 48_000
        wave = (np.sin(2 * np.pi * 440 * moments) * 12_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.pts, frame.sample_rate, frame.time_base = number * 960, 48_000, fractions.Fraction(1, 48_000)
        payloads += encoder.encode(frame)[0]
        if len(payloads) >= packets:
            return payloads[:packets]
    raise AssertionError("unreachable")


def audio(packets: int = 100, sequence: int = 100, timestamp: int = 5_000) -> list[Sent]:
    """Packets of a 440 Hz tone, 20 ms each."""
    return [
        Sent(OPUS, sequence + number, timestamp + number * 960, number == 0, payload, number * 0.02)
        for number, payload in enumerate(_sounds(packets))
    ]


def frames_of(packets: list[Sent]) -> list[list[Sent]]:
    """The packets put together by picture."""
    groups: dict[int, list[Sent]] = {}
    for packet in packets:
        groups.setdefault(packet.timestamp, []).append(packet)
    return list(groups.values())
