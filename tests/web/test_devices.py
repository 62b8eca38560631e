"""Devices at the centre: what a hub tells is shown for its branch, with its age, and nonsense is refused."""

from datetime import timedelta
from typing import Any

import pytest
from flask_socketio import SocketIOTestClient

from branch import clock
from branch.devices.health import Agent, Pulse, card
from tests.signaling.test_link import connect
from tests.signaling.test_rooms import ask
from tests.web.house import House

FINE = {"state": "ready", "paper": "ok"}


@pytest.fixture
def hub(house: House) -> SocketIOTestClient:
    return connect(house)


def told(**changed: object) -> dict[str, Any]:
    agent = Agent(True, {"printer": {**FINE, "state": "paper_out", "paper": "out"}, "disk_mb": 20_000})
    shown = card(
        ("1" * 32, "kiosk", "입구", 1), clock.now(), Pulse.read({"camera": "ok"}), agent, clock.now(), "1"
    )
    return {**shown.as_json(), **changed}


def page(house: House) -> str:
    return house.staff("manager@maru.example").get("/manager/devices").text


def test_the_manager_sees_what_the_hub_told_last(house: House, hub: SocketIOTestClient) -> None:
    assert "이 지점에서는 아직 소식이 없어요" in page(house)
    assert ask(hub, "/link", "devices", cards=[told(), told(place="안쪽", number=2)]) == {"ok": True}
    shown = page(house)
    for words in ("키오스크 1", "입구", "안쪽", "번호표 종이가 없어요", "뚜껑을 열고 새 두루마리를"):
        assert words in shown
    assert "예전 소식이에요" not in shown
    assert ask(hub, "/link", "devices", cards=[]) == {"ok": True}
    assert "켜져 있는 기기가 없어요" in page(house)


def test_old_news_says_so(house: House, hub: SocketIOTestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(hub, "/link", "devices", cards=[told()])
    then = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert "예전 소식이에요" in page(house)


def test_a_trouble_of_a_newer_hub_is_passed_over(house: House, hub: SocketIOTestClient) -> None:
    newer = told(troubles=["on_fire", "paper_out"], state="burning", new_field=1)
    assert ask(hub, "/link", "devices", cards=[newer])["ok"] is True
    assert "번호표 종이가 없어요" in page(house)


@pytest.mark.parametrize(
    "cards",
    [None, "kiosk", [7], [{}], [told(number="one")], [told(kind="k" * 41)], [told(seen_at="yesterday")]],
)
def test_cards_that_cannot_be(house: House, hub: SocketIOTestClient, cards: object) -> None:
    ask(hub, "/link", "devices", cards=[told()])
    answer = ask(hub, "/link", "devices", cards=cards)
    assert answer["error"]["code"] == "input.bad"
    assert "키오스크 1" in page(house), "what was known before stays"
