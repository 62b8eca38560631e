"""More than two in a consult, as the centre's routes and sockets have it: invitation, one browser, consent, supervisors."""

import re
from typing import Any

import pytest

from branch.consults import guests
from branch.consults import services as consults
from branch.consults.models import Side
from tests.web.house import CATALOGUE, Browser, House, code_of, heard, make_house, page_data
from tests.web.test_consult import accept
from web.persons import of_side

VERSION = CATALOGUE.texts.recording_consent.version
YES = {"recording": True, "text_version": VERSION}
NO = {"recording": False, "text_version": VERSION}
NAME = "박서연"


@pytest.fixture
def phone(house: House) -> Browser:
    return house.customer()


@pytest.fixture
def consult(house: House, phone: Browser) -> str:
    waiting = phone.stand_in_line()
    accept(house, waiting)
    return waiting


@pytest.fixture
def advisor(house: House, consult: str) -> Browser:
    return house.staff("tax@maru.example")


def invite(advisor: Browser, consult: str, role: str = "companion", name: str = NAME) -> dict[str, Any]:
    answer = advisor.call(f"/api/consults/{consult}/guests", {"role": role, "name": name})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json  # type: ignore[assignment]
    return told


def path_of(invitation: dict[str, Any]) -> str:
    return re.sub(r"^https?://[^/]+", "", invitation["link"])


def cards(browser: Browser, consult: str) -> list[tuple[str, str]]:
    """Name and state of the further people the customer sees."""
    view: Any = browser.call(f"/api/consults/{consult}", method="GET").json
    return [(card["name"], card["state"]) for card in view["guests"]]


def test_from_the_invitation_to_the_seat(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    told = invite(advisor, consult)
    assert told["qr"].startswith("data:image/svg+xml;base64,")
    assert cards(phone, consult) == [(NAME, "invited")]
    companion = house.browser()
    page = page_data(companion.get(path_of(told)))
    assert (page["joined"], page["recorded"], page["snapshot"]["me"]["name"]) == (False, True, NAME)
    assert cards(phone, consult) == [(NAME, "invited")], "looking uses nothing up"
    joined = companion.call(path_of(told), YES)
    assert joined.status_code == 200, joined.text
    assert cards(phone, consult) == [(NAME, "joined")]
    view = companion.call(f"/api/guests/{told['guest']['id']}", method="GET").json
    assert view is not None
    assert (view["consult"]["advisor"]["name"], view["consult"]["recording"]) == ("김세연", True)


def test_a_reload_comes_back_and_a_second_browser_does_not(
    house: House, advisor: Browser, consult: str
) -> None:
    link = path_of(invite(advisor, consult))
    first, second = house.browser(), house.browser()
    assert first.call(link, YES).status_code == 200
    assert page_data(first.get(link))["joined"] is True
    assert page_data(first.get("/selftest"))["backUrl"] == link
    assert first.call(link, YES).status_code == 200
    for answer in (second.call(link, YES), second.get(link)):
        assert (answer.status_code, code_of(answer)) == (409, "guest.taken")
    guest = first.held("guest")
    assert code_of(second.call(f"/api/guests/{guest}", method="GET")) == "access.denied"
    second.hold(guest="0" * 32)
    assert code_of(second.call(f"/api/guests/{guest}", method="GET")) == "guest.unknown"


def test_who_was_taken_out_does_not_come_back(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    told = invite(advisor, consult)
    companion = house.browser()
    companion.call(path_of(told), YES)
    page = companion.socket("/guest")
    assert heard(page, "/guest", "snapshot")[-1]["me"]["state"] == "joined"
    gone = advisor.call(f"/api/consults/{consult}/guests/{told['guest']['id']}/remove")
    assert gone.status_code == 204
    assert heard(page, "/guest", "snapshot")[-1]["me"]["state"] == "removed"
    assert cards(phone, consult) == []
    answer = companion.call(path_of(told), YES)
    assert (answer.status_code, code_of(answer)) == (410, "guest.removed")


def test_only_the_consults_own_advisor_invites(house: House, advisor: Browser, consult: str) -> None:
    other = house.staff("products@maru.example")
    wish = {"role": "companion", "name": NAME}
    assert code_of(other.call(f"/api/consults/{consult}/guests", wish)) == "consult.taken"
    for bad in ({}, {"role": "supervisor", "name": NAME}, {"role": "companion", "name": 7}):
        assert code_of(advisor.call(f"/api/consults/{consult}/guests", bad)) == "input.bad"
    guest = invite(advisor, consult)["guest"]["id"]
    assert code_of(other.call(f"/api/consults/{consult}/guests/{guest}/remove")) == "consult.taken"


def test_both_sides_see_who_comes_and_goes_and_hear_of_the_recording(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    customer, console = phone.socket("/customer"), advisor.socket("/staff")
    told = invite(advisor, consult, "interpreter")
    companion = house.browser()
    companion.call(path_of(told), NO)
    page = companion.socket("/guest")
    page.emit("media.state", {"state": "connected"}, namespace="/guest")
    seen = heard(customer, "/customer", "consult.changed")[-1]["guests"]
    assert [(card["state"], card["media"], card["muted"], card["recording"]) for card in seen] == [
        ("joined", "connected", False, False)
    ]
    page.emit("media.state", {"state": "connected", "muted": True}, namespace="/guest")
    assert [card["muted"] for card in heard(customer, "/customer", "consult.changed")[-1]["guests"]] == [True]
    mine = heard(console, "/staff", "consult.changed")[-1]
    sentences = [entry["text"] for entry in mine["thread"]]
    assert "통역하시는 분이 녹화를 원하지 않아 함께 있는 동안 녹화를 멈췄어요." in sentences
    assert not any(NAME in sentence for sentence in sentences)
    companion.call(f"/api/guests/{told['guest']['id']}/leave")
    assert cards(phone, consult) == [(NAME, "left")]


def test_an_answer_about_the_recording_is_needed(house: House, advisor: Browser, consult: str) -> None:
    link = path_of(invite(advisor, consult))
    for bad in ({}, {"recording": "yes", "text_version": VERSION}, {"recording": True, "text_version": "1"}):
        answer = house.browser().call(link, bad)
        assert (answer.status_code, code_of(answer)) == (400, "input.bad")


def test_the_link_leads_nowhere_after_the_call(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    told = invite(advisor, consult)
    companion = house.browser()
    companion.call(path_of(told), YES)
    phone.call(f"/api/consults/{consult}/end")
    assert code_of(companion.get(path_of(told))) == "consult.over"
    view: Any = companion.call(f"/api/guests/{told['guest']['id']}", method="GET").json
    assert view["consult"]["state"] == "ended"
    assert code_of(house.browser().get("/with/guessed")) == "guest.unknown"


def enter(house: House, consult: str) -> tuple[Browser, str]:
    """A manager who listens; the browser and the seat."""
    manager = house.staff("manager@maru.example")
    assert f"/manager/consults/{consult}" in manager.get("/manager").text
    answer = manager.post(f"/manager/consults/{consult}")
    assert answer.status_code == 303, answer.text
    return manager, answer.location.rsplit("/", 1)[1]


@pytest.mark.parametrize("announced", [True, False])
def test_a_supervisor_is_told_of_as_the_setting_says(house: House, announced: bool) -> None:
    told = make_house(
        house.settings.database_url.removeprefix("sqlite:///"),  # type: ignore[arg-type]
        announce_supervisors=announced,
    )
    phone = told.customer()
    consult = phone.stand_in_line()
    accept(told, consult)
    manager, seat = enter(told, consult)
    assert page_data(manager.get(f"/manager/consults/seat/{seat}"))["snapshot"]["me"]["mode"] == "listen"

    def modes() -> list[str]:
        view: Any = phone.call(f"/api/consults/{consult}", method="GET").json
        return [card["mode"] for card in view["guests"]]

    assert modes() == (["listen"] if announced else [])
    manager.call(f"/manager/consults/seat/{seat}/mode", {"mode": "whisper"})
    assert modes() == (["listen"] if announced else []), "a whisper is the advisor's alone to know of"
    console: Any = heard(told.staff("tax@maru.example").socket("/staff"), "/staff", "snapshot")[-1]
    assert [card["mode"] for card in console["mine"]["guests"]] == ["whisper"]
    manager.call(f"/manager/consults/seat/{seat}/mode", {"mode": "barge"})
    assert modes() == ["barge"]
    told.process.stop()


def test_modes_are_changed_by_the_supervisor_alone(house: House, consult: str, advisor: Browser) -> None:
    manager, seat = enter(house, consult)
    path = f"/manager/consults/seat/{seat}/mode"
    assert code_of(manager.call(path, {"mode": "shout"})) == "input.bad"
    assert code_of(advisor.call(path, {"mode": "barge"})) == "access.denied"
    with house.database.transaction() as work:
        guest, token = guests.invite(work, consults.get_consult(work, consult), "expert", NAME)
    other = house.staff("manager@maru.example")
    other.call(f"/with/{token}", YES)
    assert (
        code_of(other.call(f"/manager/consults/seat/{guest.id}/mode", {"mode": "barge"})) == "guest.unknown"
    )


def test_who_leads_takes_the_advisors_voice_from_the_customer(house: House, consult: str) -> None:
    manager, seat = enter(house, consult)

    def heard_by() -> tuple[str, ...] | None:
        with house.database.reading() as work:
            return of_side(work, consults.get_consult(work, consult), Side.ADVISOR).heard_by

    assert heard_by() is None
    manager.call(f"/manager/consults/seat/{seat}/mode", {"mode": "lead"})
    assert heard_by() == (f"supervisor-{seat[:8]}",)
    manager.call(f"/api/guests/{seat}/leave")
    assert heard_by() is None


def test_a_guest_sees_who_of_the_two_is_away_and_since_when(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    companion = house.browser()
    companion.call(path_of(invite(advisor, consult)), YES)
    page, line = companion.socket("/guest"), phone.socket("/customer")
    line.emit("media.state", {"consult": consult, "state": "connected"}, namespace="/customer")
    (host,) = heard(page, "/guest", "snapshot")[-1]["consult"]["hosts"]
    assert host == {"side": "customer", "media": "connected", "muted": False, "away": None}
    line.emit("media.state", {"consult": consult, "state": "connected", "muted": True}, namespace="/customer")
    (host,) = heard(page, "/guest", "snapshot")[-1]["consult"]["hosts"]
    assert host == {"side": "customer", "media": "connected", "muted": True, "away": None}
    line.emit("media.state", {"consult": consult, "state": "reconnecting"}, namespace="/customer")
    (host,) = heard(page, "/guest", "snapshot")[-1]["consult"]["hosts"]
    assert (host["media"], host["away"]) == ("reconnecting", 0)


def test_a_page_that_closes_is_out_of_the_room_and_keeps_its_seat(
    house: House, phone: Browser, advisor: Browser, consult: str
) -> None:
    told = invite(advisor, consult)
    companion, guest = house.browser(), told["guest"]["id"]
    companion.call(path_of(told), NO)
    page = companion.socket("/guest")
    page.emit("media.state", {"state": "connected"}, namespace="/guest")
    assert companion.call(f"/api/guests/{guest}/away").status_code == 204
    view: Any = phone.call(f"/api/consults/{consult}", method="GET").json
    assert [(card["state"], card["media"]) for card in view["guests"]] == [("joined", "left")]
    assert page_data(companion.get(path_of(told)))["joined"] is True, "a reload asks nothing again"
    assert code_of(house.browser().call(f"/api/guests/{guest}/away")) == "access.denied"
