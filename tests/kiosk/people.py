"""People at the hub, played on its real app: visitors at the kiosk, tellers at their desk."""

import json
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from branch.people.models import Staff
from branch.people.services import issue_sign_in_link
from kiosk.app import Process

DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)


class Person:
    """Somebody with a browser: pages come as HTML, forms are sent as the page's script sends them."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.client: FlaskClient = process.app.test_client()
        self.csrf = ""

    def opens(self, path: str) -> TestResponse:
        answer = self.client.get(path, headers={"Accept": "text/html"})
        found = DATA.search(answer.get_data(as_text=True))
        if found:
            self.csrf = json.loads(found.group(1))["csrf"]
        return answer

    def reads(self, path: str) -> str:
        answer = self.opens(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}, {answer.location}"
        return answer.get_data(as_text=True)

    def sends(self, path: str, **fields: object) -> TestResponse:
        headers = {"Accept": "application/json", "X-CSRFToken": self.csrf}
        return self.client.post(path, data=fields, headers=headers)

    def goes(self, path: str, **fields: object) -> str:
        """Send a form and say where it leads."""
        answer = self.sends(path, **fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        to: str = answer.get_json()["to"]
        return to

    def error(self, path: str, **fields: object) -> tuple[int, str, str]:
        """Send a form that is refused: status, code, sentence."""
        answer = self.sends(path, **fields)
        body: dict[str, Any] = answer.get_json()
        return answer.status_code, body["code"], body["message"]

    @property
    def cookie(self) -> dict[str, Any]:
        with self.client.session_transaction() as session:
            return dict(session)


class Visitor(Person):
    """Somebody at the kiosk."""

    def arrives(self, language: str = "ko") -> "Visitor":
        self.reads("/")
        self.reads("/language")
        assert self.goes("/language", language=language) == "/menu"
        self.reads("/menu")
        return self

    @property
    def visit(self) -> str:
        return str(self.cookie["visit"])

    def takes_ticket(self, service: str = "deposits") -> str:
        assert self.goes("/ticket", service=service) == "/ticket/issued"
        found = re.search(r'<p class="ticket-number">([^<]+)</p>', self.reads("/ticket/issued"))
        assert found is not None
        return found.group(1)

    def takes_quiz(self, answer: int = 0) -> None:
        to = self.goes("/quiz")
        while to != "/quiz/result":
            self.reads(to)
            to = self.goes(to, answer=answer)


class Teller(Person):
    """Somebody who signed in at the hub."""

    def signs_in(self, login: str = "teller@maru.example") -> "Teller":
        with self.process.hub.database.transaction() as session:
            token = issue_sign_in_link(session, login)
        self.reads(f"/sign-in/{token}")
        self.goes_home = self.client.post(
            f"/sign-in/{token}", data={"csrf_token": self.csrf}, headers={"Accept": "text/html"}
        ).location
        self.opens("/desk")
        return self


def staff(process: Process, login: str) -> Staff:
    with process.hub.database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()
