"""The manager's recordings: who may see them, what is kept of them, and what a check finds when a folder was changed."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from branch.consults import services as consults
from branch.people.models import Branch
from branch.recordings.services import recording_of
from consult.recording import RoomRecorder
from tests.consult.recording.rooms import begin, send
from tests.consult.recording.streams import video
from tests.web.conftest import Standing
from tests.web.house import Browser, House, code_of, make_house
from tests.web.test_consult import accept
from web.archive import compare
from web.playlist import FoundPart, playlist


@pytest.fixture
def house(database_file: Path, standing: Standing) -> Iterator[House]:
    """A centre with two media nodes that share a folder of recordings."""
    made = make_house(database_file, media_nodes=standing.urls)
    yield made
    made.process.stop()


@pytest.fixture
def recorded(house: House, standing: Standing) -> str:
    """A consult that is over and has a recording of two parts; its id."""
    consult = over(house)
    for _ in range(2):
        write_part(standing.recordings, consult)
    return consult


def over(house: House) -> str:
    """A consult that was talked through and has ended."""
    consult = house.customer().stand_in_line()
    accept(house, consult)
    with house.database.transaction() as work:
        found = consults.get_consult(work, consult)
        consults.begin(work, found)
        consults.end(work, found)
    return consult


def write_part(folder: Path, consult: str) -> None:
    """One part, as a node writes it."""
    recorder = RoomRecorder(folder, consult, "node")
    send(begin(recorder, "video/VP8", "customer"), video("video/VP8", 10))
    recorder.close()


def manager(house: House) -> Browser:
    return house.staff("manager@maru.example")


def opened(browser: Browser, consult: str) -> tuple[str, dict[str, Any]]:
    """The address of the first track, with its ticket, and the playlist."""
    told = browser.call(f"/manager/recordings/{consult}/play").json
    assert told is not None
    clip = told["lanes"][0]["clips"][0]
    path = f"/manager/recordings/{consult}/tracks/{clip['node']}/{clip['part']}/{clip['file']}"
    return f"{path}?ticket={told['ticket']}", told


def test_an_empty_list_says_so_and_filters_find(house: House, recorded: str) -> None:
    page = manager(house)
    assert recorded in page.get("/manager/recordings").text
    assert recorded in page.get("/manager/recordings?topic=tax&holds=unknown").text
    for wanted in ("topic=products", "holds=no", "advisor=nobody", "holds=%00"):
        text = page.get(f"/manager/recordings?{wanted}").text
        assert (recorded in text) is (wanted == "holds=%00"), wanted


def test_a_track_is_played_by_ranges_with_a_ticket_and_noted(house: House, recorded: str) -> None:
    page = manager(house)
    track, told = opened(page, recorded)
    assert (len(told["lanes"]), len(told["lanes"][0]["clips"])) == (1, 2)
    answer = page.get(track, Range="bytes=0-3")
    assert (answer.status_code, answer.data) == (206, b"\x1a\x45\xdf\xa3")
    assert answer.headers["Content-Range"].startswith("bytes 0-3/")
    assert page.call(track, method="GET").data[:4] == answer.data
    assert "한지원" in page.get(f"/manager/recordings/{recorded}").text.partition("data-uses")[2]


def test_bad_ways_to_a_track_are_refused(house: House, recorded: str) -> None:
    page = manager(house)
    track, _ = opened(page, recorded)
    path, _, ticket = track.partition("?")
    base = f"/manager/recordings/{recorded}/tracks"
    for wrong, status, code in (
        (path, 404, "page.not_found"),
        (f"{path}?ticket=forged", 404, "page.not_found"),
        (f"{base}/0/1/manifest.json?{ticket}", 404, "recording.not_found"),
        (f"{base}/0/1/..%2F..%2Fkeys.json?{ticket}", 404, "page.not_found"),
        (f"{base}/9/1/customer-video.mkv?{ticket}", 404, "recording.not_found"),
        (f"{base}/0/7/customer-video.mkv?{ticket}", 404, "recording.not_found"),
    ):
        answer = page.call(wrong, method="GET")
        assert (answer.status_code, code_of(answer)) == (status, code), wrong
    garbage = page.client.get(track, headers={"Range": "bytes=x-y", "Accept": "application/json"})
    assert (garbage.status_code, code_of(garbage)) == (416, "recording.bad_range")


def test_a_ticket_is_of_one_person_one_recording_and_half_an_hour(
    house: House, recorded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = manager(house)
    track, _ = opened(page, recorded)
    with house.database.transaction() as work:
        consults.close(work, consults.get_consult(work, recorded), "정리했어요.")
    other = over(house)
    assert code_of(page.call(track.replace(recorded, other), method="GET")) == "page.not_found"
    monkeypatch.setattr("web.views.recordings.TICKET_SECONDS", -1)
    answer = page.call(track, method="GET")
    assert (answer.status_code, code_of(answer)) == (410, "recording.ticket_over")


def test_what_could_not_be_verified_at_first_is_verified_later(house: House, recorded: str) -> None:
    archive, page = house.process.centre.archive, manager(house)
    assert archive.keep(recorded)
    assert "data-holds" not in page.get(f"/manager/recordings/{recorded}").text
    archive.check_late()
    assert 'data-holds="yes"' in page.get(f"/manager/recordings/{recorded}").text


def test_what_waits_for_its_store_is_told(house: House, recorded: str) -> None:
    archive, page = house.process.centre.archive, manager(house)
    archive.held_back = 2
    for path in ("", f"/{recorded}"):
        assert "녹화 2개는 상담 서버에 안전하게 두었고" in page.get(f"/manager/recordings{path}").text
    archive.look_at_stores()
    assert "data-held-back" not in page.get("/manager/recordings").text, (
        "nodes that keep all wait for nothing"
    )


@pytest.mark.parametrize("login", ["tax@maru.example", "teller@maru.example"])
def test_nobody_but_managers_sees_recordings(house: House, recorded: str, login: str) -> None:
    page = house.staff(login)
    base = f"/manager/recordings/{recorded}"
    for path in ("/manager/recordings", base, f"{base}/file", f"{base}/file/content"):
        assert page.get(path).status_code == 403, path
    assert page.call(f"{base}/play").status_code == 403
    with house.database.reading() as work:
        assert recording_of(work, recorded) is not None


def test_an_unknown_or_lost_recording_says_so(house: House) -> None:
    page = manager(house)
    assert code_of(page.call("/manager/recordings/unknown/play")) == "page.not_found"
    nothing = over(house)
    assert code_of(page.call(f"/manager/recordings/{nothing}/play")) == "recording.not_found"
    house.process.centre.archive.keep(nothing)
    assert "남은 녹화가 없어요" in page.get(f"/manager/recordings/{nothing}").text


def test_a_folder_that_was_replaced_as_a_whole_is_found(
    house: House, recorded: str, standing: Standing, tmp_path: Path
) -> None:
    archive = house.process.centre.archive
    assert archive.keep(recorded)
    assert not archive.keep(recorded), "seals are kept once"
    assert archive.check(recorded) == []
    folder = standing.recordings / recorded
    kept = shutil.copytree(folder, tmp_path / "kept")
    shutil.rmtree(folder)
    for _ in range(3):
        write_part(standing.recordings, recorded)
    assert archive.check(recorded) == ["replaced:1", "replaced:2", "added:3"]
    page = manager(house).get(f"/manager/recordings/{recorded}").text
    assert "1번째 녹화가 다른 것으로 바뀌었어요" in page
    shutil.rmtree(folder)
    assert archive.check(recorded) == ["missing:1", "missing:2"]
    shutil.copytree(kept, folder)
    track = folder / "2" / "customer-video.mkv"
    track.write_bytes(track.read_bytes()[:-1] + b"!")
    assert archive.check(recorded) == ["changed:2"]
    assert manager(house).get("/manager/recordings?holds=no").text.count("data-consult") == 1


def test_a_recording_whose_time_is_over_is_deleted_with_proof(
    house: House, recorded: str, standing: Standing
) -> None:
    archive = house.process.centre.archive
    archive.keep(recorded)
    assert archive.delete_due() == []
    with house.database.transaction() as work:
        consult = consults.get_consult(work, recorded)
        assert consult.ended_at is not None
        consult.ended_at -= timedelta(days=91)
    assert archive.delete_due() == [recorded]
    assert archive.delete_due() == [], "what is gone is not deleted again"
    assert not (standing.recordings / recorded).exists()
    with house.database.reading() as work:
        kept = recording_of(work, recorded)
    assert kept is not None
    assert kept.deletion is not None
    (proof,) = kept.deletion
    assert kept.parts is not None
    assert [part["seal"] for part in proof["parts"]] == [part["seal"] for part in kept.parts]
    assert (proof["files"], proof["bytes"] > 0) == (6, True)
    page = manager(house)
    assert "data-deletion" in page.get(f"/manager/recordings/{recorded}").text
    assert code_of(page.call(f"/manager/recordings/{recorded}/check")) == "recording.not_found"
    assert code_of(page.call(f"/manager/recordings/{recorded}/play")) == "recording.not_found"


def test_when_no_node_answers_the_manager_is_told_what_to_do(database_file: Path) -> None:
    house = make_house(database_file)  # its one node is an address where nobody listens
    consult = over(house)
    page = manager(house)
    for path in ("play", "file", "check"):
        answer = page.call(f"/manager/recordings/{consult}/{path}")
        assert (answer.status_code, code_of(answer)) == (503, "recording.unreachable"), path
    house.process.stop()


def part(number: int, started_at: str, ended_at: str | None, *tracks: dict[str, Any]) -> FoundPart:
    """A part as a manifest tells of it."""
    previous = {"gap": {"reason": "not_closed"}} if number > 1 else None
    told = {
        "part": number,
        "started_at": started_at,
        "ended_at": ended_at,
        "pauses": [],
        "previous": previous,
    }
    return FoundPart(0, {**told, "tracks": list(tracks)})


def track(offset: float, duration: float, *gaps: dict[str, Any]) -> dict[str, Any]:
    who = {"participant": "customer", "role": "customer", "kind": "video", "file": "customer-video.mkv"}
    return {**who, "offset": offset, "duration": duration, "gaps": list(gaps)}


def test_parts_lie_on_one_line_with_what_is_missing_between() -> None:
    lost = {"from": 4.0, "to": 6.0, "reason": "lost", "packets": 9}
    line = playlist(
        [
            part(1, "2026-11-22T01:00:00.000Z", None, track(1.0, 9.0, lost)),
            part(2, "2026-11-22T01:00:15.000Z", "2026-11-22T01:00:25.000Z", track(0.5, 9.0)),
        ]
    )
    assert line.seconds == 25
    assert [(clip.begin, clip.end, clip.shift) for clip in line.lanes[0].clips] == [
        (1, 10, 0),
        (15.5, 24.5, 15),
    ]
    told = [(gap.begin, gap.end, gap.reason, gap.participant) for gap in line.gaps]
    assert told == [(4, 6, "lost", "customer"), (10, 15, "not_closed", None)]
    assert line.gap_seconds == 5


def test_a_screen_is_shown_for_a_while_and_only_what_was_lost_of_it_is_missing() -> None:
    gaps = [
        {"from": 2.0, "to": 4.0, "reason": reason} for reason in ("not_shown", "nothing_sent", "reconnect")
    ]
    lost = {"from": 5.0, "to": 6.0, "reason": "lost"}
    screen = {**track(4.0, 6.0, *gaps, lost), "kind": "screen", "file": "customer-screen.mkv"}
    line = playlist([part(1, "2026-11-22T01:00:00.000Z", None, track(1.0, 9.0), screen)])
    (lane,) = line.lanes
    assert [(clip.kind, clip.begin, clip.end) for clip in lane.clips] == [("video", 1, 10), ("screen", 4, 10)]
    assert [(gap.begin, gap.end, gap.reason, gap.screen) for gap in line.gaps] == [(5, 6, "lost", True)]


def test_the_same_gap_of_picture_and_voice_is_told_once() -> None:
    away, later = ({"from": begin, "to": begin + 2.0, "reason": "lost"} for begin in (4.0, 7.5))
    voice = {
        **track(1.0, 9.0, {"from": 4.5, "to": 7.0, "reason": "lost"}),
        "kind": "audio",
        "file": "voice.mkv",
    }
    line = playlist([part(1, "2026-11-22T01:00:00.000Z", None, track(1.0, 9.0, away, later), voice)])
    assert [(gap.begin, gap.end) for gap in line.gaps] == [(4, 9.5)]
    line = playlist([part(1, "2026-11-22T01:00:00.000Z", None, track(1.0, 9.0, away, later))])
    assert [(gap.begin, gap.end) for gap in line.gaps] == [(4, 6), (7.5, 9.5)]


def test_what_differs_from_the_seals_is_named() -> None:
    kept = [{"part": 1, "opening": "o", "seal": "s"}]
    good = {"part": 1, "opening": "o", "seal": "s", "problems": [], "tracks": [{"problems": []}]}
    assert compare(kept, [{"parts": [good]}]) == []
    assert compare(kept, [{"parts": [good | {"seal": "other"}]}]) == ["changed:1"]
    assert compare(kept, [{"parts": [good | {"problems": ["one"]}]}]) == ["changed:1"]
    assert compare(kept, [{"parts": [good | {"opening": "other"}]}]) == ["replaced:1"]
    assert compare(kept, []) == ["missing:1"]
    assert compare([], [{"parts": [good]}]) == ["added:1"]


def test_recordings_are_listed_by_branch(house: House, recorded: str) -> None:
    with house.database.transaction() as work:
        work.add(Branch(id="gangnam", name="마루은행 강남지점", timezone="Asia/Seoul"))
    by = manager(house)
    listed = {
        branch: by.get(f"/manager/recordings?branch={branch}").text for branch in ("", "seongsu", "gangnam")
    }
    assert [recorded in page for page in listed.values()] == [True, True, False]
    assert "이 조건에 맞는 녹화가 없어요" in listed["gangnam"]
