"""The HTTP side of a real node: every refusal has its status and its code, and nothing is half done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from consult import tokens
from consult.client import BadOffer, MediaClient, MediaError, MediaUnreachable, NotFound
from consult.errors import Draining, NodeFull, RoomFull, TooLarge
from consult.tokens import Claims
from tests.consult.node import SECRET, RunningNode, running_node
from tests.consult.raw_peer import RawPeer, eventually
from tools.ports import free_port

CUSTOMER = Claims("room-h", "person-h", "customer")


def call(
    node: RunningNode,
    method: str = "POST",
    claims: Claims | None = CUSTOMER,
    path: str = "/rooms/room-h/participants/person-h",
    body: str | bytes = "v=0\r\n",
) -> requests.Response:
    headers = {} if claims is None else {"Authorization": f"Bearer {tokens.sign(claims, SECRET)}"}
    return requests.request(method, node.url + path, data=body, headers=headers, timeout=10)


def refused(response: requests.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    assert response.json()["message"]


def test_without_a_token_nothing_opens(node: RunningNode) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        refused(call(node, method, claims=None), 401, "media.bad_token")
    refused(call(node, "GET", None, "/rooms/room-h"), 401, "media.bad_token")
    refused(call(node, "DELETE", None, "/rooms/room-h"), 401, "media.bad_token")


def test_a_token_of_another_place_opens_nothing(node: RunningNode) -> None:
    refused(call(node, claims=Claims("other", "person-h", "customer")), 403, "media.wrong_room")
    refused(call(node, claims=Claims("room-h", "other", "customer")), 403, "media.wrong_room")
    refused(call(node, "GET", CUSTOMER, "/rooms/room-h"), 403, "media.wrong_room")
    refused(call(node, "DELETE", CUSTOMER, "/rooms/room-h"), 403, "media.wrong_room")


OFFER_HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"
VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=mid:1\r\n"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "{}",
        "v=0",
        OFFER_HEAD,
        OFFER_HEAD + AUDIO,
        OFFER_HEAD + VIDEO,
        OFFER_HEAD + AUDIO + VIDEO,
        OFFER_HEAD + "m=audio\r\nm=video\r\n",
        OFFER_HEAD + AUDIO + VIDEO * 16,
        OFFER_HEAD.replace("a=group:BUNDLE 0 1\r\n", "") + AUDIO + VIDEO,
        OFFER_HEAD + AUDIO + VIDEO + "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n" * 300,
        b"v=0\r\n\xff\xfe",
        "v=0\r\n" + "a=\0\r\n" * 100,
    ],
)
def test_what_is_no_offer_is_refused_and_opens_no_room(node: RunningNode, body: str | bytes) -> None:
    refused(call(node, body=body), 400, "media.bad_offer")
    refused(
        call(node, "GET", Claims("room-h", "control", "control"), "/rooms/room-h"), 404, "media.not_found"
    )


def test_a_body_of_ten_megabytes_is_refused(node: RunningNode) -> None:
    refused(call(node, body="v=0\r\n" + "a" * 10_000_000), 413, "media.too_large")
    refused(call(node, "PATCH", body="a" * 65_537), 413, "media.too_large")


def test_names_that_would_leave_the_recordings_folder_are_no_rooms(node: RunningNode) -> None:
    claims = Claims("..", "person-h", "customer")
    response = call(node, claims=claims, path="/rooms/%2e%2e/participants/person-h")
    assert response.status_code in (403, 404)
    claims = Claims("a/b", "person-h", "customer")
    refused(call(node, claims=claims, path="/rooms/a%2Fb/participants/person-h"), 404, "media.not_found")


def test_unknown_rooms_participants_and_addresses_are_not_found(node: RunningNode) -> None:
    refused(call(node, "DELETE"), 404, "media.not_found")
    refused(call(node, "PATCH", body=""), 404, "media.not_found")
    refused(call(node, "GET", None, "/nothing"), 404, "media.not_found")


def test_the_client_raises_what_the_node_says(node: RunningNode) -> None:
    with pytest.raises(BadOffer):
        node.client.join(node.url, "room-c", "p", "customer", "no offer", record=False)
    with pytest.raises(TooLarge):
        node.client.join(node.url, "room-c", "p", "customer", "v=0" + " " * 70_000, record=False)
    with pytest.raises(NotFound):
        node.client.room(node.url, "room-c")
    node.client.leave(node.url, "room-c", "p")
    node.client.close(node.url, "room-c")
    stranger = MediaClient([node.url], "x" * 32)
    with pytest.raises(MediaError) as caught:
        stranger.room(node.url, "room-c")
    assert caught.value.code == "media.bad_token"


def test_a_node_that_is_not_there_is_unreachable(node: RunningNode) -> None:
    absent = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(MediaUnreachable):
        MediaClient([absent], SECRET).place("room")
    assert MediaClient([absent, node.url + "/"], SECRET).place("room") == node.url
    with pytest.raises(MediaUnreachable):
        node.client.room(absent, "room")


@pytest.fixture(scope="module")
def small_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    folder: Path = tmp_path_factory.mktemp("small")
    with running_node(folder, max_rooms="1", max_participants="2", participant_timeout="1") as running:
        yield running


def test_a_full_node_and_a_full_room_say_so(small_node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(small_node, "one", "a"), RawPeer(small_node, "one", "b"):
            with pytest.raises(RoomFull):
                await RawPeer(small_node, "one", "c").__aenter__()
            with pytest.raises(NodeFull):
                await RawPeer(small_node, "two", "a").__aenter__()

    asyncio.run(scenario())


def test_whoever_is_lost_gives_up_the_place_in_the_end(small_node: RunningNode) -> None:
    def gone() -> bool:
        return bool(requests.get(f"{small_node.url}/healthz", timeout=5).json()["rooms"] == 0)

    async def scenario() -> None:
        async with RawPeer(small_node, "one", "a"):
            assert small_node.room("one").participants[0].state == "connected"
        await eventually(gone, "the lost participant's room is given up")

    asyncio.run(scenario())


def test_health_says_who_it_is_and_how_much_it_has_to_do(node: RunningNode) -> None:
    told = requests.get(f"{node.url}/healthz", timeout=5).json()
    assert told["status"] == "ok"
    assert told["process"] == "consult"
    assert {"version", "node", "rooms", "participants"} <= set(told)
    assert 0 <= told["load"] < 64


def test_a_token_for_one_room_does_not_close_another(node: RunningNode) -> None:
    refused(call(node, "DELETE", Claims("a", "control", "control"), "/rooms/b"), 403, "media.wrong_room")


def test_a_node_being_emptied_opens_no_rooms_and_keeps_those_it_has(small_node: RunningNode) -> None:
    client, url = small_node.client, small_node.url

    async def scenario() -> None:
        async with RawPeer(small_node, "stays", "a"):
            assert client.health(url).full
            client.drain(url, move=False)
            async with RawPeer(small_node, "stays", "b"):
                assert len(small_node.room("stays").participants) == 2
            client.close(url, "stays")
            with pytest.raises(Draining):
                await RawPeer(small_node, "next", "a").__aenter__()
            with pytest.raises(NodeFull):
                client.place("next")

    asyncio.run(scenario())
    assert (client.health(url).draining, client.health(url).moving) == (True, False)
    client.drain(url, move=True)
    assert client.health(url).moving
    client.take_rooms(url)
    assert client.place("next") == url


def test_only_who_governs_the_node_may_empty_it(node: RunningNode) -> None:
    control = Claims(tokens.WHOLE_NODE, "control", "control")
    refused(call(node, "POST", None, "/drain"), 401, "media.bad_token")
    refused(call(node, "POST", Claims("room-h", "control", "control"), "/drain"), 403, "media.wrong_room")
    refused(call(node, "DELETE", Claims("*", "control", "customer"), "/drain"), 403, "media.wrong_room")
    for body in ("yes", "[]", '{"move": 1}'):
        refused(call(node, "POST", control, "/drain", body), 400, "media.bad_request")
    assert not node.client.health(node.url).draining
