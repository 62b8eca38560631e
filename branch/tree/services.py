"""What can be done with the tree: hang a leaf, take one's own back, and look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.people.events import record_in_branch
from branch.people.models import Branch, BranchEventKind
from branch.rows import put
from branch.tree.models import Leaf
from branch.tree.season import Season, midnight, season_at


@dataclass(frozen=True)
class HangingLeaf:
    """One leaf: its place counts from the season's first, its word is a slug of the content."""

    id: str
    place: int
    word: str
    today: bool


@dataclass(frozen=True)
class Tree:
    """A branch's tree at a moment: the leaves that are drawn, oldest first, and how many there are."""

    season: Season
    leaves: tuple[HangingLeaf, ...]
    of_today: int
    of_season: int

    @property
    def newest(self) -> HangingLeaf | None:
        """The leaf that was hung last."""
        return self.leaves[-1] if self.leaves else None


def leaf_of(visit_id: str) -> str:
    """The id of a visit's one leaf. It follows from the visit, and nothing leads back from it to the visit."""
    return ids.digest(f"leaf:{visit_id}")[:32]


def hang(session: Session, branch_id: str, leaf_id: str, word: str) -> None:
    """Hang a leaf, or hang it again after it was taken back; one that hangs already stays as it is."""
    if _keep(session, branch_id, leaf_id, word, clock.now()):
        record_in_branch(session, branch_id, BranchEventKind.LEAF_HUNG, leaf=leaf_id, word=word)


def take_back(session: Session, branch_id: str, leaf_id: str) -> None:
    """Take a leaf down again; one that does not hang changes nothing."""
    if drop(session, branch_id, leaf_id, clock.now()):
        record_in_branch(session, branch_id, BranchEventKind.LEAF_TAKEN, leaf=leaf_id)


def hanging(session: Session, leaf_id: str) -> Leaf | None:
    """The leaf, while it hangs."""
    return session.scalar(select(Leaf).where(Leaf.id == leaf_id, Leaf.taken_at.is_(None)))


def keep(session: Session, branch_id: str, leaf_id: str, word: str, at: datetime) -> None:
    """Know a leaf that hangs in the branch, as the link tells the centre."""
    _keep(session, branch_id, leaf_id, word, at)


def drop(session: Session, branch_id: str, leaf_id: str, at: datetime) -> bool:
    """Let a leaf hang no more; whether it did until now."""
    mine = update(Leaf).where(Leaf.id == leaf_id, Leaf.branch_id == branch_id, Leaf.taken_at.is_(None))
    return bool(session.execute(mine.values(taken_at=at)).rowcount)  # type: ignore[attr-defined]


def _keep(session: Session, branch_id: str, leaf_id: str, word: str, at: datetime) -> bool:
    """Whether the leaf hangs only from now on; the key lets one row of a leaf stand."""
    again = update(Leaf).where(Leaf.id == leaf_id, Leaf.branch_id == branch_id, Leaf.taken_at.is_not(None))
    if session.execute(again.values(word=word, taken_at=None)).rowcount:  # type: ignore[attr-defined]
        return True
    try:
        with session.begin_nested():
            put(session, Leaf, id=leaf_id, branch_id=branch_id, word=word, hung_at=at)
    except IntegrityError:
        return False
    return True


def look(session: Session, branch: Branch, most: int) -> Tree:
    """The tree now; of a season with more leaves than `most`, the newest of them are drawn."""
    now = clock.now()
    season, since = season_at(now, branch.timezone)
    today = midnight(now, branch.timezone)
    newest = _newest(session, branch.id, since, most)
    places = _count(session, branch.id, since)
    return Tree(
        season=season,
        leaves=tuple(
            HangingLeaf(leaf.id, place, leaf.word, leaf.hung_at >= today)
            for place, leaf in zip(range(places - len(newest), places), reversed(newest), strict=True)
            if leaf.taken_at is None
        ),
        of_today=_count(session, branch.id, today, hanging_only=True),
        of_season=_count(session, branch.id, since, hanging_only=True),
    )


def _newest(session: Session, branch_id: str, since: datetime, most: int) -> Sequence[Leaf]:
    mine = select(Leaf).where(Leaf.branch_id == branch_id, Leaf.hung_at >= since)
    return session.scalars(mine.order_by(Leaf.hung_at.desc(), Leaf.id.desc()).limit(most)).all()


def _count(session: Session, branch_id: str, since: datetime, *, hanging_only: bool = False) -> int:
    mine = select(func.count()).select_from(Leaf).where(Leaf.branch_id == branch_id, Leaf.hung_at >= since)
    if hanging_only:
        mine = mine.where(Leaf.taken_at.is_(None))
    return session.scalar(mine) or 0
