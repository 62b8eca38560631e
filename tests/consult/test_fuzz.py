"""Thousands of datagrams and offers that nobody honest sends: the node stays up and nobody else notices."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consult import tokens
from consult.tokens import Claims
from tests.consult.hostile import GARBAGE, OVERSIZED, RTCP_LIES, RTP_LIES, STUN, Field, Lie
from tests.consult.node import SECRET, RunningNode
from tests.consult.raw_peer import PROFILES, CallingTransport
from tests.waiting import until

# aioice, in the thread of packets, throws dice while Hypothesis watches for them.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")

LEAST_DATAGRAMS = 10_000
LEAST_OFFERS = 100
hard = settings(
    max_examples=100,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def field(node: RunningNode) -> Iterator[Field]:
    """The attack and those beside it."""
    with Field(node) as opened:
        yield opened


def survived(field: Field) -> None:
    field.others_do_not_notice()
    field.node_is_well()


@hard
@given(datagrams=st.lists(GARBAGE | STUN | OVERSIZED, min_size=8, max_size=20))
def test_datagrams_that_are_nothing(field: Field, datagrams: list[bytes]) -> None:
    field.throw(datagrams)
    survived(field)


@hard
@given(lies=st.lists(RTP_LIES, min_size=5, max_size=10), cut=st.integers(0, 60), flip=st.integers(0, 2000))
def test_media_that_lies_is_cut_short_changed_and_sent_again(
    field: Field, lies: list[Lie], cut: int, flip: int
) -> None:
    sent = field.lie(lies, control=False)
    field.throw([datagram[:-cut] for datagram in sent])
    field.throw([flipped(datagram, flip) for datagram in sent])
    field.throw(sent)
    survived(field)


@hard
@given(lies=st.lists(RTCP_LIES, min_size=5, max_size=10), cut=st.integers(1, 60))
def test_reports_that_lie_are_cut_short_and_sent_again(field: Field, lies: list[Lie], cut: int) -> None:
    sent = field.lie(lies, control=True)
    field.throw([datagram[:-cut] for datagram in sent])
    field.throw(sent)
    survived(field)


@hard
@given(lies=st.lists(RTP_LIES, min_size=5, max_size=10))
def test_media_under_a_key_of_nobody(field: Field, lies: list[Lie]) -> None:
    refused = field.node.metric("maru_media_refused_datagrams_total")
    datagrams = [datagram for datagram in map(field.foreign, lies) if datagram]
    field.throw(datagrams)
    until(
        lambda: field.node.metric("maru_media_refused_datagrams_total") >= refused + len(datagrams),
        "every one of them to be refused",
    )
    survived(field)


def test_an_empty_datagram_of_a_stranger_ends_no_call(field: Field) -> None:
    field.throw([b""])
    survived(field)


def flipped(datagram: bytes, bit: int) -> bytes:
    """The datagram with one bit changed."""
    if not datagram:
        return b""
    place = bit % (8 * len(datagram))
    changed = bytearray(datagram)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


async def _offer() -> str:
    transport = CallingTransport((), PROFILES, lambda: None)
    offer = await transport.offer(("audio", "video", "video"))
    await transport.close()
    return offer


OFFER = asyncio.run(_offer()).split("\r\n")
WORD = st.sampled_from(
    ("", "-1", "0", "65536", "99999999999999999999", "*", "\0", "가", "a=b", "9/9/9/9", "/", ":", " ")
)
LINE = st.integers(0, len(OFFER) - 1)


def _drop(lines: list[str], at: int, _: int, __: str) -> None:
    del lines[at % len(lines)]


def _repeat(lines: list[str], at: int, to: int, _: str) -> None:
    lines.insert(to % len(lines), lines[at % len(lines)])


def _swap(lines: list[str], at: int, to: int, _: str) -> None:
    one, other = at % len(lines), to % len(lines)
    lines[one], lines[other] = lines[other], lines[one]


def _word(lines: list[str], at: int, to: int, word: str) -> None:
    """Put another word in the place of one of a line."""
    parts = re.split(r"([ :=/;])", lines[at % len(lines)])
    parts[to % len(parts)] = word
    lines[at % len(lines)] = "".join(parts)


def _lengthen(lines: list[str], at: int, to: int, word: str) -> None:
    lines[at % len(lines)] += (word or "x") * (to * 20)


CHANGE = st.tuples(st.sampled_from((_drop, _repeat, _swap, _word, _word, _word, _lengthen)), LINE, LINE, WORD)


@hard
@given(changes=st.lists(CHANGE, min_size=1, max_size=6))
def test_offers_that_a_browser_would_not_make(
    field: Field, changes: list[tuple[object, int, int, str]]
) -> None:
    lines = list(OFFER)
    for change, at, to, word in changes:
        assert callable(change)
        change(lines, at, to, word)
    answer = ask(field.node, "POST", "\r\n".join(lines))
    field.offers += 1
    assert answer.status_code in (201, 400, 413), answer.text
    if answer.status_code == 201:
        assert answer.text.startswith("v=0")
        assert ask(field.node, "DELETE").status_code == 204
    else:
        assert answer.json()["code"] in ("media.bad_offer", "media.too_large")
        assert answer.json()["message"]
    survived(field)


@hard
@given(changes=st.lists(st.tuples(st.integers(0, 7), WORD), min_size=1, max_size=4), count=st.integers(1, 80))
def test_candidates_that_lead_nowhere(field: Field, changes: list[tuple[int, str]], count: int) -> None:
    words = ["candidate:1", "1", "udp", "2122260223", "127.0.0.1", "9", "typ", "host"]
    for place, word in changes:
        words[place] = word
    if ask(field.node, "PATCH", "").status_code == 404:
        assert ask(field.node, "POST", "\r\n".join(OFFER)).status_code == 201
    answer = ask(field.node, "PATCH", f"a={' '.join(words)}\r\n" * count)
    assert answer.status_code in (204, 400), answer.text
    survived(field)


def test_an_offer_of_a_thousand_lines_is_refused_with_its_reason(field: Field) -> None:
    for many in (OFFER[:8] + ["m=video 9 UDP/TLS/RTP/SAVPF 97"] * 1000, OFFER + OFFER[8:] * 10):
        answer = ask(field.node, "POST", "\r\n".join(many))
        assert answer.status_code in (400, 413)
        assert "more than 16 media lines" in answer.text or "larger than" in answer.text
    survived(field)


def test_enough_was_tried(field: Field, record_property: Callable[[str, object], None]) -> None:
    print(f"{field.sent} datagrams, {field.offers} offers")
    record_property("datagrams", field.sent)
    assert field.sent >= LEAST_DATAGRAMS
    assert field.offers >= LEAST_OFFERS


def test_nothing_is_left_behind(field: Field) -> None:
    ask(field.node, "DELETE")
    until(lambda: field.node.metric("maru_media_rooms") == 2, "no room but ours is left")
    until(
        lambda: field.node.metric("process_open_fds") <= field.files_before,
        "no socket of refused offers is left",
    )


def ask(node: RunningNode, method: str, body: str = "") -> requests.Response:
    """Speak to the node about the participant whose offers are changed."""
    token = tokens.sign(Claims("changed", "person", "customer"), SECRET)
    return requests.request(
        method,
        f"{node.url}/rooms/changed/participants/person",
        data=body.encode(),
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
