"""A room is recorded while everyone present has agreed, and never otherwise."""

from __future__ import annotations

import asyncio
import base64
import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from consult import tokens
from consult.recording.commands import sentences
from consult.recording.keys import RecordingKey
from consult.recording.seal import is_sealed
from consult.recording.verify import verify_room
from consult.rtp import HEADER
from consult.tokens import Claims
from tests.consult.node import SECRET, RunningNode, running_node
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


SHOWN, OVER = (b"\x10\0\0\0\x9d\x01\x2a" + size for size in (b"\x40\x01\xf0\0", b"\x10\0\x10\0"))
"""Key frames of 320 by 240 pixels, and of the 16 that end a showing."""


async def show(peer: RawPeer, picture: bytes, first: int) -> None:
    """Send ten pictures on the line of the screen."""
    line = peer.line("video", 1)
    for sequence in range(first, first + 10):
        head = HEADER.pack(0x80, 0x80 | line.codecs[0].payload_type, sequence, sequence * 6000, line.ssrc)
        peer.send_rtp(head + picture)
        await asyncio.sleep(0.005)


def test_a_screen_is_kept_each_time_it_is_shown_and_not_while_paused(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "screen", "a", ("audio", "video", "video"), record=True) as one:
            await eventually(lambda: node.room("screen").recording, "the room is recorded")
            await chat(one)
            for round in range(2):
                await show(one, SHOWN, round * 20)
                await show(one, OVER, round * 20 + 10)
            node.client.pause(node.url, "screen", True)
            await show(one, SHOWN, 40)
            node.client.pause(node.url, "screen", False)
            await show(one, SHOWN, 50)
            await asyncio.to_thread(node.client.close, node.url, "screen")

    asyncio.run(scenario())
    (manifest,) = manifests(node, "screen")
    screens = [track for track in manifest["tracks"] if track["kind"] == "screen"]
    assert [(track["file"], track["frames"]) for track in screens] == [
        ("a-screen.mkv", 10),
        ("a-screen-2.mkv", 10),
        ("a-screen-3.mkv", 10),
    ]
    assert [track["gaps"][0]["reason"] for track in screens[1:]] == ["not_shown", "not_shown"]
    result = verify_room(node.recordings / "screen")
    assert result.holds, sentences(result)


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


def test_a_pause_keeps_nothing_and_is_stated(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "pause", "a", record=True) as one:
            await eventually(lambda: node.room("pause").recording, "the room is recorded")
            await chat(one)
            node.client.pause(node.url, "pause", True)
            paused = node.room("pause")
            assert (paused.recording, paused.recording_paused, paused.recording_failure) == (
                False,
                True,
                None,
            )
            await chat(one, rounds=40, first=10)
            node.client.pause(node.url, "pause", False)
            assert node.room("pause").recording
            await chat(one, first=50)
            await asyncio.to_thread(node.client.close, node.url, "pause")

    asyncio.run(scenario())
    (manifest,) = manifests(node, "pause")
    assert [pause["reason"] for pause in manifest["pauses"]] == ["paused"]
    videos = [track for track in manifest["tracks"] if track["kind"] == "video"]
    assert len(videos) == 2
    assert all(0 < track["packets"] <= 10 for track in videos)
    assert videos[1]["gaps"][0]["reason"] == "paused"
    result = verify_room(node.recordings / "pause")
    assert result.holds, sentences(result)


@pytest.mark.parametrize("body", ["", "true", "{}", '{"paused": 1}', '{"paused": null}', "[" * 10_000])
def test_what_says_neither_pause_nor_go_on_is_refused(node: RunningNode, body: str) -> None:
    headers = {"Authorization": f"Bearer {tokens.sign(Claims('x', 'control', 'control'), SECRET)}"}

    async def scenario() -> None:
        async with RawPeer(node, "x", "a"):
            told = requests.post(f"{node.url}/rooms/x/recording", body, headers=headers, timeout=10)
            assert (told.status_code, told.json()["code"]) == (400, "media.bad_request")

    asyncio.run(scenario())


def test_only_who_governs_a_room_pauses_it(node: RunningNode) -> None:
    for claims, status in ((Claims("x", "a", "customer"), 403), (Claims("nowhere", "c", "control"), 404)):
        headers = {"Authorization": f"Bearer {tokens.sign(claims, SECRET)}"}
        url = f"{node.url}/rooms/{claims.room}/recording"
        told = requests.post(url, json={"paused": True}, headers=headers, timeout=10)
        assert told.status_code == status, told.text


def test_a_folder_that_cannot_be_written_is_told_until_it_can(node: RunningNode) -> None:
    in_the_way = node.recordings / "blocked"
    in_the_way.write_text("a file where the folder of the room should be")

    async def scenario() -> None:
        async with RawPeer(node, "blocked", "a", record=True) as one:
            await eventually(lambda: node.room("blocked").recording_failure, "the failure is told")
            told = node.room("blocked")
            assert (told.recording, told.recording_failure) == (False, "recording.folder")
            in_the_way.unlink()
            await eventually(lambda: node.room("blocked").recording, "it is recorded after all", 30)
            assert node.room("blocked").recording_failure is None
            await chat(one)
            await asyncio.to_thread(node.client.close, node.url, "blocked")

    asyncio.run(scenario())
    (manifest,) = manifests(node, "blocked")
    assert manifest["state"] == "closed"


def test_a_full_disk_is_told_and_the_recording_begins_again_when_there_is_room(tmp_path: Path) -> None:
    """The kernel refuses the node files above a size, as a quota would, and then no more."""
    picture = b"\x10\0\0\0\x9d\x01\x2a\x40\x01\xf0\0" + bytes(1000)

    async def scenario(node: RunningNode) -> None:
        async with RawPeer(node, "full", "a", record=True) as one:
            await eventually(lambda: node.room("full").recording, "the room is recorded")
            resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
            sequence = 0
            while node.room("full").recording_failure is None:
                assert sequence < 20_000, "the disk is not found full"
                one.send_rtp(one.video_packet(sequence, picture, sequence * 3000))
                sequence += 1
                await asyncio.sleep(0.002)
            told = node.room("full")
            assert (told.recording, told.recording_failure) == (False, "recording.disk_full")
            everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, everything)
            await eventually(lambda: node.room("full").recording, "it is recorded again", 30)
            await asyncio.to_thread(node.client.close, node.url, "full")

    with running_node(tmp_path) as node:
        asyncio.run(scenario(node))
        result = verify_room(node.recordings / "full")
        assert result.holds, sentences(result)
        assert [part.state for part in result.parts] == ["failed", "closed"]
        assert result.parts[1].before is not None
        assert result.parts[1].before["reason"] == "failed"


def test_a_node_with_a_key_keeps_nothing_in_plain(tmp_path: Path) -> None:
    text = base64.b64encode(bytes(range(32))).decode()

    async def scenario(node: RunningNode) -> None:
        async with RawPeer(node, "sealed", "a", record=True) as one:
            await eventually(lambda: node.room("sealed").recording, "the room is recorded")
            await chat(one)
            await asyncio.to_thread(node.client.close, node.url, "sealed")

    with running_node(tmp_path, recording_key=text) as node:
        asyncio.run(scenario(node))
        result = verify_room(node.recordings / "sealed", RecordingKey.parse(text))
        assert result.holds, sentences(result)
        (track,) = result.parts[0].tracks
        assert is_sealed(node.recordings / "sealed" / "1" / track.file)
        assert text not in node.output


def test_parts_of_two_nodes_are_joined_when_the_first_is_killed(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings" / "moved"

    async def scenario(node: RunningNode, part: str, end: Callable[[], object]) -> None:
        async with RawPeer(node, "moved", "a", record=True) as one:
            await eventually(lambda: node.room("moved").recording, "the room is recorded")
            await chat(one)
            await eventually(lambda: list(recordings.glob(f"{part}/*.mkv")), "something is on the disk")
            await asyncio.to_thread(end)

    with running_node(tmp_path, node="one") as first:
        asyncio.run(scenario(first, "1", first.kill))
    with running_node(tmp_path, node="two") as second:
        asyncio.run(scenario(second, "2", lambda: second.client.close(second.url, "moved")))
    result = verify_room(recordings)
    assert result.holds, sentences(result)
    assert [(part.node, part.state) for part in result.parts] == [
        ("one", "ended without closing"),
        ("two", "closed"),
    ]
    assert result.parts[1].before is not None
    assert result.parts[1].before["reason"] == "not_closed"
