"""What a display is told, and the sounds it may fetch: the database at each look, and nothing that nobody called."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from branch.content import catalogue
from branch.settings import SettingsError
from kiosk.announcements.calls import is_quiet
from kiosk.app import Process
from kiosk.settings import HubSettings
from tests.kiosk.people import Person, Teller, Visitor

NEWS = re.compile(r'<script type="application/json" id="news" data-live>(.*?)</script>', re.DOTALL)


def news(process: Process) -> dict[str, Any]:
    found = NEWS.search(Person(process).reads("/display"))
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def calls(process: Process) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = news(process)["calls"]
    return told


def here(teller: Teller) -> str:
    found = re.search(r"/desk/tickets/(\w{32})/recall", teller.reads("/desk"))
    assert found, "nobody is at the desk"
    return found[1]


def test_a_call_is_told_in_korean_and_in_the_tickets_language(process: Process, teller: Teller) -> None:
    Visitor(process).arrives("en").takes_ticket()
    assert calls(process) == []
    teller.goes("/desk/next")
    [call] = calls(process)
    assert (call["number"], call["desk"], call["again"]) == ("A-001", "1번 창구", False)
    assert [line["caption"] for line in call["lines"]] == [
        "A-001 손님, 1번 창구로 오세요",
        "A-001, please come to Desk 1",
    ]
    for clip in call["lines"][0]["clips"] + call["lines"][1]["clips"]:
        answer = teller.client.get(clip)
        assert (answer.status_code, answer.mimetype) == (200, "audio/x-wav")
        assert answer.data.startswith(b"RIFF")


def test_a_recall_is_another_call_and_undoing_it_is_the_first_again(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/next")
    [first] = calls(process)
    teller.goes(f"/desk/tickets/{here(teller)}/recall")
    [again] = calls(process)
    assert again["again"]
    assert again["id"] != first["id"]
    teller.goes("/desk/undo")
    assert [call["id"] for call in calls(process)] == [first["id"]]
    teller.goes(f"/desk/tickets/{here(teller)}/recall")
    assert calls(process)[0]["id"] not in {first["id"], again["id"]}


def test_a_call_that_was_taken_back_or_answered_stands_no_more(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/next")
    [call] = calls(process)
    clip = call["lines"][0]["clips"][0]
    teller.goes("/desk/undo")
    assert calls(process) == []
    assert teller.client.get(clip).status_code == 404
    teller.goes("/desk/next")
    [once_more] = calls(process)
    assert once_more["id"] != call["id"]
    teller.goes(f"/desk/tickets/{here(teller)}/no-show")
    assert calls(process) == []


@pytest.mark.parametrize(
    "address",
    [
        f"/display/spoken/ko/{'0' * 32}/number",
        f"/display/spoken/xx/{'0' * 32}/number",
        "/display/recorded/ko/letter-a",
        "/display/recorded/..%2F../secrets",
    ],
)
def test_nothing_is_spoken_that_nobody_called(process: Process, address: str) -> None:
    assert Person(process).client.get(address).status_code == 404


def test_sounds_come_in_ranges_too(process: Process) -> None:
    answer = Person(process).client.get("/display/chime", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.data) == (206, b"RIFF")


def test_a_banks_recordings_are_taken_first(
    settings: HubSettings, make_hub: Callable[[HubSettings], Process], tmp_path: Path
) -> None:
    studio = tmp_path / "studio" / "ko"
    studio.mkdir(parents=True)
    for piece in ("letter-a", "1", "guest", "desk-1"):
        (studio / f"{piece}.mp3").write_bytes(b"ID3")
    process = make_hub(settings.model_copy(update={"recorded_voice_dir": studio.parent}))
    Visitor(process).arrives().takes_ticket()
    teller = Teller(process).signs_in()
    teller.goes("/desk/next")
    clips = calls(process)[0]["lines"][0]["clips"]
    assert clips == [f"/display/recorded/ko/{piece}" for piece in ("letter-a", "1", "guest", "desk-1")]
    assert [teller.client.get(clip).data for clip in clips] == [b"ID3"] * 4


@pytest.mark.parametrize("setting", ["voice_dir", "recorded_voice_dir"])
def test_a_folder_that_cannot_be_used_stops_the_start_and_is_named(
    settings: HubSettings, make_hub: Callable[[HubSettings], Process], tmp_path: Path, setting: str
) -> None:
    file = tmp_path / "no-folder"
    file.touch()
    with pytest.raises(SettingsError, match="no-folder"):
        make_hub(settings.model_copy(update={setting: file}))


def test_at_night_calls_are_silent(settings: HubSettings, make_hub: Callable[[HubSettings], Process]) -> None:
    assert news(make_hub(settings))["volume"] == 0.8
    all_day = settings.model_copy(update={"quiet_hours": (time(0), time(23, 59, 59, 999_999))})
    assert news(make_hub(all_day))["volume"] == 0


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        (None, time(3), False),
        ((time(20), time(8)), time(3), True),
        ((time(20), time(8)), time(20), True),
        ((time(20), time(8)), time(8), False),
        ((time(12), time(13)), time(12, 30), True),
        ((time(12), time(13)), time(13), False),
    ],
)
def test_quiet_hours_may_reach_over_midnight(hours: tuple[time, time] | None, at: time, quiet: bool) -> None:
    assert is_quiet(hours, at) is quiet


@pytest.mark.parametrize(("wish", "volume"), [("0", 0), ("35", 0.35), ("900", 1), ("loud", 0.8)])
def test_each_display_may_have_its_own_volume(process: Process, wish: str, volume: float) -> None:
    assert f'"volume": {volume}' in Person(process).reads(f"/display?volume={wish}")


def test_the_display_speaks_the_language_it_is_asked_for(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/next")
    display = Person(process).reads("/display?language=en")
    assert '<p class="display-desk">Desk 1</p>' in display
    assert "Numbers are now called in Korean and English" in display


@pytest.mark.parametrize(("language", "voice"), [("zh", "cmn"), ("ja", "ja"), ("vi", "vi")])
def test_a_further_language_takes_a_file_and_a_setting(
    settings: HubSettings,
    make_hub: Callable[[HubSettings], Process],
    tmp_path: Path,
    language: str,
    voice: str,
) -> None:
    folder = Path(shutil.copytree(catalogue.HERE, tmp_path / "content"))
    words = f'{{voice: {voice}, number: "{{letter}}, {{number}}", desk: "{{desk}}", caption: "{{number}}"}}'
    with (folder / "announcements.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{language}: {words}\n")
    process = make_hub(
        settings.model_copy(update={"content_dir": folder, "languages": ("ko", "en", language)})
    )
    Visitor(process).arrives(language).takes_ticket()
    teller = Teller(process).signs_in()
    teller.goes("/desk/next")
    [call] = calls(process)
    assert [line["language"] for line in call["lines"]] == ["ko", language]
    for clip in call["lines"][1]["clips"]:
        assert teller.client.get(clip).data.startswith(b"RIFF")
