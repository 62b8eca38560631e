"""A centre in this process for tests: its database on disk, its pages and sockets without a network."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from branch.content.catalogue import load
from branch.database import Database
from branch.demo import seed
from branch.handoff.services import issue_code
from branch.people.models import Role, Staff
from branch.people.services import issue_sign_in_link
from branch.schema import migrate
from branch.visits.services import open_visit
from tools.ports import free_port
from web.app import Process, create_app
from web.settings import CentreSettings

SECRET = SecretStr("a-secret-for-tests-of-at-least-32-characters")
LINK_KEY = "the-key-of-seongsu"
HTML = {"Accept": "text/html"}
CATALOGUE = load()


@dataclass
class House:
    """The centre under test; `process` can be made anew on the same database."""

    settings: CentreSettings
    process: Process

    @property
    def database(self) -> Database:
        return self.process.centre.database

    def restart(self) -> None:
        """Another process on the same database, as after a power cut."""
        self.process.stop()
        self.process = create_app(self.settings, async_mode="threading")

    def browser(self, address: str = "10.0.0.1") -> "Browser":
        """A browser with no cookies, on an address of its own."""
        return Browser(self, self.process.app.test_client(), address)

    def customer(self, language: str = "ko") -> "Browser":
        """A browser that has claimed the code of a visit that began at the kiosk."""
        browser = self.browser()
        browser.claim(self.code(language))
        return browser

    def staff(self, login: str) -> "Browser":
        """A browser in which this member of staff is signed in."""
        browser = self.browser()
        with self.database.transaction() as work:
            token = issue_sign_in_link(work, login)
        browser.post(f"/sign-in/{token}")
        return browser

    def code(self, language: str = "ko") -> str:
        """The code of a new visit at the kiosk."""
        with self.database.transaction() as work:
            return issue_code(work, open_visit(work, "seongsu", "kiosk", language).id)

    def member(self, login: str) -> Staff:
        """A member of staff as the database holds them."""
        with self.database.reading() as work:
            return work.scalars(select(Staff).where(Staff.login == login)).one()


@dataclass
class Browser:
    """A test client that carries the page's token, as a page's script does."""

    house: House
    client: FlaskClient
    address: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={**HTML, **headers}, environ_base=self._where())

    def post(self, path: str, **fields: str) -> TestResponse:
        """A form, as a page sends it."""
        token = {"csrf_token": self.token()}
        return self.client.post(path, data={**fields, **token}, headers=HTML, environ_base=self._where())

    def call(self, path: str, body: object = None, *, method: str = "POST") -> TestResponse:
        """A JSON call, as a script sends it; the answer is read at once, so that no file stays open behind it."""
        return self.client.open(
            path,
            method=method,
            json={} if body is None else body,
            headers=self.headers(),
            environ_base=self._where(),
            buffered=True,
        )

    def send(self, path: str, body: str, kind: str, *, method: str = "POST") -> TestResponse:
        """SDP or anything else with a content type of its own."""
        return self.client.open(
            path,
            method=method,
            data=body,
            content_type=kind,
            headers=self.headers(),
            environ_base=self._where(),
        )

    def headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.token(), "Accept": "application/json"}

    def token(self) -> str:
        """The token of this browser's session, from a page that anybody may see."""
        return str(page_data(self.get("/visit/forgotten"))["csrf"])

    def claim(self, code: str, at: str = "phone", **wishes: str) -> TestResponse:
        return self.post(f"/v/{code}?{urlencode({'at': at, **wishes})}")

    def held(self, name: str) -> Any:
        """What the cookie holds under a name."""
        with self.client.session_transaction() as cookie:
            return cookie.get(name)

    def hold(self, **values: str) -> None:
        """Put values into the cookie, for tests of roles."""
        with self.client.session_transaction() as cookie:
            cookie.update(values)

    def socket(self, namespace: str) -> SocketIOTestClient:
        """A socket of this browser."""
        process = self.house.process
        return process.socketio.test_client(
            process.app, namespace=namespace, flask_test_client=self.client, auth={"csrf": self.token()}
        )

    def request_consult(self, topic: str = "tax") -> str:
        """Choose a topic; the id of the consult."""
        answer = self.post("/consult", topic=topic)
        assert answer.status_code == 303, answer.text
        return answer.location.rsplit("/", 1)[1]

    def stand_in_line(self, topic: str = "tax", *, recording: bool = True) -> str:
        """Choose a topic, answer about the recording, pass the device check."""
        consult = self.request_consult(topic)
        version = CATALOGUE.texts.recording_consent.version
        told = self.call(
            f"/api/consults/{consult}/consent", {"recording": recording, "text_version": version}
        )
        assert told.status_code == 200, told.text
        assert self.call(f"/api/consults/{consult}/ready").status_code == 200
        return consult

    def _where(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def make_database(file: Path) -> None:
    """A migrated and seeded database, which each test copies: migrating takes longer than most tests."""
    url = f"sqlite:///{file}"
    migrate(url)
    database = Database(url)
    with database.transaction() as work:
        seed(work, CATALOGUE)
    database.close()


def make_house(file: Path, **changes: Any) -> House:
    """A centre on the database in `file`; no media node answers unless told otherwise."""
    url = f"sqlite:///{file}"
    values: dict[str, Any] = {
        "environment": "development",
        "database_url": url,
        "secret_key": SECRET,
        "media_secret": SECRET,
        "media_nodes": (f"http://127.0.0.1:{free_port()}",),
        "link_keys": {"seongsu": SecretStr(LINK_KEY), "gangnam": SecretStr("the-key-of-gangnam")},
        "hub_url": "http://kiosk.example:8100",
        "answer_seconds": 0,
    }
    settings = CentreSettings(**{**values, **changes})
    return House(settings, create_app(settings, async_mode="threading"))


def page_data(response: TestResponse) -> dict[str, Any]:
    """What a page tells its script."""
    found = re.search(r'id="page-data">(.*?)</script>', response.text, re.DOTALL)
    assert found, response.text
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def code_of(response: TestResponse) -> str:
    """The stable code of a refusal, from JSON or from the error page."""
    if response.is_json:
        return str(response.json["code"])  # type: ignore[index]
    found = re.search(r'class="error-code">([^<]*)<', response.text)
    return found.group(1) if found else ""


def heard(socket: SocketIOTestClient, namespace: str, event: str) -> list[Any]:
    """Everything this socket was told under a name since it was last asked; other events are kept back."""
    box: list[dict[str, Any]] = socket.__dict__.setdefault("kept", [])
    box.extend(socket.get_received(namespace))
    found = [each["args"][0] for each in box if each["name"] == event]
    socket.__dict__["kept"] = [each for each in box if each["name"] != event]
    return found


ROLE_LOGINS = {
    Role.ADVISOR: "tax@maru.example",
    Role.TELLER: "teller@maru.example",
    Role.MANAGER: "manager@maru.example",
}
