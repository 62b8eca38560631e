"""More than two in a consult: one link each, one browser a link, six seats, and nobody's name in the thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from branch import clock
from branch.consults import guests, supervision
from branch.consults import services as consults
from branch.consults.errors import (
    ConsultFull,
    ConsultOver,
    GuestRemoved,
    InvitationExpired,
    InvitationTaken,
    InvitationUnknown,
)
from branch.consults.guest_models import Guest, GuestState, Mode
from branch.consults.models import Consult, MediaState
from branch.database import Database
from branch.errors import BadInput, BadText, MaruError, WrongState
from branch.visits.services import forget, thread
from tests.branch.conftest import staff
from tests.branch.test_consults import waiting_consult

YES = guests.Answer(recording=True, text_version="1", language="ko")
NO = guests.Answer(recording=False, text_version="1", language="ko")
NAME = "박서연"


@pytest.fixture
def consult(centre: Database) -> Consult:
    """A consult that an advisor has just accepted."""
    waiting = waiting_consult(centre)
    with centre.transaction() as session:
        return consults.claim(session, waiting.id, staff(centre, "tax@maru.example"))


def invite(centre: Database, consult: Consult, role: str = "companion") -> tuple[Guest, str]:
    with centre.transaction() as session:
        return guests.invite(session, consults.get_consult(session, consult.id), role, NAME)


def kinds(centre: Database, consult: Consult) -> list[str]:
    with centre.reading() as session:
        return [happened.kind for happened in thread(session, consult.visit_id)]


def test_an_invitation_leads_to_a_seat_and_everything_is_in_the_thread_but_the_name(
    centre: Database, consult: Consult
) -> None:
    guest, token = invite(centre, consult)
    assert (guest.seat, guest.state) == (2, GuestState.INVITED)
    with centre.transaction() as session:
        assert guests.join(session, token, NO).id == guest.id
    with centre.transaction() as session:
        guests.leave(session, guests.of_browser(session, guest.id))
    with centre.transaction() as session:
        guests.come_back(session, guests.of_browser(session, guest.id))
        guests.remove(session, guests.of_browser(session, guest.id))
    assert kinds(centre, consult)[-6:] == [
        "guest.invited",
        "guest.joined",
        "guest.unrecorded",
        "guest.left",
        "guest.joined",
        "guest.removed",
    ]
    with centre.reading() as session:
        assert not any(NAME in str(happened.payload) for happened in thread(session, consult.visit_id))


def test_of_many_browsers_with_one_link_one_gets_the_seat(centre: Database, consult: Consult) -> None:
    _guest, token = invite(centre, consult)

    def arrive(_turn: int) -> str:
        try:
            with centre.transaction() as session:
                guests.join(session, token, YES)
                return "in"
        except MaruError as error:
            return error.code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(arrive, range(12)))
    assert sorted(set(answers)) == ["guest.taken", "in"]
    assert answers.count("in") == 1


def test_links_that_open_nothing_say_why(centre: Database, consult: Consult) -> None:
    guest, token = invite(centre, consult)
    with centre.reading() as session:
        with pytest.raises(InvitationUnknown):
            guests.invited(session, "guessed")
        with pytest.raises(InvitationUnknown):
            guests.of_browser(session, guest.id)
    with centre.transaction() as session:
        session.execute(update(Guest).values(expires_at=clock.now() - timedelta(seconds=1)))
    with centre.transaction() as session, pytest.raises(InvitationExpired):
        guests.join(session, token, YES)
    second, link = invite(centre, consult)
    assert second.seat == guest.seat, "an expired link keeps no seat"
    with centre.transaction() as session:
        guests.remove(session, guests.invited(session, link))
    with centre.transaction() as session, pytest.raises(GuestRemoved):
        guests.join(session, link, YES)
    assert kinds(centre, consult)[-1] == "guest.revoked"


def test_who_is_in_stays_in_when_the_link_gets_old(centre: Database, consult: Consult) -> None:
    guest, token = invite(centre, consult)
    with centre.transaction() as session:
        guests.join(session, token, YES)
        session.execute(update(Guest).values(expires_at=clock.now() - timedelta(hours=1)))
    with centre.reading() as session:
        assert guests.of_browser(session, guest.id).recording is True
        assert [other.id for other in guests.seated(session, consult.id)] == [guest.id]
        with pytest.raises(InvitationTaken):
            guests.join(session, token, YES)


def test_six_people_and_no_more(centre: Database, consult: Consult) -> None:
    assert [invite(centre, consult, "expert")[0].seat for _ in range(4)] == [2, 3, 4, 5]
    with pytest.raises(ConsultFull):
        invite(centre, consult)


@pytest.mark.parametrize(("role", "name", "error"), [("supervisor", "x", BadInput), ("x", "x", BadInput)])
def test_nobody_is_invited_as_anything_else(
    centre: Database, consult: Consult, role: str, name: str, error: type[MaruError]
) -> None:
    with centre.transaction() as session, pytest.raises(error):
        guests.invite(session, consult, role, name)


@pytest.mark.parametrize("name", ["", "  ", "가" * 41])
def test_a_guest_has_a_name_that_fits(centre: Database, consult: Consult, name: str) -> None:
    with centre.transaction() as session, pytest.raises(BadText):
        guests.invite(session, consult, "companion", name)


def test_invitations_end_with_the_consult(centre: Database, consult: Consult) -> None:
    _guest, token = invite(centre, consult)
    with centre.transaction() as session:
        consults.end(session, consults.get_consult(session, consult.id))
    with centre.transaction() as session, pytest.raises(ConsultOver):
        guests.join(session, token, YES)
    with pytest.raises(WrongState):
        invite(centre, consult)


def test_a_page_that_goes_is_gone_whatever_its_socket_still_told(centre: Database, consult: Consult) -> None:
    _, token = invite(centre, consult)
    with centre.transaction() as session:
        guest = guests.join(session, token, NO)
        states = []
        for told in (
            MediaState.CONNECTED,
            MediaState.RECONNECTING,
            None,
            MediaState.RECONNECTING,
            MediaState.CONNECTED,
        ):
            if told is None:
                guests.step_out(session, guest)
            else:
                guests.tell(session, guest, "socket", told)
            states.append(guest.media)
    assert states == ["connected", "reconnecting", "left", "left", "connected"]


def test_forgetting_the_visit_forgets_its_guests_names(centre: Database, consult: Consult) -> None:
    invite(centre, consult)
    with centre.transaction() as session:
        forget(session, consult.visit_id)
    with centre.reading() as session:
        assert session.scalars(select(Guest.name)).all() == [""]


def test_a_supervisor_comes_in_listening_and_every_change_is_kept(centre: Database, consult: Consult) -> None:
    manager = staff(centre, "manager@maru.example")
    with centre.transaction() as session:
        here = consults.get_consult(session, consult.id)
        guest = supervision.enter(session, here, manager, announced=False)
        assert supervision.heard_by(guest) == ()
        supervision.change(session, guest, Mode.WHISPER)
        assert (supervision.heard_by(guest), supervision.hidden(guest)) == (("advisor",), True)
        supervision.change(session, guest, Mode.BARGE)
        supervision.change(session, guest, Mode.BARGE)
        assert (supervision.heard_by(guest), supervision.hidden(guest)) == (None, False)
        supervision.change(session, guest, Mode.LEAD)
        guests.leave(session, guest)
    assert kinds(centre, consult)[-5:] == [
        "supervisor.listens",
        "supervisor.whispers",
        "supervisor.speaks",
        "supervisor.leads",
        "supervisor.left",
    ]


def test_a_supervisor_who_comes_again_keeps_the_seat(centre: Database, consult: Consult) -> None:
    manager = staff(centre, "manager@maru.example")
    with centre.transaction() as session:
        here = consults.get_consult(session, consult.id)
        first = supervision.enter(session, here, manager)
        guests.leave(session, first)
        assert supervision.enter(session, here, manager).id == first.id
        assert [guest.id for guest in guests.seated(session, here.id)] == [first.id]
        assert [going.id for going in supervision.running(session)] == [here.id]
