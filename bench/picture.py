"""Camera video as a browser sends it: a moving 720p picture, really encoded to VP8 once, cut into RTP payloads."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy

WIDTH, HEIGHT = 1280, 720
FRAMES_PER_SECOND = 30
SECONDS = 3
BITS_PER_SECOND = 1_140_000
PATCH = 400
LARGEST_PAYLOAD = 1130
"""With the bit rate above this makes about 139 packets a second."""


def encoded_loop() -> list[bytes]:
    """Return VP8 frames that can be played round and round: the first is a key frame, no other is.

    A negative cpu-used keeps the encoder from looking at the clock, so that every run gets the same frames.
    """
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.bit_rate, encoder.gop_size = BITS_PER_SECOND, FRAMES_PER_SECOND * SECONDS
    encoder.time_base = Fraction(1, FRAMES_PER_SECOND)
    encoder.framerate = Fraction(FRAMES_PER_SECOND)
    encoder.options = {"deadline": "realtime", "cpu-used": "-8", "lag-in-frames": "0", "error-resilient": "1"}
    packets = [packet for frame in _frames() for packet in encoder.encode(frame)]
    return [bytes(packet) for packet in [*packets, *encoder.encode(None)]]


def payloads(frame: bytes, number: int) -> list[bytes]:
    """Cut a frame into parts of even size, each behind its payload descriptor (RFC 7741 section 4.2)."""
    count = -(-len(frame) // LARGEST_PAYLOAD)
    size = -(-len(frame) // count)
    picture = (0x8000 | number & 0x7FFF).to_bytes(2, "big")
    parts = [frame[position : position + size] for position in range(0, len(frame), size)]
    return [bytes((0x80 if index else 0x90, 0x80)) + picture + part for index, part in enumerate(parts)]


def _frames() -> Iterator[av.VideoFrame]:
    """A soft background with a grainy patch, about a person's size, that changes from picture to picture."""
    random = numpy.random.default_rng(7)
    background = numpy.tile(numpy.linspace(60, 180, WIDTH), (HEIGHT, 1))
    for number in range(FRAMES_PER_SECOND * SECONDS):
        planes = numpy.full((HEIGHT * 3 // 2, WIDTH), 128, dtype=numpy.uint8)
        planes[:HEIGHT] = background
        grain = random.integers(0, 60, (PATCH // 8, PATCH // 8)).repeat(8, 0).repeat(8, 1)
        planes[200 : 200 + PATCH, 400 + number : 400 + number + PATCH] = 80 + grain
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
        yield frame
