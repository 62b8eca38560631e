"""Who gets no UDP out reaches the node by way of a real coturn: over UDP, TCP and TLS, with credentials that expire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Playwright
from pydantic import SecretStr

from tests.browser.people import FEWER_FRAMES, launch
from tests.consult.node import RunningNode, running_node
from tests.consult.test_browsers import ADDRESS, Person, sees_and_hears
from tests.servers import Relay, coturn
from tools import certificate
from web.relay import ice_servers
from web.settings import CentreSettings

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SECRET = SecretStr("a secret of the tests and of nothing else")
RELAY_ONLY = """(servers) => {
  const Plain = RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor() { super({ iceServers: servers, iceTransportPolicy: 'relay' }); }
  };
}"""
WAY_TAKEN = """async () => {
  const reports = await peer.getStats();
  const pair = [...reports.values()].find((each) => each.type === 'candidate-pair' && each.nominated);
  const local = reports.get(pair.localCandidateId);
  return [local.candidateType, local.relayProtocol];
}"""
REFUSAL = """async (servers) => {
  const peer = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' });
  peer.addTransceiver('audio');
  const refused = new Promise((done) => { peer.onicecandidateerror = (event) => done(event.errorCode); });
  await peer.setLocalDescription();
  return refused;
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    pair = certificate.for_address(tmp_path_factory.mktemp("certificate"), "127.0.0.1")
    with coturn(SECRET.get_secret_value(), pair.certificate, pair.key) as running:
        yield running


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running_node(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The relay's certificate is one of our own."""
    with launch(playwright, FEWER_FRAMES, "--ignore-certificate-errors") as chromium:
        yield chromium


def told(url: str, at: datetime) -> str:
    """What a page is told of this relay at this time, as JSON."""
    settings = CentreSettings(
        database_url="sqlite://",
        secret_key=SECRET,
        media_nodes=("http://127.0.0.1:8200",),
        media_secret=SECRET,
        link_keys={"seongsu": SECRET},
        hub_url="http://127.0.0.1:8100",
        turn_urls=(url,),
        turn_secret=SECRET,
    )
    return json.dumps(ice_servers(settings, at))


def test_all_three_ways_through_the_relay_carry_a_call(
    browser: Browser, node: RunningNode, relay: Relay
) -> None:
    advisor = Person(browser, node, "relayed", "advisor")
    advisor.join()
    ways = {
        "udp": f"turn:127.0.0.1:{relay.port}?transport=udp",
        "tcp": f"turn:127.0.0.1:{relay.port}?transport=tcp",
        "tls": f"turns:localhost:{relay.tls_port}?transport=tcp",
    }
    for way, url in ways.items():
        customer = Person(browser, node, "relayed", "customer")
        customer.page.add_init_script(f"({RELAY_ONLY})({told(url, datetime.now(UTC))})")
        customer.join()
        sees_and_hears(customer, f"the customer, by {way},")
        sees_and_hears(advisor, f"the advisor, while the customer comes by {way},")
        assert customer.page.evaluate(WAY_TAKEN) == ["relay", way]
        customer.leave()
    advisor.leave()


def test_credentials_that_have_expired_are_refused(browser: Browser, relay: Relay) -> None:
    page = browser.new_page()
    page.route(ADDRESS, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(ADDRESS)
    servers = told(f"turn:127.0.0.1:{relay.port}?transport=tcp", datetime.now(UTC) - timedelta(days=1))
    assert page.evaluate(REFUSAL, json.loads(servers)) == 401
    page.close()
