"""What processes are told are settings that they have, for one machine, for the scaled set and over HTTPS."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from consult.settings import MediaSettings
from hardware.settings import AgentSettings
from kiosk.settings import HubSettings
from tools.certificate import Certificate
from tools.keys import Keys
from tools.layout import PREFIXES, Layout, plans
from tools.processes import Plan
from web.settings import CentreSettings

KINDS: dict[str, type[BaseSettings]] = {
    "web": CentreSettings,
    "kiosk": HubSettings,
    "consult": MediaSettings,
    "hardware": AgentSettings,
}

PLAIN = Layout(Path("/state"), Keys.fresh(), "sqlite:////state/centre.db", "sqlite:////state/hub.db")
SCALED = replace(PLAIN, centre_ports=(1, 2), media_ports=(3, 4), redis="redis://127.0.0.1:5/0")
SECURE = replace(PLAIN, public_host="192.168.7.7", certificate=Certificate(Path("/c.crt"), Path("/c.key")))
TWO = replace(PLAIN, more_hubs=(("sqlite:////state/hub-2.db", 8101, 8301),))
LAYOUTS = {"plain": PLAIN, "scaled": SCALED, "https": SECURE, "two branches": TWO}


def settings_of(plan: Plan) -> dict[str, str]:
    return {key: value for key, value in plan.settings.items() if key.startswith("MARU_")}


def a_file(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_every_process_understands_what_it_is_told(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if layout.certificate:
        layout = replace(layout, certificate=Certificate(a_file(tmp_path / "crt"), a_file(tmp_path / "key")))
    for plan in plans(layout):
        kind = KINDS[plan.command[-1]]
        told = settings_of(plan)
        known = {f"{PREFIXES[plan.command[-1]]}{name}".upper() for name in kind.model_fields}
        assert set(told) <= known, plan.name
        with monkeypatch.context() as environment:
            for key, value in told.items():
                environment.setenv(key, value)
            kind()


def test_the_scaled_set_has_pairs_with_names_of_their_own() -> None:
    assert [plan.name for plan in plans(SCALED)] == [
        "media-1", "media-2", "agent", "centre-1", "centre-2", "hub",
    ]  # fmt: skip


def test_phones_are_told_the_network_address_over_https() -> None:
    hub = next(plan for plan in plans(SECURE) if plan.name == "hub")
    assert hub.settings["MARU_HUB_PUBLIC_CENTRE_URL"] == "https://192.168.7.7:8000"
    assert hub.settings["MARU_HUB_CENTRE_URL"] == "https://127.0.0.1:8000"


def test_what_the_operator_set_wins_and_reaches_only_its_process() -> None:
    layout = replace(PLAIN, overrides=(("MARU_HUB_IDLE_SECONDS", "7"), ("MARU_HUB_KIOSK_NAME", "2층")))
    told = {plan.name: settings_of(plan) for plan in plans(layout)}
    assert told["hub"]["MARU_HUB_IDLE_SECONDS"] == "7"
    assert "MARU_HUB_IDLE_SECONDS" not in told["centre"]


def test_a_second_branch_has_a_hub_of_its_own() -> None:
    overrides = (("MARU_HUB_PORT", "9"), ("MARU_HUB_LANGUAGES", '["ko"]'))
    told = {plan.name: settings_of(plan) for plan in plans(replace(TWO, overrides=overrides))}
    first, second, centre = told["hub"], told["hub-mapo"], told["centre"]
    assert (first["MARU_HUB_PORT"], second["MARU_HUB_PORT"]) == ("9", "8101")
    assert second["MARU_HUB_LANGUAGES"] == '["ko"]'
    keys = json.loads(centre["MARU_CENTRE_LINK_KEYS"])
    assert keys == {"seongsu": first["MARU_HUB_LINK_KEY"], "mapo": second["MARU_HUB_LINK_KEY"]}
    assert keys["seongsu"] != keys["mapo"]
    assert second["MARU_HUB_AGENT_URL"] == f"http://127.0.0.1:{told['agent-mapo']['MARU_AGENT_PORT']}"
    assert json.loads(centre["MARU_CENTRE_HUB_URLS"]) == {"mapo": "http://127.0.0.1:8101"}


def test_secrets_are_not_shown_with_a_plan() -> None:
    assert not [plan for plan in plans(PLAIN) if PLAIN.keys.agent in repr(plan)]
