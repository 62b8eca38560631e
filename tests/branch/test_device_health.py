"""What is said of a device: silence, paper, senses, disk and age of its page, the most urgent first."""

from datetime import UTC, datetime, timedelta

import pytest

from branch.devices.health import Agent, Pulse, card

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
FINE = Agent(True, {"printer": {"state": "ready", "paper": "ok"}, "disk_mb": 20_000})
KIOSK = ("d1", "kiosk", "입구", 1)


def printer(**said: object) -> Agent:
    return Agent(True, {"printer": {"state": "ready", "paper": "ok", **said}, "disk_mb": 20_000})


@pytest.mark.parametrize(
    ("pulse", "agent", "ago", "state", "troubles"),
    [
        ({"camera": "ok", "microphone": "ok", "version": "1"}, FINE, 5, "ok", ()),
        ({"camera": "ok"}, FINE, 61, "silent", ("silent",)),
        ({"camera": "missing", "microphone": "denied"}, FINE, 61, "silent", ("silent",)),
        ({"camera": "missing"}, FINE, 5, "attention", ("camera_missing",)),
        ({"microphone": "denied"}, FINE, 5, "attention", ("microphone_denied",)),
        ({}, printer(state="paper_out", paper="out"), 5, "attention", ("paper_out",)),
        ({}, printer(paper="low"), 5, "attention", ("paper_low",)),
        ({}, printer(state="cover_open"), 5, "attention", ("cover_open",)),
        ({}, printer(state="unavailable", paper="unknown"), 5, "attention", ("printer_off",)),
        ({}, Agent(False, FINE.status), 5, "attention", ("agent_off",)),
        ({}, Agent(True, {"disk_mb": 499}), 5, "attention", ("disk_low",)),
        ({"version": "0"}, FINE, 5, "attention", ("version_old",)),
        ({"camera": "ok"}, Agent(True, {"printer": "broken", "disk_mb": "much"}), 5, "ok", ()),
    ],
)
def test_a_kiosk(
    pulse: dict[str, object], agent: Agent, ago: int, state: str, troubles: tuple[str, ...]
) -> None:
    shown = card(KIOSK, NOW - timedelta(seconds=ago), Pulse.read(pulse), agent, NOW, "1")
    assert (shown.state, shown.troubles) == (state, troubles)


def test_a_device_that_never_came() -> None:
    shown = card(KIOSK, None, Pulse(), FINE, NOW, "1")
    assert (shown.state, shown.troubles, shown.seen_at) == ("new", ("new",), None)


def test_a_display_has_neither_camera_nor_paper() -> None:
    said = Pulse.read({"camera": "missing", "version": "1"})
    shown = card(("d2", "display", "대기실", 1), NOW, said, None, NOW, "1")
    assert (shown.state, shown.camera, shown.paper) == ("ok", None, None)


@pytest.mark.parametrize("sent", [{"camera": 3}, {"camera": "on fire"}, {"version": ["1"]}, {"else": 1}])
def test_what_is_not_understood_is_unknown(sent: dict[str, object]) -> None:
    assert Pulse.read(sent) == Pulse()


def test_a_long_version_is_cut() -> None:
    assert Pulse.read({"version": "9" * 500}).version == "9" * 20
