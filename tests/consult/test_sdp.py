"""Session descriptions and candidates before they reach aiortc."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from consult import sdp
from consult.errors import BadOffer
from consult.lines import Codec, Line, payload_types, retransmission_types
from tests.consult.node import running_node
from tests.consult.raw_peer import RawPeer
from tools.ports import free_port

HEAD = "v=0\r\na=group:BUNDLE 0 1\r\n"
MEDIA = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
SEEN = "a=candidate:1 1 udp 2122260223 192.0.2.7 5000 typ host"
HIDDEN = "a=candidate:2 1 udp 2122260223 3f6c1d2e-0000-4000-8000-1234567890ab.local 5001 typ host"


def test_what_would_make_us_wait_is_left_out() -> None:
    checked = sdp.check_offer(f"{HEAD}{MEDIA}{SEEN}\r\n{HIDDEN}\na=end-of-candidates\r\n")
    assert checked == f"{HEAD}{MEDIA}{SEEN}\r\n"


@pytest.mark.parametrize("text", ["", "v=1", HEAD, MEDIA, HEAD + MEDIA * 9, "v=0\r\n" + MEDIA])
def test_what_is_not_worth_answering_is_refused(text: str) -> None:
    with pytest.raises(BadOffer):
        sdp.check_offer(text)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (SEEN.replace("5000", "65536"), "no such port"),
        (SEEN.replace("5000", "0"), "no such port"),
        (SEEN.replace("1 1 udp", "1 9 udp"), "no such port or component"),
        (SEEN.replace("192.0.2.7", "somewhere"), "cannot be read"),
        ("a=candidate:1 1 udp", "cannot be read"),
    ],
)
def test_a_candidate_that_leads_nowhere_is_refused_with_its_reason(seen: str, reason: str) -> None:
    with pytest.raises(BadOffer, match=reason):
        list(sdp.candidates(seen))
    with pytest.raises(BadOffer, match=reason):
        sdp.check_offer(f"{HEAD}{MEDIA}{seen}\r\n")


def test_candidates_of_a_fragment_belong_to_the_one_transport() -> None:
    tcp = "a=candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active"
    fragment = f"a=ice-ufrag:x\r\na=mid:1\r\n{SEEN}\r\n{HIDDEN}\r\n{tcp}\r\na=end-of-candidates\r\n"
    (found,) = sdp.candidates(fragment)
    assert (found.ip, found.port, found.sdpMLineIndex) == ("192.0.2.7", 5000, 0)


@pytest.mark.parametrize(
    "fragment", ["a=candidate:1 1 udp", "a=candidate:1 x udp 1 192.0.2.7 9 typ host", (SEEN + "\r\n") * 65]
)
def test_a_fragment_that_cannot_be_read_is_refused(fragment: str) -> None:
    with pytest.raises(BadOffer):
        list(sdp.candidates(fragment))


def test_an_advertised_address_stands_in_place_of_the_bound_one() -> None:
    relayed = "a=candidate:9 1 udp 1 198.51.100.9 7000 typ relay raddr 10.0.0.5 rport 6000"
    answer = f"{HEAD}{SEEN}\r\n{relayed}\r\n"
    assert sdp.advertise(answer, None) == answer
    told = sdp.advertise(answer, "203.0.113.5")
    assert "a=candidate:1 1 udp 2122260223 203.0.113.5 5000 typ host\r\n" in told
    assert relayed in told


def line(*codecs: Codec) -> Line:
    return Line("0", "video", 0, True, True, codecs, {}, 1, 2, 3, 4)


def test_payload_types_are_mapped_codec_by_codec() -> None:
    vp8 = Codec(96, "video/vp8", "video/VP8", 90000, 1, (), 97)
    baseline = Codec(98, "video/h264", "video/H264", 90000, 1, ("1", "42001f"), 99)
    constrained = Codec(100, "video/h264", "video/H264", 90000, 1, ("1", "42e01f"), None)
    theirs = Codec(120, "video/vp8", "video/VP8", 90000, 1, (), 121)
    theirs_constrained = Codec(108, "video/h264", "video/H264", 90000, 1, ("1", "42e01f"), 109)
    source, target = line(vp8, baseline, constrained), line(theirs, theirs_constrained)
    types, repeats = payload_types(source, target), retransmission_types(source, target)
    assert (types[96], types[0x80 | 96]) == (120, 0x80 | 120)
    assert (types[98], types[100], types[97]) == (0, 108, 0)
    assert (repeats[97], repeats[0x80 | 97], repeats[99]) == (121, 0x80 | 121, 0)


def test_media_sockets_come_from_the_port_range_and_the_chosen_address(tmp_path: Path) -> None:
    low = min(free_port(), 65_000)
    ports = range(low, low + 30)

    async def scenario() -> str:
        async with RawPeer(node, "ports", "a") as peer:
            return peer.answer

    with running_node(
        tmp_path, port_min=str(ports.start), port_max=str(ports.stop - 1), addresses='["127.0.0.1"]'
    ) as node:
        answer = asyncio.run(scenario())
    found = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", answer)
    assert found
    assert {address for address, _ in found} == {"127.0.0.1"}
    assert all(int(port) in ports for _, port in found)
