"""A lost slip, printed again from the teller's desk: marked, once a look, and only for who is still in line."""

import re

from branch.slips.models import SlipState
from branch.slips.services import latest_slip, settle
from branch.tickets.services import latest_ticket
from kiosk.app import Process
from tests.kiosk.people import Teller, Visitor

FORM = re.compile(r'/desk/tickets/(\w{32})/paper"><button class="[^"]*" name="seen" value="(\d+)"')


def printed(process: Process, visitor: Visitor) -> str:
    """The visitor's slip came out; the ticket's id."""
    with process.hub.writing() as work:
        ticket = latest_ticket(work, visitor.visit)
        assert ticket is not None
        slip = latest_slip(work, ticket.id)
        assert slip is not None
        settle(work, slip.id, SlipState.PRINTED)
        return ticket.id


def reprints(process: Process, ticket: str) -> int:
    with process.hub.reading() as work:
        slip = latest_slip(work, ticket)
        assert slip is not None
        return slip.reprint


def test_a_lost_slip_is_printed_again_and_counted(process: Process, visitor: Visitor, teller: Teller) -> None:
    visitor.takes_ticket()
    assert not FORM.search(teller.reads("/desk")), "a slip that still waits for paper is not lost"
    ticket = printed(process, visitor)
    assert FORM.findall(teller.reads("/desk")) == [(ticket, "0")]
    for _ in range(2):
        teller.goes(f"/desk/tickets/{ticket}/paper", seen="0")
    assert reprints(process, ticket) == 1
    assert printed(process, visitor) == ticket
    assert FORM.findall(teller.reads("/desk")) == [(ticket, "1")]
    assert "재출력 1" in teller.reads("/desk")


def test_a_slip_nobody_knows_is_not_printed(teller: Teller, visitor: Visitor) -> None:
    assert teller.error(f"/desk/tickets/{'0' * 32}/paper", seen="0")[:2] == (404, "ticket.not_found")
    assert teller.error(f"/desk/tickets/{'0' * 32}/paper", seen="x")[1] == "input.bad"
    assert visitor.sends(f"/desk/tickets/{'0' * 32}/paper", seen="0").status_code == 403


def test_the_code_to_check_in_with_is_on_display_and_desk(teller: Teller) -> None:
    for page in ("/desk", "/display"):
        assert '<img src="/here.svg"' in teller.reads(page)
