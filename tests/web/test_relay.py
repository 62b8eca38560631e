"""Credentials of the relay: made for each page, signed with the shared secret, gone after their time."""

import base64
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from tests.web.house import House, make_house, page_data
from web.relay import ice_servers

URLS = ("turn:relay.example:3478?transport=udp", "turns:relay.example:443?transport=tcp")
SECRET = "known to the centre and to coturn"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def relayed(database_file: Path) -> Iterator[House]:
    made = make_house(database_file, turn_urls=URLS, turn_secret=SecretStr(SECRET))
    yield made
    made.process.stop()


def test_credentials_hold_their_own_end_and_are_signed(relayed: House) -> None:
    (server,) = ice_servers(relayed.settings, NOW)
    until, _, word = server["username"].partition(":")
    assert int(until) == NOW.timestamp() + relayed.settings.turn_seconds
    assert len(word) == 16
    signature = hmac.digest(SECRET.encode(), server["username"].encode(), "sha1")
    assert base64.b64decode(server["credential"]) == signature
    assert server["urls"] == list(URLS)


def test_both_pages_and_whoever_asks_again_get_some(relayed: House) -> None:
    phone, advisor = relayed.customer(), relayed.staff("tax@maru.example")
    pages = [phone.get(f"/consult/{phone.request_consult()}"), advisor.get("/advisor")]
    told = [page_data(page)["iceServers"] for page in pages]
    told += [browser.get("/api/ice-servers").json["iceServers"] for browser in (phone, advisor)]  # type: ignore[index]
    assert all(len(servers) == 1 and servers[0]["urls"] == list(URLS) for servers in told)
    assert len({servers[0]["username"] for servers in told}) == len(told)


def test_a_stranger_gets_none(relayed: House) -> None:
    answer = relayed.browser().client.get("/api/ice-servers", headers={"Accept": "application/json"})
    assert answer.status_code == 403


def test_a_relay_without_a_secret_is_none(database_file: Path) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        make_house(database_file, turn_urls=URLS)
    with pytest.raises(ValidationError, match="belong together"):
        make_house(database_file, turn_secret=SecretStr(SECRET))


def test_a_wrong_address_is_named(database_file: Path) -> None:
    with pytest.raises(ValidationError, match=r"https://relay\.example is no turn: or turns: address"):
        make_house(database_file, turn_urls=("https://relay.example",), turn_secret=SecretStr(SECRET))
