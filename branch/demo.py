"""The demonstration branch: services, desks, advisors and tellers with Korean names, so that a first start shows a life."""

from sqlalchemy.orm import Session

from branch import ids
from branch.content.catalogue import Catalogue, ServiceContent
from branch.people.models import Branch, Desk, Role, Staff
from branch.tickets.models import Service

BRANCH = Branch(id="seongsu", name="마루은행 성수지점", timezone="Asia/Seoul")
DESKS = (
    ("seongsu-1", "1번 창구", ("deposits", "cards")),
    ("seongsu-2", "2번 창구", ("deposits", "savings", "cards")),
    ("seongsu-3", "3번 창구", ("exchange", "savings")),
    ("seongsu-4", "4번 상담석", ("loans",)),
)
STAFF = (
    ("tax@maru.example", "김세연", "세무 상담사", Role.ADVISOR, ("tax",), None),
    ("realestate@maru.example", "박정우", "부동산 상담사", Role.ADVISOR, ("realestate",), None),
    ("products@maru.example", "이하은", "금융상품 상담사", Role.ADVISOR, ("products", "tax"), None),
    ("teller@maru.example", "최민준", "창구 직원", Role.TELLER, (), "seongsu-1"),
    ("manager@maru.example", "한지원", "지점장", Role.MANAGER, (), None),
)


def seed(session: Session, catalogue: Catalogue) -> None:
    """Put the demonstration branch into an empty database; where it already is, nothing changes."""
    if session.get(Branch, BRANCH.id) is not None:
        return
    session.add(Branch(id=BRANCH.id, name=BRANCH.name, timezone=BRANCH.timezone))
    session.flush()
    session.add_all(_service(content) for content in catalogue.services.root)
    session.add_all(
        Desk(id=desk, branch_id=BRANCH.id, name=name, services=list(services), open=True)
        for desk, name, services in DESKS
    )
    session.flush()
    session.add_all(_staff(*row) for row in STAFF)


def _service(content: ServiceContent) -> Service:
    """Open around the clock: a demonstration may be looked at in the evening."""
    return Service(
        id=f"{BRANCH.id}.{content.slug}",
        branch_id=BRANCH.id,
        slug=content.slug,
        letter=content.letter,
        name=content.name,
        description=content.description,
        minutes_low=content.minutes[0],
        minutes_high=content.minutes[1],
        paused=False,
    )


def _staff(login: str, name: str, title: str, role: Role, topics: tuple[str, ...], desk: str | None) -> Staff:
    return Staff(
        id=ids.new_id(),
        login=login,
        name=name,
        title=title,
        role=role,
        topics=list(topics),
        languages=["ko", "en"],
        desk_id=desk,
        active=True,
    )
