"""Devices at the hub: a screen waits with its code, a teller types it, and a revoked key opens one page only."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from branch.devices.models import Device
from branch.tickets.models import Ticket
from branch.visits.models import EventKind
from branch.visits.services import thread
from kiosk.app import Process
from kiosk.settings import HubSettings
from tests.kiosk.people import Person, Teller, Visitor

CODE = re.compile(r'class="pairing-code"[^>]*>([^<]+)<')


@pytest.fixture
def strict(settings: HubSettings, make_hub: Callable[[HubSettings], Process]) -> Process:
    """A hub where pages are for paired devices only."""
    return make_hub(settings.model_copy(update={"pairing": "required"}))


def code_on(screen: Person) -> str:
    found = CODE.search(screen.reads("/pair"))
    assert found is not None
    return found.group(1)


def collects(screen: Person) -> str | None:
    to: str | None = screen.sends("/pair/key").get_json()["to"]
    return to


def paired(
    process: Process, teller: Teller, kind: str = "kiosk", number: int = 1, screen: Person | None = None
) -> Person:
    """A screen that shows its code, and a teller who types it."""
    screen = screen or Person(process)
    code = code_on(screen)
    assert collects(screen) is None
    assert teller.goes("/devices", code=code, kind=kind, place="입구", number=number) == "/devices"
    assert collects(screen) is not None
    return screen


def devices(process: Process) -> list[Device]:
    with process.hub.database.reading() as session:
        return list(session.scalars(select(Device).order_by(Device.paired_at)))


def revokes(teller: Teller, process: Process) -> None:
    assert teller.goes(f"/devices/{devices(process)[-1].id}/revoke") == "/devices"


@pytest.mark.parametrize("page", ["/", "/language", "/display", "/menu"])
def test_an_unpaired_screen_shows_its_code_alone(strict: Process, page: str) -> None:
    screen = Person(strict)
    answer = screen.opens(page)
    while answer.status_code == 302 and answer.location != "/pair":
        answer = screen.opens(answer.location)
    assert answer.location == "/pair"
    assert len(code_on(screen).replace(" ", "")) == 7
    assert code_on(screen) == code_on(screen), "the code stays on the screen"
    assert screen.error("/language", language="ko")[:2] == (403, "device.unpaired")


def test_a_teller_pairs_each_kind_and_it_begins_at_home(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    homes = {"kiosk": "/", "display": "/display", "desk": "/desk"}
    for number, (kind, home) in enumerate(homes.items(), 1):
        screen = Person(strict)
        teller.goes("/devices", code=code_on(screen), kind=kind, place="입구", number=number)
        assert collects(screen) == home
        assert screen.opens("/pair").location == home
        assert collects(screen) is None, "the key is given once"
        if kind != "kiosk":
            assert screen.opens("/").location == home
    page = teller.reads("/devices")
    assert [page.count(word) >= 1 for word in ("키오스크 1", "대기 화면 2", "창구 컴퓨터 3")] == [True] * 3


def test_the_key_is_out_of_reach_of_scripts_and_outlives_the_visit(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    screen = paired(strict, teller, screen=Visitor(strict))
    cookie = screen.client.get_cookie("maru_device")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.value not in screen.reads("/")
    assert cookie.value not in {device.key_digest for device in devices(strict)}
    visitor = screen
    assert isinstance(visitor, Visitor)
    visitor.arrives()
    answer = visitor.sends("/done")
    assert "cookies" not in answer.headers["Clear-Site-Data"]
    assert visitor.opens("/").status_code == 200


def test_a_revoked_device_in_the_middle_of_a_visit(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    visitor = Visitor(strict)
    paired(strict, teller, screen=visitor)
    visitor.arrives("en")
    number = visitor.takes_ticket()
    visit = visitor.visit
    revokes(teller, strict)
    status, code, sentence = visitor.error("/quiz")
    assert (status, code) == (403, "device.revoked")
    assert "visit" not in visitor.cookie
    for page in ("/", "/language", "/display", "/desk/sign-in"):
        assert visitor.opens(page).location == "/pair/refused", page
    answer = visitor.opens("/pair/refused")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert sentence in text
    assert number not in text
    with strict.hub.database.reading() as session:
        assert thread(session, visit)[-1].kind == EventKind.VISIT_CLOSED
        assert session.scalars(select(Ticket)).one().state == "waiting"


def test_a_revoked_device_can_be_paired_anew(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    screen = paired(strict, teller)
    revokes(teller, strict)
    screen.opens("/pair/refused")
    assert screen.sends("/pulse", kind="kiosk").status_code == 400
    beat = screen.client.post("/pulse", json={"kind": "kiosk"}, headers={"X-CSRFToken": screen.csrf})
    assert beat.get_json() == {"to": "/pair/refused"}
    assert screen.goes("/pair/again") == "/pair"
    paired(strict, teller, screen=screen)
    assert screen.opens("/").status_code == 200


def test_a_key_nobody_was_given_is_no_key(strict: Process, process: Process) -> None:
    for hub, status in ((strict, 302), (process, 200)):
        screen = Person(hub)
        screen.client.set_cookie("maru_device", "left over from another database")
        assert screen.opens("/").status_code == status


def test_wrong_codes_are_told_and_then_the_form_pauses(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    form = {"kind": "kiosk", "place": "입구", "number": 1}
    for _ in range(5):
        assert teller.error("/devices", code="0000000", **form)[:2] == (404, "device.code_unknown")
    status, code, sentence = teller.error("/devices", code=code_on(Person(strict)), **form)
    assert (status, code) == (429, "device.locked")
    assert "5분 뒤에" in sentence


def test_pairing_is_for_staff(strict: Process) -> None:
    screen = Person(strict)
    code = code_on(screen)
    assert screen.error("/devices", code=code, kind="kiosk", place="입구", number=1)[0] == 403
    assert screen.opens("/devices").status_code == 403


def beats(screen: Person, **said: object) -> None:
    answer = screen.client.post("/pulse", json=said, headers={"X-CSRFToken": screen.csrf})
    assert answer.status_code == 200, answer.get_data(as_text=True)


def test_what_a_page_says_is_on_the_devices_page(strict: Process) -> None:
    teller = Teller(strict).signs_in()
    assert "아직 등록한 기기가 없어요" in teller.reads("/devices")
    screen = paired(strict, teller)
    assert "화면이 아직 열리지 않았어요" in teller.reads("/devices")
    screen.reads("/")
    beats(screen, kind="kiosk", camera="denied", microphone="ok", version="0.0.9")
    page = teller.reads("/devices")
    for words in ("카메라를 쓸 수 없게 막혀 있어요", "예전 버전의 화면이에요"):
        assert words in page
    strict.hub.watch.look()
    assert "장치 프로그램이 답하지 않아요" in teller.reads("/devices")


def test_pages_without_a_key_are_shown_where_pairing_is_open(process: Process) -> None:
    teller = Teller(process).signs_in()
    screen = Person(process)
    screen.reads("/")
    beats(screen, kind="kiosk", camera="missing", microphone="ok", version="0.1.0")
    page = teller.reads("/devices")
    assert "등록하지 않은 화면" in page
    assert "카메라가 보이지 않아요" in page


@pytest.mark.parametrize("said", [[], {}, {"kind": "toaster"}, {"kind": 7}, "kiosk"])
def test_a_pulse_that_is_none(process: Process, said: object) -> None:
    screen = Person(process)
    screen.reads("/")
    answer = screen.client.post("/pulse", json=said, headers={"X-CSRFToken": screen.csrf})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "input.bad")


def test_only_where_it_is_required_a_display_is_sent_home(process: Process) -> None:
    teller = Teller(process).signs_in()
    screen = paired(process, teller, kind="display")
    assert screen.opens("/").status_code == 200
