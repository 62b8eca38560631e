"""What a whole line is told at once is what each of them reads alone."""

from branch.tickets.away import step_out
from branch.tickets.models import Priority, Ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from signaling.board import read_board
from signaling.reader import Reader
from signaling.ticket_views import line_views
from tests.web.house import House

LINE = (
    ("ko", "deposits", None),
    ("en", "loans", Priority.SENIOR),
    ("en", "deposits", None),
    ("ko", "cards", Priority.HELP),
    ("en", "exchange", None),
)


def test_everyone_reads_the_same_alone(house: House) -> None:
    with house.database.transaction() as work:
        for language, service, priority in LINE:
            visit = open_visit(work, "seongsu", "phone", language)
            ticket = issue_ticket(work, visit.id, service, priority)
        step_out(work, ticket.id, 10)
    catalogue = house.process.centre.catalogue
    with house.process.app.app_context(), house.database.reading() as work:
        board = read_board(work, "seongsu")
        together = list(line_views(work, board))
        alone = [
            Reader(work, catalogue, standing.language).ticket(work.get_one(Ticket, standing.id), board)
            for standing in board.line
        ]
    assert [view for _, view in together] == alone
    assert len(alone) == len(LINE)
    assert {view["priority"] for view in alone} >= {None, "70 or older", "도움이 필요하신 분"}
    assert [view["out"] for view in alone].count(True) == 1
