"""What several views need: the surface a page is drawn for, and what its script is told."""

from dataclasses import dataclass

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from branch.people.models import Branch
from branch.people.services import all_branches, get_branch
from branch.visits.models import Visit
from signaling.surface import language
from web.context import Centre

AT_KIOSK = "kiosk"
AT_PHONE = "phone"


def hold(visit: Visit, at: str) -> None:
    """From now on this browser holds this visit; on a phone for a day, at a kiosk until it is left."""
    session.permanent = at == AT_PHONE
    session.update(visit=visit.id, language=visit.language, at=at)


def holds_visit(work: Session, branch_id: str | None = None) -> bool:
    """Whether this browser holds a visit that is not forgotten; with a branch, whether it is one there."""
    visit = work.get(Visit, session.get("visit", ""))
    return (
        visit is not None
        and visit.forgotten_at is None
        and (branch_id is None or visit.branch_id == branch_id)
    )


def surface() -> str:
    """The customer's own phone, or the kiosk this browser came from."""
    return "kiosk" if session.get("at") == "kiosk" else "phone"


def branch_name(centre: Centre, branch: Branch) -> str:
    """What the branch is called in the language of this page."""
    return centre.catalogue.branches.of(branch.id, branch.name, language())


@dataclass(frozen=True)
class OfBranch:
    """Which branch a manager's page tells of; `chosen` is None for all of them together."""

    branches: list[Branch]
    chosen: Branch | None

    @property
    def id(self) -> str | None:
        """The chosen one's id."""
        return self.chosen.id if self.chosen else None


def asked_branch(work: Session) -> OfBranch:
    """The branch that the page's address names: the only one there is, or all where it names none. Raises NotFound."""
    branches, wanted = all_branches(work), request.args.get("branch", "")
    if wanted:
        return OfBranch(branches, get_branch(work, wanted))
    return OfBranch(branches, branches[0] if len(branches) == 1 else None)


def page_data(where: str | None = None, /, **specific: object) -> dict[str, object]:
    """The page's data for its script: language, token, and what this page adds."""
    data: dict[str, object] = {"language": language(), "csrf": generate_csrf(), **specific}
    if (where or surface()) == "kiosk":
        settings = current_app.extensions["maru_settings"]
        idle = {"seconds": settings.idle_seconds, "warning": settings.warning_seconds}
        data.update(visit=True, idle=idle, vision="", timezone="Asia/Seoul")
    return data
