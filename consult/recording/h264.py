"""H264 pictures out of RTP payloads (RFC 6184), laid out as Matroska wants them: length before each NAL unit."""

from struct import Struct

from consult.recording.depacketize import Picture, VideoDepacketizer
from consult.recording.sps import picture_size

LENGTH = Struct("!I")
IDR, SPS, PPS, STAP_A, FU_A = 5, 7, 8, 24, 28
TYPE = 0x1F


def split_aggregate(payload: bytes) -> list[bytes]:
    """NAL units of a STAP-A packet (RFC 6184 section 5.7.1); a unit cut short is left out."""
    units, position = [], 1
    while position + 2 < len(payload):
        end = position + 2 + int.from_bytes(payload[position : position + 2])
        if end > len(payload):
            break
        units.append(payload[position + 2 : end])
        position = end
    return [unit for unit in units if unit]


def decoder_configuration(sps: bytes, pps: bytes) -> bytes:
    """The avcC record with one SPS and one PPS and 4-byte lengths (ISO/IEC 14496-15 section 5.3.3)."""
    return b"".join(
        (b"\x01", sps[1:4], b"\xff\xe1", len(sps).to_bytes(2), sps, b"\x01", len(pps).to_bytes(2), pps)
    )


def nal_units(payloads: list[bytes]) -> list[list[bytes]]:
    """NAL units, each in one or more pieces, out of single, STAP-A and FU-A packets in order."""
    units: list[list[bytes]] = []
    for payload in payloads:
        kind = payload[0] & TYPE
        if kind == FU_A:
            _add_fragment(units, payload)
        elif kind == STAP_A:
            units.extend([unit] for unit in split_aggregate(payload))
        elif kind < STAP_A:
            units.append([payload])
    return units


def _add_fragment(units: list[list[bytes]], payload: bytes) -> None:
    """One piece of a NAL unit; its header is rebuilt from the first piece (RFC 6184 section 5.8)."""
    if len(payload) < 3:
        return
    if payload[1] & 0x80:
        units.append([bytes((payload[0] & 0xE0 | payload[1] & TYPE,))])
    if units:
        units[-1].append(payload[2:])


class H264Depacketizer(VideoDepacketizer):
    """The picture is its NAL units with their lengths in front.

    Parameter sets stay in the picture too, so that a change of size in the middle of a call decodes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sps = b""
        self._pps = b""

    def _begins(self, payload: bytes, follows: bool) -> bool:
        if follows:
            return True
        first = split_aggregate(payload)[:1] if payload[0] & TYPE == STAP_A else [payload]
        return bool(first) and first[0][0] & TYPE == SPS

    def _build(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        pieces: list[bytes] = []
        keyframe = False
        for unit in nal_units(payloads):
            kind = unit[0][0] & TYPE
            keyframe = keyframe or kind == IDR
            if kind in (SPS, PPS):
                self._remember(kind, b"".join(unit))
            pieces.append(LENGTH.pack(sum(map(len, unit))))
            pieces.extend(unit)
        return b"".join(pieces), keyframe

    def _remember(self, kind: int, unit: bytes) -> None:
        if unit in (self._sps, self._pps):
            return
        if kind == SPS:
            self._sps = unit
        else:
            self._pps = unit
        size = picture_size(self._sps) if self._sps and self._pps else None
        if size is not None:
            self.picture = Picture(*size, decoder_configuration(self._sps, self._pps))
