"""When every media node is full: both sides are told why and let in by themselves once there is room."""

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from flask_socketio import SocketIOTestClient

from tests.signaling.test_rooms import ask, code
from tests.waiting import until
from tests.web.house import SECRET, House, code_of, heard, make_house
from tests.web.test_consult import accept, consult_of
from tools.ports import free_port
from tools.processes import Plan, ProcessSet

SDP = "application/sdp"


async def _offer() -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind)
    await connection.setLocalDescription(await connection.createOffer())
    sdp = connection.localDescription.sdp
    await connection.close()
    return str(sdp)


@pytest.fixture
def house(database_file: Path, tmp_path: Path) -> Iterator[House]:
    """A centre with two media nodes that take one room each."""
    ports = {f"node-{number}": free_port() for number in (1, 2)}
    plans = [_plan(name, port, tmp_path) for name, port in ports.items()]
    with ProcessSet(tmp_path / "logs") as processes:
        processes.start(plans)
        processes.wait_ready()
        made = make_house(
            database_file, media_nodes=tuple(f"http://127.0.0.1:{port}" for port in ports.values())
        )
        yield made
        made.process.stop()


def _plan(name: str, port: int, folder: Path) -> Plan:
    values = {
        "MARU_MEDIA_NODE": name,
        "MARU_MEDIA_PORT": str(port),
        "MARU_MEDIA_SECRET": SECRET.get_secret_value(),
        "MARU_MEDIA_RECORDINGS_DIR": str(folder / "recordings"),
        "MARU_MEDIA_MAX_ROOMS": "1",
    }
    return Plan(name, (sys.executable, "-m", "consult"), values, f"http://127.0.0.1:{port}/healthz")


def test_a_third_room_waits_with_its_reason_until_one_is_over(house: House) -> None:
    offer = asyncio.run(_offer())
    calls = []
    for topic in ("tax", "realestate", "products"):
        phone = house.customer()
        consult = phone.stand_in_line(topic)
        accept(house, consult, f"{topic}@maru.example")
        calls.append((phone, consult, phone.send(f"/api/consults/{consult}/media", offer, SDP)))
    assert [answer.status_code for _, _, answer in calls] == [201, 201, 503]
    assert len({consult_of(house, consult).node for _, consult, _ in calls[:2]}) == 2
    phone, consult, refused = calls[-1]
    assert code_of(refused) == "media.full"
    assert "자리가 나는 대로" in refused.json["message"]  # type: ignore[index]
    kept = consult_of(house, consult)
    assert (kept.state, kept.node) == ("accepted", None)
    first, over, _ = calls[0]
    first.call(f"/api/consults/{over}/end")
    until(
        lambda: phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201,
        "the third is let in",
    )
    assert consult_of(house, consult).node == consult_of(house, over).node


def test_who_waits_hears_why_and_nobody_is_called_in_before_there_is_room(house: House) -> None:
    offer = asyncio.run(_offer())
    look_at_nodes(house)
    calls = []
    for topic in ("tax", "realestate"):
        phone = house.customer()
        consult = phone.stand_in_line(topic)
        accept(house, consult, f"{topic}@maru.example")
        assert phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
        calls.append((phone, consult))
    waiting, console = house.customer(), house.staff("products@maru.example").socket("/staff")
    third = waiting.stand_in_line("products")
    line = waiting.socket("/customer")
    look_at_nodes(house)
    until(lambda: delays(line, console) == ("full", "full"), "both to hear that everything is full")
    refused = ask(console, "/staff", "consult.accept", consult=third)
    assert (code(refused), consult_of(house, third).state) == ("media.full", "waiting")
    figures = house.browser().get("/metrics").text
    for node in house.settings.media_nodes:
        assert f'maru_media_node_state{{node="{node}",state="full"}} 1.0' in figures
        assert f'maru_media_node_rooms{{node="{node}"}} 1.0' in figures
        assert re.search(rf'maru_media_node_lease_seconds{{node="{node}"}} [1-5]\.', figures)
    assert 'maru_consults_delayed{why="full"} 1.0' in figures
    first, over = calls[0]
    first.call(f"/api/consults/{over}/end")

    def both_go_on() -> bool:
        look_at_nodes(house)
        return delays(line, console) == (None, None)

    until(both_go_on, "both to hear of the place")
    taken = ask(console, "/staff", "consult.accept", consult=third)
    assert taken["ok"] is True, taken
    assert waiting.send(f"/api/consults/{third}/media", offer, SDP).status_code == 201


def look_at_nodes(house: House) -> None:
    for node in house.settings.media_nodes:
        house.process.watch.look(node)


def delays(line: SocketIOTestClient, console: SocketIOTestClient) -> tuple[str | None, str | None] | None:
    """What customer and advisor were told last of why nobody is called in; None until both were."""
    customer, advisor = (
        heard(line, "/customer", "consult.changed"),
        heard(console, "/staff", "waiting.changed"),
    )
    seen: list[Any] = line.__dict__.setdefault("delays", ["?", "?"])
    seen[0] = customer[-1]["delay"] if customer else seen[0]
    seen[1] = advisor[-1][0]["delay"] if advisor and advisor[-1] else seen[1]
    return None if "?" in seen else (seen[0], seen[1])
