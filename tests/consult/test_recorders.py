"""What a node is told and tells of its recorders: pauses that come along, and rooms that may not talk unrecorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
import requests

from consult import tokens
from consult.client import Answer
from consult.errors import WrongRoom
from consult.recorders import RecorderClient
from consult.tokens import WHOLE_NODE, Claims
from tests.consult.node import SECRET, RunningNode
from tests.consult.raw_peer import RawPeer, eventually
from tests.consult.test_taping import chat, manifests


@dataclass(frozen=True)
class Arranged:
    """A node as somebody meets it whose token says more of the recording."""

    node: RunningNode
    paused: bool = False
    required: bool = False

    @property
    def client(self) -> Arranged:
        return self

    @property
    def url(self) -> str:
        return self.node.url

    def join(self, url: str, room: str, participant: str, role: str, offer: str, record: bool) -> Answer:
        claims = Claims(room, participant, role, record, paused=self.paused, required=self.required)
        return self.node.client.seat(url, claims, offer)


def peer(node: Arranged, room: str, name: str) -> RawPeer:
    return RawPeer(node, room, name, record=True)  # type: ignore[arg-type]


def told(node: RunningNode, room: str) -> tuple[bool, bool, str | None, bool]:
    """Whether a room is recorded, paused, why it is not recorded, and whether it is held."""
    states = RecorderClient([node.url], SECRET).recorders(node.url)
    (state,) = [state for state in states if state.room == room]
    return state.recording, state.paused, state.failure, state.held


def test_a_pause_that_comes_along_keeps_nothing_from_the_first_packet(node: RunningNode) -> None:
    async def scenario() -> None:
        async with peer(Arranged(node, paused=True), "quiet", "a") as one:
            await eventually(
                lambda: list((node.recordings / "quiet").glob("*/manifest.json")), "the recorder"
            )
            assert told(node, "quiet") == (False, True, None, False)
            await chat(one)
            node.client.pause(node.url, "quiet", False)
            assert told(node, "quiet") == (True, False, None, False)
            await chat(one, first=10)
            await asyncio.to_thread(node.client.close, node.url, "quiet")

    asyncio.run(scenario())
    (manifest,) = manifests(node, "quiet")
    assert [pause["from"] for pause in manifest["pauses"]] == [pytest.approx(0, abs=0.5)]
    assert all(0 < track["packets"] <= 10 for track in manifest["tracks"])


def test_what_must_be_recorded_is_passed_on_only_while_it_is(node: RunningNode) -> None:
    in_the_way = node.recordings / "must"
    in_the_way.write_text("a file where the folder of the room should be")

    async def scenario() -> None:
        async with (
            peer(Arranged(node, required=True), "must", "a") as one,
            peer(Arranged(node, required=True), "must", "b") as two,
        ):
            await eventually(lambda: told(node, "must")[2], "the failure is told")
            assert told(node, "must") == (False, False, "recording.folder", True)
            await chat(one, two)
            assert (one.video_got(), two.video_got()) == ([], [])
            in_the_way.unlink()
            await eventually(lambda: not told(node, "must")[3], "it is recorded after all", 30)
            await eventually_chat(one, two)
            node.client.pause(node.url, "must", True)
            assert not told(node, "must")[3], "what people pause goes on, unrecorded"
            await asyncio.to_thread(node.client.close, node.url, "must")

    asyncio.run(scenario())


async def eventually_chat(one: RawPeer, two: RawPeer) -> None:
    """Talk until each has got something of the other."""
    for first in range(10, 2000, 10):
        await chat(one, two, first=first)
        if one.video_got() and two.video_got():
            return
    raise AssertionError("nothing is passed on although the room is recorded")


def test_only_who_governs_the_node_hears_of_all_recorders(node: RunningNode) -> None:
    for claims in (Claims("x", "control", "control"), Claims(WHOLE_NODE, "a", "customer")):
        headers = {"Authorization": f"Bearer {tokens.sign(claims, SECRET)}"}
        answer = requests.get(f"{node.url}/recorders", headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (403, WrongRoom.code)
    assert requests.get(f"{node.url}/recorders", timeout=10).status_code == 401
