"""Two real Chromiums' pages and the node over a bad line: what is lost is sent again, and a new address goes on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.consult.node import RunningNode, running_node
from tests.consult.test_browsers import Person, sees_and_hears
from tests.network.front import Network
from tests.network.link import GOOD, Conditions
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

LOSSY = Conditions(loss=0.05, delay=0.02, jitter=0.01)
ENOUGH_REPAIRS = 25


@pytest.fixture(scope="module")
def network(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Network, Person, Person]]:
    """A customer and an advisor who see and hear each other, and the lines between them and the node."""
    with running_node(tmp_path_factory.mktemp("node")) as node, Network(node.url) as lines:
        front = at(node, lines.url)
        customer, advisor = (Person(browser, front, "lines", name) for name in ("customer", "advisor"))
        customer.join()
        advisor.join()
        for person in (customer, advisor):
            sees_and_hears(person, "everybody on a good line")
        yield lines, customer, advisor
        for person in (customer, advisor):
            person.leave()


def at(node: RunningNode, url: str) -> RunningNode:
    """The same node under another address."""
    moved = copy.copy(node)
    moved.url = url
    return moved


def picture(person: Person) -> dict[str, Any]:
    """What the browser says of the other's picture (W3C webrtc-stats, inbound-rtp)."""
    found: dict[str, Any] = person.stats()["inbound-rtp.video"]
    return found


def test_a_picture_on_a_line_that_loses_goes_on_moving(network: tuple[Network, Person, Person]) -> None:
    lines, customer, advisor = network
    asked = key_frame_requests(customer)
    lines.link("customer").becomes(LOSSY)
    until(
        lambda: picture(advisor).get("retransmittedPacketsReceived", 0) > ENOUGH_REPAIRS,
        "lost packets are sent again",
    )
    sees_and_hears(advisor, "the advisor, over a line that loses 5 %,")
    lines.link("customer").becomes(GOOD)
    # What is sent again needs no key frame; one may come from a packet that was lost five times.
    assert key_frame_requests(customer) - asked <= 1


def test_a_new_address_goes_on_without_joining_anew(network: tuple[Network, Person, Person]) -> None:
    lines, customer, advisor = network
    lines.link("customer").change_address()
    for person in (customer, advisor):
        sees_and_hears(person, "after the change of address")
    assert lines.joins == {"customer": 1, "advisor": 1}


def key_frame_requests(sender: Person) -> int:
    """How often a key frame was asked of this person's camera."""
    return int(sender.stats()["outbound-rtp.video"]["pliCount"])
