"""What a hub tells of its desks, and of hours that it applied, in the centre's own picture of the branch."""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch.link.upward import Projection, Upward
from branch.people.models import BranchEventKind, Desk
from branch.schedule.applying import was_applied, was_refused
from branch.tree.services import drop, keep


def _desk_opened(session: Session, branch_id: str, event: Upward) -> None:
    _set_desk(session, branch_id, event, open=True, on_break=False)


def _desk_paused(session: Session, branch_id: str, event: Upward) -> None:
    _set_desk(session, branch_id, event, open=False, on_break=True)


def _desk_closed(session: Session, branch_id: str, event: Upward) -> None:
    _set_desk(session, branch_id, event, open=False, on_break=False)


def _set_desk(session: Session, branch_id: str, event: Upward, *, open: bool, on_break: bool) -> None:
    desk = update(Desk).where(Desk.id == event.payload["desk"], Desk.branch_id == branch_id)
    session.execute(desk.values(open=open, on_break=on_break))


def _schedule_applied(session: Session, branch_id: str, event: Upward) -> None:
    was_applied(session, branch_id, int(event.payload["version"]), event.at)


def _schedule_refused(session: Session, branch_id: str, event: Upward) -> None:
    was_refused(session, branch_id, int(event.payload["version"]), event.at)


def _leaf_hung(session: Session, branch_id: str, event: Upward) -> None:
    keep(session, branch_id, str(event.payload["leaf"]), str(event.payload["word"]), event.at)


def _leaf_taken(session: Session, branch_id: str, event: Upward) -> None:
    drop(session, branch_id, str(event.payload["leaf"]), event.at)


BRANCH_PROJECTIONS: Mapping[str, Projection] = {
    BranchEventKind.DESK_OPENED: _desk_opened,
    BranchEventKind.DESK_PAUSED: _desk_paused,
    BranchEventKind.DESK_CLOSED: _desk_closed,
    BranchEventKind.SCHEDULE_APPLIED: _schedule_applied,
    BranchEventKind.SCHEDULE_REFUSED: _schedule_refused,
    BranchEventKind.LEAF_HUNG: _leaf_hung,
    BranchEventKind.LEAF_TAKEN: _leaf_taken,
}
