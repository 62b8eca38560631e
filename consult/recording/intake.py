"""Takes raw packets apart, keeps those of the recorded stream, and notices when its source changes."""

from dataclasses import dataclass

from consult.recording.bulk import Batch, take_apart
from consult.recording.manifest import RoomTime, TrackFacts
from consult.recording.rtp import MalformedPacket, Packet, parse


@dataclass(frozen=True)
class Source:
    """What the SDP said of the stream. `rtx_payload_type` is that of its retransmissions (RFC 4588), if any."""

    codec: str
    clock_rate: int
    payload_type: int
    rtx_payload_type: int | None = None


@dataclass(frozen=True)
class Run:
    """Packets of one source, as they arrived. `new_source`: they have nothing to do with those before."""

    new_source: bool
    packets: list[Packet]


class Intake:
    """Parses packets and counts them into the facts of the track. Arrivals become seconds on the room's time."""

    def __init__(self, source: Source, facts: TrackFacts, started: RoomTime) -> None:
        self._source = source
        self._facts = facts
        self._started = started
        self._ssrc: int | None = None

    def batch(self, raw: list[bytes], arrivals: list[float], first: int) -> Batch | None:
        """Return the packets as a batch if they go on from this number, and count them; None if they do not."""
        if self._ssrc is None:
            return None
        origin = self._started.monotonic
        moments = [arrival - origin for arrival in arrivals]
        batch = take_apart(raw, moments, self._ssrc, self._source.payload_type, first)
        if batch is not None:
            self._add(len(raw), sum(map(len, raw)), moments[0], moments[-1])
        return batch

    def runs(self, raw: list[bytes], arrivals: list[float]) -> list[Run]:
        """Sort packets, one by one, into runs; nearly always there is one."""
        packets: list[Packet] = []
        runs = [Run(False, packets)]
        origin, payload_type, size = self._started.monotonic, self._source.payload_type, 0
        for arrival, packet in zip(arrivals, raw, strict=True):
            try:
                ssrc, kind, sequence, timestamp, marker, payload = parse(packet)
            except MalformedPacket:
                self._facts.malformed += 1
                continue
            if kind != payload_type:
                if kind != self._source.rtx_payload_type or len(payload) <= 2:
                    continue
                sequence, payload = payload[0] << 8 | payload[1], payload[2:]
            elif ssrc != self._ssrc:
                packets = self._begin(ssrc, runs)
            packets.append((sequence, timestamp, marker, payload, arrival - origin))
            size += len(packet)
        self._count(runs, size)
        return runs

    def _begin(self, ssrc: int, runs: list[Run]) -> list[Packet]:
        first, self._ssrc = self._ssrc is None, ssrc
        if not first:
            runs.append(Run(True, []))
        return runs[-1].packets

    def _count(self, runs: list[Run], size: int) -> None:
        arrivals = [run.packets[edge][4] for run in runs if run.packets for edge in (0, -1)]
        if arrivals:
            self._add(sum(len(run.packets) for run in runs), size, arrivals[0], arrivals[-1])

    def _add(self, packets: int, size: int, first: float, last: float) -> None:
        facts = self._facts
        facts.bytes += size
        facts.packets += packets
        if facts.first_packet_at is None:
            facts.first_packet_at = self._started.wall + first
        facts.last_packet_at = self._started.wall + last
