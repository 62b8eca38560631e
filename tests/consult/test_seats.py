"""Seats on the real node: everyone is on the line their seat says, and a whisper reaches one person alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import requests

from consult import tokens
from consult.client import Answer, Claims
from consult.rtp import HEADER
from consult.seating import line_of
from consult.track import Track
from tests.consult.node import SECRET, RunningNode
from tests.consult.raw_peer import RawPeer, eventually

KINDS = ("audio", "video", "video") * 2
"""Voice, camera and screen of each of two others."""


@dataclass
class Chair:
    """The node, as somebody with this seat joins it."""

    node: RunningNode
    seat: int
    heard_by: tuple[str, ...] | None = None

    @property
    def client(self) -> Chair:
        return self

    @property
    def url(self) -> str:
        return self.node.url

    def join(self, url: str, room: str, participant: str, role: str, offer: str, record: bool) -> Answer:
        claims = Claims(room, participant, role, record, seat=self.seat, heard_by=self.heard_by)
        return self.node.client.seat(url, claims, offer)


def seated(node: RunningNode, room: str, name: str, seat: int, **wish: object) -> RawPeer:
    heard_by = wish.pop("heard_by", None)
    return RawPeer(Chair(node, seat, heard_by), room, name, KINDS, **wish)  # type: ignore[arg-type]


@asynccontextmanager
async def three(
    node: RunningNode, room: str, record: bool = False, **third: object
) -> AsyncIterator[tuple[RawPeer, RawPeer, RawPeer]]:
    """Customer, advisor, and one more who comes first: order of arrival must not matter."""
    async with (
        seated(node, room, "guest-2", 2, record=record, **third) as guest,
        seated(node, room, "advisor", 1, record=record) as advisor,
        seated(node, room, "customer", 0, record=record) as customer,
    ):
        yield customer, advisor, guest


def lines_with(receiver: RawPeer, sender: RawPeer, said: str = "") -> set[tuple[str, int]]:
    """Kind and index of the lines on which the receiver got what the sender said."""
    mark = f"{sender.name} {said}".encode()
    ssrcs = {HEADER.unpack_from(packet)[4] for packet in receiver.packets if mark in packet}
    return {(line.kind, line.index) for line in receiver.transport.lines if line.remote_ssrc in ssrcs}


async def say(said: str, senders: tuple[RawPeer, ...], until: Callable[[], object], what: str) -> None:
    """Let everyone's camera and screen say this until a condition holds."""
    count = 0

    def send() -> object:
        nonlocal count
        count += 1
        for sender in senders:
            for index in (0, 1):
                line = sender.line("video", index)
                head = HEADER.pack(0x80, line.codecs[0].payload_type, count & 0xFFFF, 0, line.ssrc)
                sender.send_rtp(head + f"\0{sender.name} {said}".encode())
        return until()

    await eventually(send, what)


def recorded(node: RunningNode, room: str) -> set[str]:
    """Who is in the manifest of the room's recording."""
    part = next(node.recordings.glob(f"{room}/*/manifest.json"), None)
    told = json.loads(part.read_text()) if part else {"participants": []}
    return {each["participant"] for each in told["participants"]}


@pytest.mark.parametrize(
    ("kind", "index", "seat", "receiver", "line"),
    [
        ("audio", 0, 1, 0, 0),
        ("audio", 0, 5, 0, 4),
        ("audio", 0, 0, 5, 0),
        ("video", 0, 0, 1, 0),
        ("video", 1, 0, 1, 1),
        ("video", 1, 2, 0, 3),
        ("video", 0, 3, 4, 6),
    ],
)
def test_a_seat_says_the_line(kind: str, index: int, seat: int, receiver: int, line: int) -> None:
    assert line_of(Track("somebody", "customer", kind, index), seat, receiver) == line


def test_everyone_is_on_the_line_of_their_seat(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "seats") as (customer, advisor, guest):
            first, second = {("video", 0), ("video", 1)}, {("video", 2), ("video", 3)}
            expected = [
                (customer, advisor, first),
                (customer, guest, second),
                (advisor, customer, first),
                (advisor, guest, second),
                (guest, customer, first),
                (guest, advisor, second),
            ]

            def arrived() -> bool:
                return all(lines_with(to, of) == lines for to, of, lines in expected)

            await say("hello", (customer, advisor, guest), arrived, "each is on two lines of every other")

    asyncio.run(scenario())


def test_a_whisper_reaches_the_advisor_alone_until_it_is_for_all(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "whisper", record=True, heard_by=("advisor",)) as people:
            customer, advisor, guest = people

            def hear(said: str, *pairs: tuple[RawPeer, RawPeer]) -> Callable[[], bool]:
                return lambda: all(len(lines_with(to, of, said)) == 2 for to, of in pairs)

            both = ((advisor, customer), (customer, advisor), (guest, customer))
            await say("psst", people, hear("psst", *both, (advisor, guest)), "the advisor hears the whisper")
            await eventually(lambda: recorded(node, "whisper") == {"customer", "advisor"}, "two are recorded")
            assert lines_with(customer, guest) == set()

            node.client.let_hear(node.url, "whisper", "guest-2", None)
            await say(
                "now", people, hear("now", *both, (customer, guest)), "the customer hears who speaks to all"
            )
            await eventually(lambda: "guest-2" in recorded(node, "whisper"), "who speaks to all is recorded")

            node.client.let_hear(node.url, "whisper", "guest-2", ())
            await say("later", people, hear("later", *both), "customer and advisor go on")
            assert not lines_with(customer, guest, "later") | lines_with(advisor, guest, "later")

    asyncio.run(scenario())


def test_only_the_centre_says_who_hears_whom(node: RunningNode) -> None:
    async def scenario() -> None:
        async with seated(node, "hearing", "customer", 0):
            url = f"{node.url}/rooms/hearing/participants/customer/hearing"
            own = tokens.sign(Claims("hearing", "customer", "customer"), SECRET)
            control = tokens.sign(Claims("hearing", "control", "control"), SECRET)
            for token, body, status in (
                (own, '{"heard_by": null}', 403),
                (control, '{"heard_by": "advisor"}', 400),
                (control, "[]", 400),
                (control, '{"heard_by": ["advisor"]}', 204),
            ):
                headers = {"Authorization": f"Bearer {token}"}
                answer = requests.post(url, data=body, headers=headers, timeout=5)
                assert answer.status_code == status, answer.text

    asyncio.run(scenario())
