"""Notices to phones that nobody looks at: encrypted for one browser, said once, and nothing kept of where they went."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr, ValidationError
from sqlalchemy import func, select, update

from branch import clock, ids
from branch.notices.models import Contact, NoticeGiven, NoticeKind, PushSubscription
from branch.notices.services import claim, tidy
from tests.waiting import until
from tests.web.house import CATALOGUE, Browser, House, code_of, make_house, page_data
from tests.web.test_visit import TICKET, called, issued, tell
from tools.keys import vapid
from web.notifier import FileNotifier

PHONE = "010-1234-5678"
CONSENT = CATALOGUE.texts.contact_consent


def as_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class PushService:
    """A push service on this machine, and the browser whose notices it holds."""

    status: int = 201
    bodies: list[bytes] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    address: str = ""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def public(self) -> str:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return as_text(point)

    def read(self) -> dict[str, Any]:
        """The newest notice, as the browser alone can read it."""
        plain = http_ece.decrypt(
            self.bodies[-1], private_key=self.private, auth_secret=self.secret, version="aes128gcm"
        )
        return dict(json.loads(plain))


@contextmanager
def serving(service: PushService) -> Iterator[PushService]:
    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            service.signed.append(self.headers["Authorization"])
            self.send_response(service.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests need no access log."""

    server = HTTPServer(("127.0.0.1", 0), Take)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.address = f"http://127.0.0.1:{server.server_port}/for-one-browser"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def house(database_file: Path, tmp_path: Path) -> Iterator[House]:
    key = SecretStr(vapid(tmp_path / "vapid.key"))
    made = make_house(database_file, vapid_key=key, messages_file=tmp_path / "messages.jsonl")
    yield made
    made.process.stop()


@pytest.fixture
def phone(house: House) -> Browser:
    browser = house.customer()
    tell(house, browser.held("visit"), issued())
    return browser


def messages(house: House) -> list[dict[str, Any]]:
    file = house.settings.messages_file
    assert file is not None
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def wishes_for_messages(phone: Browser) -> None:
    assert CONSENT is not None
    assert phone.post("/visit/notices/phone", phone=PHONE, consent=CONSENT.version).status_code == 303


def counted(house: House, *tables: type) -> list[int]:
    with house.database.reading() as work:
        return [work.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_number_is_asked_for_with_its_text_and_said_to_be_simulated(house: House, phone: Browser) -> None:
    page = phone.get("/visit").text
    assert "길어도 하루를 넘기지 않아요." in page
    assert "문자는 실제로 나가지 않고 파일에만 적혀요." in page
    wishes_for_messages(phone)
    assert "끝자리 5678번" in phone.get("/visit").text


def test_with_a_banks_own_gateway_nothing_is_called_simulated(
    phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileNotifier, "simulated", False)
    page = phone.get("/visit").text
    assert "길어도 하루를 넘기지 않아요." in page
    assert "연습용" not in page


def test_messages_say_each_thing_once_and_also_after_a_restart(house: House, phone: Browser) -> None:
    wishes_for_messages(phone)
    visit = phone.held("visit")
    tell(house, house.customer().held("visit"), issued(13, "8" * 32))
    until(lambda: len(messages(house)) == 1, "the notice of a near turn")
    tell(house, visit, called())
    until(lambda: len(messages(house)) == 2, "the notice of the call")
    house.restart()
    tell(house, visit, ("ticket.recalled", {"ticket": TICKET, "number": "A-012", "recalls": 1}))
    tell(house, house.customer().held("visit"), issued(14, "9" * 32))
    with house.database.transaction() as work:
        assert not claim(work, TICKET, NoticeKind.NEAR)
        assert not claim(work, TICKET, NoticeKind.CALLED)
        assert work.scalar(select(func.count()).select_from(NoticeGiven)) == 2
    said = [(message["to"], message["text"], message["simulated"]) for message in messages(house)]
    assert said == [
        ("01012345678", "A-012번이 다음 차례예요. 지점으로 와 주세요.", True),
        ("01012345678", "A-012번을 불렀어요. 2번 창구 앞으로 와 주세요.", True),
    ]


def test_a_push_is_for_one_browser_alone(house: House, phone: Browser) -> None:
    with serving(PushService()) as service:
        with house.database.transaction() as work:
            keys = {"p256dh": service.public, "auth": as_text(service.secret)}
            row = {"digest": ids.digest(service.address), "visit_id": phone.held("visit"), **keys}
            work.add(PushSubscription(endpoint=service.address, made_at=clock.now(), **row))
        tell(house, phone.held("visit"), called())
        until(lambda: service.bodies, "a push")
        assert service.read()["body"] == "A-012번을 불렀어요. 2번 창구 앞으로 와 주세요."
        assert b"A-012" not in service.bodies[0]
        assert service.signed[0].startswith("vapid t=")
        service.status = 410
        tell(house, phone.held("visit"), ("ticket.no_show", {"ticket": TICKET, "number": "A-012"}))
        until(lambda: counted(house, PushSubscription) == [0], "the browser to be forgotten")


def test_a_browser_subscribes_with_a_service_that_is_known(house: House, phone: Browser) -> None:
    assert len(page_data(phone.get("/visit"))["push"]) == 87
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}
    wish = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": keys}
    for _ in range(2):
        assert phone.call("/visit/notices/push", wish).status_code == 200
    assert counted(house, PushSubscription) == [1]
    worker = phone.get("/worker.js")
    assert worker.mimetype == "text/javascript"
    worker.close()


BAD = [
    {"endpoint": "http://fcm.googleapis.com/x", "keys": {"p256dh": "B", "auth": "a"}},
    {"endpoint": "https://fcm.googleapis.com.evil.example/x", "keys": {"p256dh": "B", "auth": "a"}},
    {"endpoint": "https://127.0.0.1:8200/rooms", "keys": {"p256dh": "B", "auth": "a"}},
    {"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "", "auth": 7}},
    {"endpoint": None, "keys": {}},
]


@pytest.mark.parametrize("wish", BAD)
def test_an_address_of_somebody_else_is_not_taken(house: House, phone: Browser, wish: dict[str, Any]) -> None:
    assert code_of(phone.call("/visit/notices/push", wish)) == "push.bad"
    assert counted(house, PushSubscription) == [0]


@pytest.mark.parametrize("number", ["", "02-123-4567", "010-12", "01012345678901", "전화"])
def test_a_number_that_is_no_mobile_is_refused(phone: Browser, number: str) -> None:
    assert CONSENT is not None
    refused = phone.post("/visit/notices/phone", phone=number, consent=CONSENT.version)
    assert code_of(refused) == "contact.bad_phone"
    assert code_of(phone.post("/visit/notices/phone", phone=PHONE, consent="old")) == "input.bad"


@pytest.mark.parametrize("way", ["stop", "forget", "tidy", "a day"])
def test_nothing_is_kept_of_where_notices_went(house: House, phone: Browser, way: str) -> None:
    wishes_for_messages(phone)
    with house.database.transaction() as work:
        tidy(work)
    assert counted(house, Contact) == [1]
    if way == "stop":
        phone.post("/visit/notices/stop")
    elif way == "forget":
        phone.post("/visit/forget")
    elif way == "tidy":
        tell(house, phone.held("visit"), ("ticket.expired", {"ticket": TICKET, "number": "A-012"}))
    else:
        with house.database.transaction() as work:
            work.execute(update(Contact).values(given_at=clock.now() - timedelta(hours=25)))
    with house.database.transaction() as work:
        tidy(work)
    assert counted(house, Contact) == [0]


def test_without_the_settings_nothing_is_offered_and_nothing_taken(database_file: Path) -> None:
    plain = make_house(database_file)
    phone = plain.customer()
    tell(plain, phone.held("visit"), issued())
    page = phone.get("/visit")
    assert "push" not in page_data(page)
    assert "휴대폰 번호" not in page.text
    assert phone.post("/visit/notices/phone", phone=PHONE, consent="x").status_code == 404
    assert phone.call("/visit/notices/push", BAD[0]).status_code == 404
    plain.process.stop()


@pytest.mark.parametrize("key", ["", "not a key", "A" * 43, "_" * 43])
def test_a_key_that_cannot_sign_stops_the_start(database_file: Path, key: str) -> None:
    with pytest.raises(ValidationError, match="32 bytes of P-256 in base64url"):
        make_house(database_file, vapid_key=SecretStr(key))


def test_a_contact_that_no_push_service_takes_stops_the_start(database_file: Path) -> None:
    with pytest.raises(ValidationError, match="neither a mailto: nor an https:// address"):
        make_house(database_file, vapid_contact="operator@bank.example")
