"""What a browser may send us as text: offers (RFC 8866) and trickled candidates (RFC 8840), checked first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from aiortc.rtcicetransport import RTCIceCandidate
from aiortc.sdp import candidate_from_sdp

from consult.errors import BadOffer

MAX_LINES = 16
MAX_CANDIDATES = 64
COMPONENTS = (1, 2)
"""RTP, and RTCP where it is not multiplexed (RFC 8839 section 5.1)."""
MOST_SHOWN = 120
LINE_BREAK = re.compile(r"\r\n|\n")
HIDDEN_HOST = ".local"
"""Names instead of addresses (mDNS): looking them up would ask the whole network and wait for it."""


def check_offer(text: str) -> str:
    """Return an offer that is worth answering, without what would make us wait; raise BadOffer.

    Candidates named by mDNS are left out, since the browser reaches us by ours; so is end-of-candidates, since
    then aioice would give up before it has been reached.
    """
    if not text.startswith("v=0"):
        raise BadOffer("the body is not a session description")
    lines = [line for line in LINE_BREAK.split(text) if line]
    kinds = [line[2:].split(" ", 1)[0] for line in lines if line.startswith("m=")]
    if len(kinds) > MAX_LINES:
        raise BadOffer(f"the offer has more than {MAX_LINES} media lines")
    if "audio" not in kinds or "video" not in kinds:
        raise BadOffer("the offer lacks an audio or a video line")
    if not any(line.startswith("a=group:BUNDLE ") for line in lines):
        raise BadOffer("the offer does not bundle its media lines")
    if sum(line.startswith("a=candidate:") for line in lines) > MAX_CANDIDATES * len(kinds):
        raise BadOffer("the offer has too many candidates")
    kept = [line for line in lines if not _keeps_us_waiting(line)]
    for line in kept:
        if line.startswith("a=candidate:"):
            _candidate(line)
    return "\r\n".join(kept) + "\r\n"


def advertise(answer: str, address: str | None) -> str:
    """Return the answer with `address` in place of the host addresses we are bound to (RFC 8839 section 5.1)."""
    if address is None:
        return answer
    return re.sub(r"(?m)^(a=candidate:\S+ \d+ \S+ \d+ )\S+( \d+ typ host)", rf"\g<1>{address}\g<2>", answer)


def candidates(fragment: str) -> Iterator[RTCIceCandidate]:
    """Yield the candidates of a trickle fragment; raise BadOffer where one cannot be read.

    Under BUNDLE all lines share one transport, so each candidate is taken for the first line.
    """
    found = [line for line in LINE_BREAK.split(fragment) if line.startswith("a=candidate:")]
    if len(found) > MAX_CANDIDATES:
        raise BadOffer(f"the fragment has more than {MAX_CANDIDATES} candidates")
    for line in found:
        if _keeps_us_waiting(line):
            continue
        candidate = _candidate(line)
        if candidate.protocol.lower() == "udp":
            candidate.sdpMLineIndex = 0
            yield candidate


def _candidate(line: str) -> RTCIceCandidate:
    """Read a candidate; raise BadOffer. A port that is none would break the socket of whoever sends there."""
    try:
        candidate = candidate_from_sdp(line.removeprefix("a=candidate:"))
        ip_address(candidate.ip)
    except (AssertionError, ValueError, IndexError) as error:
        raise BadOffer(f"a candidate cannot be read: {line[:MOST_SHOWN]}") from error
    if not 0 < candidate.port < 65536 or candidate.component not in COMPONENTS:
        raise BadOffer(f"a candidate has no such port or component: {line[:MOST_SHOWN]}")
    return candidate


def _keeps_us_waiting(line: str) -> bool:
    if line.startswith("a=end-of-candidates"):
        return True
    fields = line.split(" ")
    return line.startswith("a=candidate:") and len(fields) > 4 and fields[4].endswith(HIDDEN_HOST)
