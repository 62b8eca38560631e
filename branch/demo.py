"""The demonstration branches: services, desks, advisors and tellers with Korean names: a first start shows a life."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import ids
from branch.content.catalogue import Catalogue, ServiceContent
from branch.people.models import Branch, Desk, Role, Staff
from branch.tickets.models import Service


@dataclass(frozen=True)
class Member:
    """Somebody who works with Maru; a teller has a desk."""

    login: str
    name: str
    title: str
    role: Role
    topics: tuple[str, ...] = ()
    desk: str | None = None


@dataclass(frozen=True)
class DemoBranch:
    """A branch with its desks (id, name, slugs of what they serve), and those who work there alone.

    It offers what its desks serve, under the letters that the content gives.
    """

    id: str
    name: str
    desks: tuple[tuple[str, str, tuple[str, ...]], ...]
    staff: tuple[Member, ...]

    def offers(self, service: str) -> bool:
        """Whether any desk serves it."""
        return any(service in served for _, _, served in self.desks)


SEONGSU = DemoBranch(
    "seongsu",
    "마루은행 성수지점",
    (
        ("seongsu-1", "1번 창구", ("deposits", "cards")),
        ("seongsu-2", "2번 창구", ("deposits", "savings", "cards")),
        ("seongsu-3", "3번 창구", ("exchange", "savings")),
        ("seongsu-4", "4번 상담석", ("loans",)),
    ),
    (Member("teller@maru.example", "최민준", "창구 직원", Role.TELLER, desk="seongsu-1"),),
)
# A small one beside it: fewer desks, no exchange.
MAPO = DemoBranch(
    "mapo",
    "마루은행 마포지점",
    (
        ("mapo-1", "1번 창구", ("deposits", "cards")),
        ("mapo-2", "2번 상담석", ("savings", "loans")),
    ),
    (Member("mapo@maru.example", "윤서아", "마포 창구 직원", Role.TELLER, desk="mapo-1"),),
)
BRANCHES = (SEONGSU, MAPO)
# Of the bank as a whole: they work at the centre.
CENTRE_STAFF = (
    Member("tax@maru.example", "김세연", "세무 상담사", Role.ADVISOR, ("tax",)),
    Member("realestate@maru.example", "박정우", "부동산 상담사", Role.ADVISOR, ("realestate",)),
    Member("products@maru.example", "이하은", "금융상품 상담사", Role.ADVISOR, ("products", "tax")),
    Member("manager@maru.example", "한지원", "지점장", Role.MANAGER),
)


def seed(session: Session, catalogue: Catalogue, branches: Iterable[DemoBranch] = (SEONGSU,)) -> None:
    """Put demonstration branches and their people into a database; what already is there stays as it is."""
    for branch in branches:
        if session.get(Branch, branch.id) is None:
            _put_branch(session, catalogue, branch)
            _put_staff(session, (*CENTRE_STAFF, *branch.staff))


def _put_branch(session: Session, catalogue: Catalogue, branch: DemoBranch) -> None:
    session.add(Branch(id=branch.id, name=branch.name, timezone="Asia/Seoul"))
    session.flush()
    offered = (content for content in catalogue.services.root if branch.offers(content.slug))
    session.add_all(_service(branch, content) for content in offered)
    session.add_all(
        Desk(id=desk, branch_id=branch.id, name=name, services=list(services), open=True)
        for desk, name, services in branch.desks
    )
    session.flush()


def _service(branch: DemoBranch, content: ServiceContent) -> Service:
    """Open around the clock: a demonstration may be looked at in the evening."""
    return Service(
        id=f"{branch.id}.{content.slug}",
        branch_id=branch.id,
        slug=content.slug,
        letter=content.letter,
        name=content.name,
        description=content.description,
        minutes_low=content.minutes[0],
        minutes_high=content.minutes[1],
        paused=False,
    )


def _put_staff(session: Session, members: Iterable[Member]) -> None:
    known = set(session.scalars(select(Staff.login)))
    session.add_all(_staff(member) for member in members if member.login not in known)
    session.flush()


def _staff(member: Member) -> Staff:
    return Staff(
        id=ids.new_id(),
        login=member.login,
        name=member.name,
        title=member.title,
        role=member.role,
        topics=list(member.topics),
        languages=["ko", "en"],
        desk_id=member.desk,
        active=True,
    )
