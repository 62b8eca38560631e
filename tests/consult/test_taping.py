"""A room is recorded while everyone present has agreed, and never otherwise."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.consult.node import RunningNode, running_node
from tests.consult.raw_peer import RawPeer, eventually


def manifests(node: RunningNode, room: str) -> list[dict[str, Any]]:
    """What the recordings of a room say of themselves, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((node.recordings / room).glob("*/manifest.json"))]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def chat(*peers: RawPeer, rounds: int = 10, first: int = 0) -> None:
    """Let everyone send a little video that could be a picture."""
    for sequence in range(first, first + rounds):
        for peer in peers:
            peer.send_rtp(
                peer.video_packet(sequence, b"\x10\0\0\0\x9d\x01\x2a\x40\x01\xf0\0", sequence * 3000)
            )
        await asyncio.sleep(0.02)


def test_nothing_is_kept_unless_everyone_agrees(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "half", "a", record=False) as one,
            RawPeer(node, "half", "b", record=True) as two,
        ):
            await chat(one, two)
            assert not node.room("half").recording

    asyncio.run(scenario())
    node.client.close(node.url, "half")
    assert files(node.recordings / "half") == []


def test_a_consult_that_all_agree_to_is_kept_with_both_sides(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "full", "a", record=True) as one,
            RawPeer(node, "full", "b", record=True) as two,
        ):
            await eventually(lambda: node.room("full").recording, "the room is recorded")
            await chat(one, two)
            await asyncio.to_thread(node.client.close, node.url, "full")

    asyncio.run(scenario())
    (manifest,) = manifests(node, "full")
    assert manifest["state"] == "closed"
    videos = [track for track in manifest["tracks"] if track["kind"] == "video"]
    assert {track["participant"] for track in videos} == {"a", "b"}
    assert all(track["packets"] > 0 for track in videos)


def test_recording_stops_at_once_when_someone_comes_who_did_not_agree(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "guest", "a", record=True) as one:
            await eventually(lambda: node.room("guest").recording, "the room is recorded")
            await chat(one)
            async with RawPeer(node, "guest", "b", record=False) as two:
                assert not node.room("guest").recording
                await chat(one, two, first=10)
                await asyncio.to_thread(node.client.leave, node.url, "guest", "b")
            await eventually(
                lambda: node.room("guest").recording, "recording goes on when the guest has left"
            )
            await asyncio.to_thread(node.client.close, node.url, "guest")

    asyncio.run(scenario())
    first, second = manifests(node, "guest")
    assert {track["participant"] for part in (first, second) for track in part["tracks"]} <= {"a"}
    assert sum(track["packets"] for track in first["tracks"]) <= 10


def test_stopping_the_node_finishes_recordings(tmp_path: Path) -> None:
    async def scenario(node: RunningNode) -> None:
        async with RawPeer(node, "stop", "a", record=True) as one:
            await eventually(lambda: node.room("stop").recording, "the room is recorded")
            await chat(one)
            assert await asyncio.to_thread(node.stop) == 0

    with running_node(tmp_path) as node:
        asyncio.run(scenario(node))
        (manifest,) = manifests(node, "stop")
        assert manifest["state"] == "closed"
