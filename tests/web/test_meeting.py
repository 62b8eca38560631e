"""Joining a call on real media nodes, and moving to another when one is away."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from branch.consults import services as consults
from consult.client import MediaClient, NotFound
from tests.waiting import until
from tests.web.conftest import media_plan
from tests.web.house import SECRET, Browser, House, code_of, heard, make_house
from tests.web.test_consult import accept, consult_of
from tools.processes import ProcessSet
from web.nodes import LATE, LOST, REFUSED

SDP = "application/sdp"


@pytest.fixture
def house(database_file: Path, nodes: tuple[ProcessSet, dict[str, str]]) -> Iterator[House]:
    made = make_house(database_file, media_nodes=tuple(nodes[1]))
    yield made
    made.process.stop()


def talking(house: House) -> tuple[str, Browser, Browser]:
    phone = house.customer()
    consult = phone.stand_in_line()
    accept(house, consult)
    return consult, phone, house.staff("tax@maru.example")


def test_both_join_the_same_room_and_it_closes_after_the_call(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    consult, phone, advisor = talking(house)
    for person in (phone, advisor):
        answer = person.send(f"/api/consults/{consult}/media", offer, SDP)
        assert answer.status_code == 201, answer.text
        assert answer.text.count("m=") == 2
    node = consult_of(house, consult).node
    assert node in nodes[1]
    client = MediaClient(tuple(nodes[1]), SECRET.get_secret_value())
    room = client.room(node, consult)
    assert {participant.participant for participant in room.participants} == {"customer", "advisor"}
    phone.call(f"/api/consults/{consult}/end")
    until(lambda: is_closed(client, node, consult), "the room to be closed")


def is_closed(client: MediaClient, node: str, consult: str) -> bool:
    try:
        client.room(node, consult)
    except NotFound:
        return True
    return False


def test_an_offer_that_is_none_is_refused(house: House, offer: str) -> None:
    consult, phone, _advisor = talking(house)
    answer = phone.send(f"/api/consults/{consult}/media", "this is no SDP", SDP)
    assert (answer.status_code, code_of(answer)) == (400, "media.bad_offer")
    assert phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201


def test_when_a_node_dies_the_room_moves_and_the_other_side_is_told(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    processes, names = nodes
    consult, phone, advisor = talking(house)
    console = advisor.socket("/staff")
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = consult_of(house, consult).node
    assert first is not None
    processes.kill(names[first])
    assert phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
    second = consult_of(house, consult).node
    assert second in set(names) - {first}
    assert heard(console, "/staff", "media.moved") == [{}]
    processes.kill(names[str(second)])
    answer = advisor.send(f"/api/consults/{consult}/media", offer, SDP)
    assert (answer.status_code, code_of(answer)) == (503, "media.unreachable")
    with house.database.reading() as work:
        kept = consults.get_consult(work, consult)
    assert (kept.state, kept.node) == ("accepted", second)


def test_calls_of_a_node_that_died_move_and_both_sides_are_told_once(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    processes, names = nodes
    consult, phone, advisor = talking(house)
    line, console = phone.socket("/customer"), advisor.socket("/staff")
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = str(consult_of(house, consult).node)
    watch = house.process.watch
    watch.look(first)
    assert consult_of(house, consult).node == first
    processes.kill(names[first])
    for _ in range(LOST // REFUSED + 1):
        watch.look(first)
    assert consult_of(house, consult).node in set(names) - {first}
    assert heard(line, "/customer", "media.moved") == [{}]
    assert heard(console, "/staff", "media.moved") == [{}]


def test_a_node_that_is_slow_for_a_moment_keeps_its_calls(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    processes, names = nodes
    consult, phone, _advisor = talking(house)
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = str(consult_of(house, consult).node)
    watch, process = house.process.watch, processes[names[first]].pid
    os.kill(process, signal.SIGSTOP)
    try:
        for _ in range(LOST // LATE - 1):
            watch.look(first)
        assert consult_of(house, consult).node == first
        watch.look(first)
        assert consult_of(house, consult).node in set(names) - {first}
    finally:
        os.kill(process, signal.SIGCONT)


def test_who_has_lost_a_node_that_is_late_moves_the_call_at_once(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    processes, names = nodes
    consult, phone, advisor = talking(house)
    console = advisor.socket("/staff")
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = str(consult_of(house, consult).node)
    process = processes[names[first]].pid
    os.kill(process, signal.SIGSTOP)
    try:
        house.process.watch.look(first)
        assert consult_of(house, consult).node == first, "one late answer alone moves nothing"
        assert phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
        assert consult_of(house, consult).node in set(names) - {first}
        assert heard(console, "/staff", "media.moved") == [{}]
    finally:
        os.kill(process, signal.SIGCONT)


def test_calls_of_a_node_that_started_anew_connect_anew(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str, tmp_path: Path
) -> None:
    processes, names = nodes
    consult, phone, _advisor = talking(house)
    line = phone.socket("/customer")
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = str(consult_of(house, consult).node)
    watch = house.process.watch
    watch.look(first)
    processes.kill(names[first])
    processes.start([media_plan(names[first], int(first.rpartition(":")[2]), tmp_path)])
    processes.wait_ready()
    for _ in range(2):  # the connection kept open from before ends with the first look
        watch.look(first)
    assert consult_of(house, consult).node in set(names) - {first}
    assert heard(line, "/customer", "media.moved") == [{}]


def test_a_node_that_is_being_emptied_gets_no_calls_and_gives_up_its_own(
    house: House, nodes: tuple[ProcessSet, dict[str, str]], offer: str
) -> None:
    consult, phone, _advisor = talking(house)
    line = phone.socket("/customer")
    phone.send(f"/api/consults/{consult}/media", offer, SDP)
    first = str(consult_of(house, consult).node)
    client = MediaClient(tuple(nodes[1]), SECRET.get_secret_value())
    client.drain(first, move=False)
    house.process.watch.look(first)
    assert consult_of(house, consult).node == first
    client.drain(first, move=True)
    house.process.watch.look(first)
    second = str(consult_of(house, consult).node)
    assert second != first
    assert heard(line, "/customer", "media.moved") == [{}]
    assert phone.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
    assert client.room(second, consult).participants[0].participant == "customer"
    until(lambda: is_closed(client, first, consult), "the room left behind to be closed")
    other = house.customer()
    waiting = other.stand_in_line("realestate")
    house.process.watch.look(second)
    accept(house, waiting, "realestate@maru.example")
    client.drain(second, move=True)
    house.process.watch.look(second)
    assert consult_of(house, consult).node == second, "with nowhere to go the call stays"
    answer = other.send(f"/api/consults/{waiting}/media", offer, SDP)
    assert (answer.status_code, code_of(answer)) == (503, "media.full")
    client.take_rooms(first)
    assert other.send(f"/api/consults/{waiting}/media", offer, SDP).status_code == 201
    assert consult_of(house, waiting).node == first
