"""A running node with a store: a recorded room played, verified, made into a file and deleted through another node."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from consult import tokens
from consult.errors import NotFound
from consult.recorders import RecorderClient
from consult.tokens import ARCHIVE_ROLE, Claims
from tests.consult.node import SECRET, RunningNode, environment, running_node
from tests.consult.raw_peer import RawPeer, eventually
from tests.consult.store.conftest import KEY_TEXT
from tests.consult.test_taping import chat
from tests.objects import ObjectStore
from tests.waiting import until
from tools.ports import free_port

ROOM = "reached"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, objects: ObjectStore) -> Iterator[list[RunningNode]]:
    """Two nodes with disks of their own and one store."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running_node(
                    tmp_path_factory.mktemp(name), node=name, recording_key=KEY_TEXT, **objects.settings
                )
            )
            for name in ("one", "two")
        ]


async def record(node: RunningNode, room: str) -> None:
    async with RawPeer(node, room, "a", record=True) as one:
        await eventually(lambda: node.room(room).recording, "the room is recorded")
        await chat(one, rounds=60)
        await asyncio.to_thread(node.client.close, node.url, room)


def get(node: RunningNode, part: str, **headers: str) -> requests.Response:
    token = tokens.sign(Claims(ROOM, ARCHIVE_ROLE, ARCHIVE_ROLE), SECRET)
    url = f"{node.url}/recordings/{ROOM}/tracks/{part}/a-video.mkv"
    return requests.get(url, headers={"Authorization": f"Bearer {token}", **headers}, timeout=30)


def test_what_one_node_recorded_is_reached_through_the_other(
    nodes: list[RunningNode], objects: ObjectStore
) -> None:
    one, two = nodes
    asyncio.run(record(one, ROOM))
    until(lambda: not (one.recordings / ROOM).exists(), "the recording to move", 60)
    client = RecorderClient([node.url for node in nodes], SECRET)
    (part,) = client.parts(two.url, ROOM)
    assert (part["node"], part["kept"]) == ("one", "store")
    whole = get(two, part["id"])
    assert (whole.status_code, whole.content[:4]) == (200, b"\x1a\x45\xdf\xa3")
    piece = get(two, part["id"], Range="bytes=10-19")
    assert (piece.status_code, piece.content) == (206, whole.content[10:20])
    result = client.check(two.url, ROOM)
    assert (result["holds"], result["parts"][0]["seal"]) == (True, part["seal"])
    client.make_file(two.url, ROOM)
    until(lambda: client.file_state(two.url, ROOM)["state"] == "ready", "the file to be made", 60)
    assert two.metric("maru_media_store_up") == 1.0
    assert one.metric("maru_media_store_moved_parts_total") == 1.0
    proof = client.delete(two.url, ROOM)
    assert [gone["seal"] for gone in proof["parts"]] == [part["seal"]]
    assert objects.keys(f"{ROOM}/") == []
    for node in nodes:
        with pytest.raises(NotFound):
            client.parts(node.url, ROOM)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("store_secret_key", "another", "[store.refused]"),
        ("store_endpoint", "", "MARU_MEDIA_STORE_ENDPOINT is missing"),
    ],
)
def test_a_store_that_is_set_wrong_stops_the_start_in_one_line(
    tmp_path: Path, objects: ObjectStore, setting: str, value: str, said: str
) -> None:
    told = environment(free_port(), tmp_path, **{**objects.settings, setting: value})
    done = subprocess.run(
        [sys.executable, "-m", "consult"], env=told, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
