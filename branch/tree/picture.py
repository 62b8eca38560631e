"""The tree as a page draws it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from branch.people.models import Branch
from branch.tree.growth import Drawing, drawing, size
from branch.tree.services import Tree, look


@dataclass(frozen=True)
class Picture:
    """The leaves, the wood they hang on, and how far it has grown (1 is a grown tree)."""

    tree: Tree
    wood: Drawing
    size: float


def picture(session: Session, branch: Branch) -> Picture:
    """The branch's tree now."""
    wood = drawing()
    tree = look(session, branch, most=len(wood.places))
    return Picture(tree, wood, size(tree.of_season))
