"""The counter desk: the teller's whole day, and answering the bell of a kiosk."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import Blueprint, g, render_template, request, session
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from branch.errors import BadInput, MaruError, NotFound
from branch.people.errors import PinLocked, PinWrong
from branch.people.models import Desk, Staff
from branch.people.pins import sign_in_with_pin
from branch.people.services import desks_of, get_staff
from branch.slips.services import lately, order_again
from branch.tickets import actions, desks, returns, workday
from branch.tickets.models import Outcome, ParkReason, Priority
from branch.tickets.services import services_of
from branch.visits.notes import write_note
from kiosk import help_calls
from kiosk.context import Hub
from kiosk.counter import Counter
from kiosk.errors import NoDesk
from kiosk.frame import go
from kiosk.lobby import last_called
from signaling import words

Form = MultiDict[str, str]
Choice = TypeVar("Choice", ParkReason, Outcome, Priority)
ACTIONS: dict[str, Callable[[Session, str, str, Form], object]] = {
    "call": lambda work, desk, ticket, form: desks.call_given(work, desk, ticket, form.get("seen")),
    "recall": lambda work, desk, ticket, _form: desks.recall(work, desk, ticket),
    "park": lambda work, desk, ticket, form: desks.park(
        work, desk, ticket, _chosen(ParkReason, form.get("reason", ParkReason.OTHER))
    ),
    "finish": lambda work, desk, ticket, form: desks.finish(
        work, desk, ticket, _chosen(Outcome, form.get("outcome", Outcome.DONE))
    ),
    "to-service": lambda work, desk, ticket, form: desks.transfer_to_service(
        work, desk, ticket, form.get("to", "")
    ),
    "to-desk": lambda work, desk, ticket, form: desks.transfer_to_desk(
        work, desk, ticket, form.get("to", "")
    ),
    "to-expert": lambda work, desk, ticket, form: desks.refer_to_expert(
        work, desk, ticket, form.get("to", "")
    ),
    "priority": lambda work, desk, ticket, form: desks.say_priority(
        work, desk, ticket, _chosen(Priority, form["reason"]) if form.get("reason") else None
    ),
}
MOST_SLIPS = 60  # in the list of those that can be printed again
DAY = {"open": workday.open_desk, "break": workday.pause_desk, "close": workday.close_desk}


def blueprint(hub: Hub) -> Blueprint:
    """Pages and forms of tellers; the desk is the one the person sits at."""
    pages = Blueprint("desk", __name__, url_prefix="/desk")
    _sitting_down(pages, hub)
    _calling(pages, hub)
    _with_a_ticket(pages, hub)
    _paper(pages, hub)

    @pages.get("")
    def show() -> str:
        with hub.reading() as work:
            staff = get_staff(work, session["staff"])
            desk = work.get(Desk, staff.desk_id) if staff.desk_id else None
            counter = Counter(hub, work, desk)
            return render_template(
                "desk.html",
                staff=staff,
                desk=desk,
                desks=desks_of(work, hub.branch.id),
                services=services_of(work, hub.branch.id),
                topics=hub.catalogue.topics.root,
                customer=counter.customer(),
                line=counter.line(),
                calls=help_calls.ringing(work, hub.branch.id),
                called=last_called(work, hub.branch),
                slips=lately(work, MOST_SLIPS),
                words=words,
            )

    return pages


def _sitting_down(pages: Blueprint, hub: Hub) -> None:
    """Signing in, choosing a desk, opening and closing it."""

    @pages.get("/sign-in")
    def sign_in() -> str:
        return _sign_in_page(hub)

    @pages.post("/sign-in")
    @hub.limiter.limit("20 per minute")
    def use_pin() -> Response | tuple[str, int]:
        """By PIN, from this database alone: it works while the centre is away. A wrong one is asked for again."""
        login = request.form.get("login", "").strip()
        try:
            staff = sign_in_with_pin(hub.database, login, request.form.get("pin", ""))
        except (PinWrong, PinLocked) as refusal:
            g.error_code = refusal.code
            return _sign_in_page(hub, login, refusal), refusal.status
        session.update(staff=staff.id, staff_role=str(staff.role))
        session.setdefault("language", "ko")
        if request.form.get("desk"):
            _sit_down(hub, staff.id, request.form["desk"])
        return go("desk.show")

    @pages.post("/at")
    def choose() -> Response:
        _sit_down(hub, session["staff"], request.form.get("desk", ""))
        return go("desk.show")

    @pages.post("/day")
    def day() -> Response:
        """Open, take a break, close."""
        change = DAY.get(request.form.get("what", ""))
        if change is None:
            raise BadInput()
        with hub.writing() as work:
            change(work, _desk(work))
        hub.desks_moved()
        return go("desk.show")


def _calling(pages: Blueprint, hub: Hub) -> None:
    """Whose turn it is, and taking back what was done last."""

    @pages.post("/next")
    def next_customer() -> Response:
        """Calling the next says that the one at the desk is done; where nobody waits, nothing changes."""
        with hub.writing() as work:
            desks.next_customer(work, _desk(work), request.form.get("seen"))
        return go("desk.show")

    @pages.post("/walk-in")
    def walk_in() -> Response:
        with hub.writing() as work:
            desks.walk_direct(work, _desk(work), request.form.get("service", ""))
        return go("desk.show")

    @pages.post("/undo")
    def undo() -> Response:
        with hub.writing() as work:
            actions.undo(work, _desk(work))
        return go("desk.show")


def _with_a_ticket(pages: Blueprint, hub: Hub) -> None:
    """What is done for one customer, at the desk or at a kiosk that rings."""
    within = timedelta(minutes=hub.settings.return_minutes)

    @pages.post("/tickets/<ticket>/<action>")
    def act(ticket: str, action: str) -> Response:
        """What a teller does with one ticket."""
        with hub.writing() as work:
            if action == "back":
                returns.come_back(work, ticket)
            elif action == "no-show":
                desks.no_show(work, _desk(work), ticket, within)
            elif action in ACTIONS:
                ACTIONS[action](work, _desk(work), ticket, request.form)
            else:
                raise NotFound()
        return go("desk.show")

    @pages.post("/notes")
    def note() -> Response:
        with hub.writing() as work:
            write_note(work, request.form.get("visit", ""), session["staff"], request.form.get("text", ""))
        return go("desk.show")

    @pages.post("/help/<visit>")
    def answer(visit: str) -> Response:
        with hub.writing() as work:
            help_calls.answer(work, visit, session["staff"])
        return go("desk.show")


def _paper(pages: Blueprint, hub: Hub) -> None:
    @pages.post("/tickets/<ticket>/paper")
    def print_again(ticket: str) -> Response:
        """A lost slip once more, where the first came out, and marked; a second tap has seen the same one and adds none."""
        seen = request.form.get("seen", "")
        if not seen.isdecimal() or len(seen) > 2:
            raise BadInput()
        with hub.writing() as work:
            order_again(work, ticket, int(seen))
        hub.printing.wake()
        return go("desk.show")


def _sign_in_page(hub: Hub, login: str = "", refusal: MaruError | None = None) -> str:
    with hub.reading() as work:
        desks = desks_of(work, hub.branch.id)
    return render_template("desk_sign_in.html", desks=desks, login=login, refusal=refusal)


def _chosen(kind: type[Choice], value: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise BadInput() from None


def _sit_down(hub: Hub, staff_id: str, desk_id: str) -> None:
    """From now on this person works at this desk of this branch."""
    with hub.writing() as work:
        desk = work.get(Desk, desk_id)
        if desk is None or desk.branch_id != hub.branch.id:
            raise NotFound()
        work.get_one(Staff, staff_id).desk_id = desk.id


def _desk(work: Session) -> str:
    desk = get_staff(work, session["staff"]).desk_id
    if desk is None:
        raise NoDesk()
    return desk
