"""Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): when each packet arrived."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

from consult.rtcp import LONG, TRANSPORT_FEEDBACK, Packet, pack

TRANSPORT_WIDE = 15
TRANSPORT_HEAD = Struct("!HHI")
CHUNK_SYMBOLS = 7
LARGEST_RUN = 8191


def transport_range(packet: Packet) -> tuple[int, int]:
    """Read (base sequence number, status count) of a transport-wide feedback; raises ValueError if cut short."""
    if len(packet.body) < 16:
        raise ValueError("transport-wide feedback is cut short")
    base, count, _ = TRANSPORT_HEAD.unpack_from(packet.body, 8)
    return base, count


def moved_transport_feedback(packet: Packet, sender: int, media: int, offset: int) -> bytes:
    """Return the same feedback about other SSRCs, its sequence numbers lowered by `offset`."""
    base, _ = transport_range(packet)
    body = bytearray(packet.body)
    LONG.pack_into(body, 0, sender)
    LONG.pack_into(body, 4, media)
    body[8:10] = ((base - offset) & 0xFFFF).to_bytes(2, "big")
    return pack(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, bytes(body))


def transport_feedback(sender: int, media: int, number: int, arrivals: Sequence[tuple[int, float]]) -> bytes:
    """Build transport-wide feedback for packets that arrived.

    `arrivals` holds (sequence number unwrapped to rise for ever, seconds on a steady clock), sorted, without
    doubles and with at least one entry; `number` counts feedback packets.
    """
    base, last = arrivals[0][0], arrivals[-1][0]
    reference = int(min(at for _, at in arrivals) / 0.064)
    ticks = reference * 256
    symbols = [0] * (last - base + 1)
    deltas = bytearray()
    for sequence, at in arrivals:
        delta = max(-32768, min(32767, round(at / 0.00025) - ticks))
        ticks += delta
        small = 0 <= delta <= 255
        symbols[sequence - base] = 1 if small else 2
        deltas += delta.to_bytes(1 if small else 2, "big", signed=not small)
    head = TRANSPORT_HEAD.pack(base & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | number & 0xFF)
    body = LONG.pack(sender) + LONG.pack(media) + head + _status_chunks(symbols) + deltas
    return pack(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, body)


def _status_chunks(symbols: list[int]) -> bytes:
    """Pack statuses: runs of lost packets as run lengths, all else as vectors of seven two-bit symbols."""
    chunks = bytearray()
    position = 0
    while position < len(symbols):
        run = position
        while run < len(symbols) and symbols[run] == 0 and run - position < LARGEST_RUN:
            run += 1
        if run - position > CHUNK_SYMBOLS:
            chunks += (run - position).to_bytes(2, "big")
            position = run
            continue
        vector = 0b11
        for index in range(position, position + CHUNK_SYMBOLS):
            vector = vector << 2 | (symbols[index] if index < len(symbols) else 0)
        chunks += vector.to_bytes(2, "big")
        position += CHUNK_SYMBOLS
    return bytes(chunks)
