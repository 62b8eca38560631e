"""What a node hands out of its recordings: tracks and ranges of them, checks, one file; and what it refuses."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator

import av
import pytest
import requests

from consult import tokens
from consult.errors import BadRange, NotFound
from consult.ranges import bounds
from consult.recorders import RecorderClient
from consult.tokens import ARCHIVE_ROLE, Claims
from tests.consult.node import SECRET, RunningNode, running_node
from tests.consult.raw_peer import RawPeer, eventually
from tests.consult.test_taping import chat
from tests.waiting import until

KEY = base64.b64encode(bytes(range(32))).decode()
ROOM = "shown"
TRACK = f"/recordings/{ROOM}/tracks/1/a-video.mkv"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node with one sealed recording."""
    with running_node(tmp_path_factory.mktemp("sealed"), recording_key=KEY) as node:
        asyncio.run(record(node))
        yield node


async def record(node: RunningNode) -> None:
    async with RawPeer(node, ROOM, "a", record=True) as one:
        await eventually(lambda: node.room(ROOM).recording, "the room is recorded")
        await chat(one, rounds=60)
        await asyncio.to_thread(node.client.close, node.url, ROOM)


@pytest.fixture
def client(sealed: RunningNode) -> RecorderClient:
    return RecorderClient([sealed.url], SECRET)


def get(node: RunningNode, path: str, claims: Claims | None = None, **headers: str) -> requests.Response:
    token = tokens.sign(claims or Claims(ROOM, ARCHIVE_ROLE, ARCHIVE_ROLE), SECRET)
    return requests.get(node.url + path, headers={"Authorization": f"Bearer {token}", **headers}, timeout=10)


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_sealed_track_is_handed_out_open_and_by_ranges(sealed: RunningNode) -> None:
    whole = get(sealed, TRACK)
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "video/webm")
    with av.open(io.BytesIO(whole.content)) as container:
        assert container.streams[0].type == "video"
    for asked, expected in (
        ("bytes=0-", whole.content),
        ("bytes=10-19", whole.content[10:20]),
        ("bytes=-7", whole.content[-7:]),
        ("bytes=5-99999999999", whole.content[5:]),
    ):
        part = get(sealed, TRACK, Range=asked)
        assert (part.status_code, part.content) == (206, expected), asked
        assert part.headers["Content-Range"].endswith(f"/{len(whole.content)}")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=9-3",
        "bytes=a-b",
        "bytes=0-1,4-5",
        "lines=0-1",
        "bytes=--1",
        "bytes=99999999-",
        "bytes=-0",
        "bytes=" + "9" * 400 + "-",
    ],
)
def test_what_is_no_range_of_the_file_is_refused(sealed: RunningNode, asked: str) -> None:
    assert code(get(sealed, TRACK, Range=asked)) == (416, "media.bad_range")
    with pytest.raises(BadRange):
        bounds(asked, 1000)


@pytest.mark.parametrize(
    "path",
    [
        f"/recordings/{ROOM}/tracks/1/manifest.json",
        f"/recordings/{ROOM}/tracks/1/a-video.mkv.chain",
        f"/recordings/{ROOM}/tracks/1/..%2F..%2F..%2Fnode.log",
        f"/recordings/{ROOM}/tracks/..%2F{ROOM}%2F1/a-video.mkv",
        f"/recordings/{ROOM}/tracks/2/a-video.mkv",
        f"/recordings/{ROOM}/tracks/01/a-video.mkv",
        f"/recordings/{ROOM}/tracks/1/%00",
        f"/recordings/{ROOM}/file",
        f"/recordings/{ROOM}/file/content",
    ],
)
def test_nothing_but_tracks_of_a_manifest_is_handed_out(sealed: RunningNode, path: str) -> None:
    assert code(get(sealed, path)) == (404, "media.not_found")


@pytest.mark.parametrize("room", ["unknown", "..", "%2E%2E%2F", "a%2Fb", "x" * 300])
def test_an_unknown_recording_is_not_found(sealed: RunningNode, room: str) -> None:
    name = requests.utils.unquote(room)  # type: ignore[attr-defined]
    assert get(sealed, f"/recordings/{room}", Claims(name, ARCHIVE_ROLE, ARCHIVE_ROLE)).status_code == 404


def test_only_a_fresh_token_of_this_recording_opens_it(sealed: RunningNode) -> None:
    for claims in (
        Claims("other", ARCHIVE_ROLE, ARCHIVE_ROLE),
        Claims(ROOM, "a", "customer"),
        Claims(ROOM, "control", "control"),
    ):
        assert code(get(sealed, TRACK, claims)) == (403, "media.wrong_room")
    old = tokens.sign(Claims(ROOM, ARCHIVE_ROLE, ARCHIVE_ROLE), SECRET, lifetime=-1)
    answer = requests.get(sealed.url + TRACK, headers={"Authorization": f"Bearer {old}"}, timeout=10)
    assert code(answer) == (401, "media.bad_token")
    assert code(requests.get(sealed.url + TRACK, timeout=10)) == (401, "media.bad_token")


def test_a_recording_is_verified_and_made_into_one_file(sealed: RunningNode, client: RecorderClient) -> None:
    (part,) = client.parts(sealed.url, ROOM)
    result = client.check(sealed.url, ROOM)
    assert (result["holds"], result["parts"][0]["seal"]) == (True, part["seal"])
    client.make_file(sealed.url, ROOM)
    until(lambda: client.file_state(sealed.url, ROOM)["state"] == "ready", "the file to be made")
    with client.open_file(sealed.url, ROOM, None) as answer, av.open(io.BytesIO(answer.content)) as container:
        assert len(container.streams) == 1
    client.cancel_file(sealed.url, ROOM)
    with pytest.raises(NotFound):
        client.file_state(sealed.url, ROOM)


def test_a_file_that_cannot_be_made_says_why_and_is_tried_again(
    sealed: RunningNode, client: RecorderClient
) -> None:
    track = sealed.recordings / ROOM / "1" / "a-video.mkv"
    kept = track.read_bytes()
    track.write_bytes(kept[:100] + bytes([kept[100] ^ 1]) + kept[101:])
    client.make_file(sealed.url, ROOM)
    until(lambda: client.file_state(sealed.url, ROOM)["state"] == "failed", "the file to fail")
    assert client.file_state(sealed.url, ROOM)["failure"].startswith("recording.")
    assert client.check(sealed.url, ROOM)["holds"] is False
    track.write_bytes(kept)
    client.make_file(sealed.url, ROOM)
    until(lambda: client.file_state(sealed.url, ROOM)["state"] == "ready", "the file to be made after all")
