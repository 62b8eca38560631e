"""The packets of one peer: media out, media in counted, and the RTCP a browser would send."""

from __future__ import annotations

import time
from collections.abc import Sequence
from random import Random

from pylibsrtp._binding import ffi, lib

from bench.journey import SAMPLED, Watch
from bench.peers import SendingLine, Wire
from consult import rtcp, transportwide
from consult.rtp import HEADER, HEADER_SIZE, ONE_BYTE_PROFILE, SHORT, TWO_SHORTS, extensions

CAPACITY = 2048
BUFFER = bytearray(CAPACITY)
"""The one place packets are received into and encrypted in."""
VIEW = memoryview(BUFFER)
POINTER = ffi.cast("void *", ffi.from_buffer(BUFFER))
LENGTH = ffi.new("int *")

VERSION_AND_EXTENSION = 0x90
MARKER = 0x80
NTP_EPOCH = 2_208_988_800
CLOCK_RATES = {"audio": 48_000, "video": 90_000}


class Source:
    """One outgoing stream: header and extensions as a browser writes them, around payloads made beforehand."""

    def __init__(self, line: SendingLine, peer: PeerTraffic, random: Random) -> None:
        self.line = line
        self.packets = 0
        self.octets = 0
        self._peer = peer
        self._sequence = random.randrange(0x8000)
        self._base = random.randrange(1 << 31)
        self._ticks = 0
        self._extensions = _extension_block(line)
        self._payload_at = HEADER_SIZE + len(self._extensions)

    def send(self, payload: bytes, marker: bool, ticks: int) -> None:
        """Send one packet; `ticks` is its time on the clock of its kind of media."""
        start = self._payload_at
        end = start + len(payload)
        second = self.line.payload_type | (MARKER if marker else 0)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._ticks = ticks
        timestamp = (self._base + ticks) & 0xFFFFFFFF
        HEADER.pack_into(BUFFER, 0, VERSION_AND_EXTENSION, second, self._sequence, timestamp, self.line.ssrc)
        VIEW[HEADER_SIZE:start] = self._extensions
        VIEW[start:end] = payload
        SHORT.pack_into(BUFFER, end - 2, self._sequence)
        self.packets += 1
        self.octets += len(payload)
        if not self._sequence & SAMPLED:
            self._peer.watch.leaves(self.line.payload_type, self._sequence)
        self._peer.send_media(end)

    def report(self, now: float) -> rtcp.SenderInfo:
        """What a sender report says of this stream."""
        ntp = int((now + NTP_EPOCH) * (1 << 32))
        timestamp = (self._base + self._ticks) & 0xFFFFFFFF
        return rtcp.SenderInfo(self.line.ssrc, ntp, timestamp, self.packets, self.octets)


class PeerTraffic:
    """Everything one peer sends and receives once its connection stands."""

    def __init__(self, name: str, wire: Wire, lines: Sequence[SendingLine], random: Random) -> None:
        self.name = name
        self.wire = wire
        self.sources = {line.kind: Source(line, self, random) for line in lines}
        self.received = 0
        self.unsent = 0
        self.watch = Watch()
        """Of what this peer sends."""
        self.other = Watch()
        """Of what it gets: its partner's, once they have been brought together."""
        self._sendto = wire.socket.sendto
        self._recv_into = wire.socket.recv_into
        self._transport_id = lines[0].transport_id
        self._transport_number = 0
        self._transport_at: dict[int, int] = {}
        self._arrivals: dict[int, float] = {}
        self._latest = -1
        self._feedbacks = 0
        self._shift: dict[int, int] = {}
        """From the sequence numbers of a stream that comes in to those of its sender, by SSRC."""
        self._highest: dict[int, int] = {}

    def send_media(self, size: int) -> None:
        """Number, encrypt and send the packet in BUFFER."""
        if self._transport_id:
            self._transport_number = (self._transport_number + 1) & 0xFFFF
            SHORT.pack_into(BUFFER, HEADER_SIZE + 5, self._transport_number)
        LENGTH[0] = size
        if lib.srtp_protect(self.wire.outbound_keys, POINTER, LENGTH):
            raise RuntimeError("libsrtp refuses to encrypt")
        self._send(LENGTH[0])

    def receive(self) -> None:
        """Take what lies in the socket: count media, hand STUN and DTLS on, let RTCP pass."""
        while True:
            try:
                size = self._recv_into(BUFFER)
            except BlockingIOError:
                return
            if not 128 <= BUFFER[0] < 192:
                self.wire.datagrams(bytes(VIEW[:size]), self.wire.remote)
            elif not 192 <= BUFFER[1] < 224:
                self._count(size)

    def give_feedback(self) -> None:
        """Send transport-wide feedback about what has come since the last."""
        arrivals = sorted(self._arrivals.items())
        if not arrivals or not self._highest:
            return
        self._arrivals.clear()
        self._feedbacks += 1
        media = next(iter(self._highest))
        self._send_rtcp(transportwide.transport_feedback(self._own_ssrc, media, self._feedbacks, arrivals))

    def send_reports(self) -> None:
        """Send sender reports, and a receiver report about everything received."""
        now = time.time()
        parts = [rtcp.sender_report(source.report(now)) for source in self.sources.values()]
        blocks = [rtcp.ReportBlock(ssrc, 0, highest, 0, 0, 0) for ssrc, highest in self._highest.items()]
        self._send_rtcp(b"".join([*parts, rtcp.receiver_report(self._own_ssrc, blocks)]))

    @property
    def sent(self) -> int:
        """Media packets sent so far."""
        return sum(source.packets for source in self.sources.values())

    @property
    def _own_ssrc(self) -> int:
        return next(iter(self.sources.values())).line.ssrc

    def _count(self, size: int) -> None:
        self.received += 1
        _, second, sequence, _, ssrc = HEADER.unpack_from(BUFFER)
        shift = self._shift.get(ssrc)
        if shift is not None and not (original := sequence + shift & 0xFFFF) & SAMPLED:
            self.other.arrives(second & 0x7F, original, self.wire.socket.fileno())
        self._highest[ssrc] = sequence
        position = self._transport_at.get(ssrc)
        if position is None:
            position = self._transport_at[ssrc] = self._find_transport_number(size)
            self._learn_shift(ssrc, sequence, size)
        if not position:
            return
        number = BUFFER[position] << 8 | BUFFER[position + 1]
        latest = self._latest if self._latest >= 0 else number + 0x10000
        unwrapped = latest + ((number - latest + 0x8000) & 0xFFFF) - 0x8000
        self._latest = max(latest, unwrapped)
        self._arrivals[unwrapped] = time.monotonic()

    def _learn_shift(self, ssrc: int, sequence: int, size: int) -> None:
        """A server may number packets anew; the sender's number stands at the end of each."""
        packet = bytes(VIEW[:size])
        LENGTH[0] = size
        if not lib.srtp_unprotect(self.wire.inbound_keys, POINTER, LENGTH):
            self._shift[ssrc] = SHORT.unpack_from(BUFFER, LENGTH[0] - 2)[0] - sequence & 0xFFFF
        VIEW[:size] = packet

    def _find_transport_number(self, size: int) -> int:
        """Where it stands in the packet in BUFFER: for one stream always in the same place. 0: nowhere."""
        found = (start for number, _, start, _ in extensions(BUFFER, size) if number == self._transport_id)
        return next(found, 0)

    def _send_rtcp(self, packet: bytes) -> None:
        VIEW[: len(packet)] = packet
        LENGTH[0] = len(packet)
        if lib.srtp_protect_rtcp(self.wire.outbound_keys, POINTER, LENGTH):
            raise RuntimeError("libsrtp refuses to encrypt")
        self._send(LENGTH[0])

    def _send(self, size: int) -> None:
        try:
            self._sendto(VIEW[:size], self.wire.remote)
        except BlockingIOError:
            self.unsent += 1


def _extension_block(line: SendingLine) -> bytes:
    """Header extensions in one-byte form (RFC 8285): the transport-wide number first, then the mid."""
    elements = bytes((line.transport_id << 4 | 1, 0, 0)) if line.transport_id else b""
    if line.mid_id:
        elements += bytes((line.mid_id << 4 | len(line.mid) - 1,)) + line.mid.encode()
    elements += bytes(-len(elements) % 4)
    return TWO_SHORTS.pack(ONE_BYTE_PROFILE, len(elements) // 4) + elements
