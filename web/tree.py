"""The cheering tree on the customer's phone: the branch's tree as the centre knows it, and the visit's own leaf."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from branch.content.cheers import Cheer
from branch.people.services import get_branch
from branch.tickets.services import latest_ticket
from branch.tree.models import Leaf
from branch.tree.picture import Picture, picture
from branch.tree.services import hanging, leaf_of
from branch.visits.models import Visit
from web.context import Centre


@dataclass(frozen=True)
class PhoneTree:
    """The tree, and the leaf that this visit has on it with its kind word."""

    picture: Picture
    mine: Leaf | None
    cheer: Cheer | None


def tree_of(work: Session, centre: Centre, visit: Visit) -> PhoneTree | None:
    """The tree of the visit's branch; None in a branch without one, and for who was never in its line."""
    cheers = centre.catalogue.cheers
    if not cheers.root or not may_hang(work, visit):
        return None
    mine = hanging(work, leaf_of(visit.id))
    return PhoneTree(
        picture(work, get_branch(work, visit.branch_id)), mine, cheers.get(mine.word) if mine else None
    )


def may_hang(work: Session, visit: Visit) -> bool:
    """The tree belongs to those who came or took a number: a link alone would let one person hang a hundred leaves."""
    return visit.origin == "kiosk" or latest_ticket(work, visit.id) is not None
