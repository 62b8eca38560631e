"""How a call went is kept with its consult, and the manager reads it beside the customer's score."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from branch.quality.services import Measured, keep, of_consult, opinion_of
from tests.waiting import until
from tests.web.house import House, make_house
from tests.web.test_consult import accept, finish
from tools.processes import ProcessSet

SDP = "application/sdp"
ADVISOR = Measured("advisor", 1_000_000, 900_000, 0, 0.001, 4.0, 30.0, 4.3)
CUSTOMER = Measured("customer", 900_000, 1_000_000, 3, 0.06, 21.0, 190.0, 2.76)


@pytest.fixture
def house(database_file: Path, nodes: tuple[ProcessSet, dict[str, str]]) -> Iterator[House]:
    made = make_house(database_file, media_nodes=tuple(nodes[1]))
    yield made
    made.process.stop()


def kept(house: House, consult: str) -> list[str]:
    """Whose part of the call was measured."""
    with house.database.reading() as work:
        return [quality.participant for quality in of_consult(work, consult)]


def test_what_the_node_measured_is_kept_when_the_call_is_over(house: House, offer: str) -> None:
    phone = house.customer()
    consult = phone.stand_in_line()
    accept(house, consult)
    for person in (phone, house.staff("tax@maru.example")):
        assert person.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
    phone.call(f"/api/consults/{consult}/end")
    until(lambda: kept(house, consult) == ["advisor", "customer"], "both sides' quality is kept")
    with house.database.reading() as work:
        assert opinion_of(work, consult) is None, "nobody has heard anything"


def test_the_manager_reads_the_worse_side_beside_the_score(house: House) -> None:
    consult = house.customer().stand_in_line()
    finish(house, consult)
    with house.database.transaction() as work:
        keep(work, consult, [ADVISOR, CUSTOMER])
        keep(work, consult, [CUSTOMER])
    with house.database.reading() as work:
        assert [(quality.participant, quality.freezes) for quality in of_consult(work, consult)] == [
            ("advisor", 0),
            ("customer", 3),
        ]
    page = house.staff("manager@maru.example").get("/manager").text
    assert "음질 추정" in page
    assert ">2.8<" in page
