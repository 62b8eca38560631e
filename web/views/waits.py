"""The manager's page of waits: how often what people were told came true, in all, by service and by branch."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from branch.content.catalogue import in_language
from branch.people.services import all_branches, get_branch
from branch.tickets.score import LOOKED_BACK, Kept, kept_by_service, kept_promises
from branch.tickets.services import all_services
from signaling.sign_in import staff_name
from signaling.surface import language
from web.context import Centre

GOOD = 0.8  # the ranges are made to hold eight in ten


@dataclass(frozen=True)
class Line:
    """One service's score; None where nobody was called."""

    letter: str
    name: str
    kept: Kept | None


def blueprint(centre: Centre) -> Blueprint:
    """Route `/manager/waits`."""
    pages = Blueprint("waits", __name__)

    @pages.get("/manager/waits")
    def page() -> ResponseReturnValue:
        with centre.database.reading() as work:
            branch = get_branch(work, request.args.get("branch") or centre.settings.branch)
            branches = all_branches(work)
            scores = kept_by_service(work, branch.id)
            total = kept_promises(work, branch.id)
            lines = [
                Line(service.letter, in_language(service.name, language()), scores.get(service.id))
                for service in all_services(work, branch.id)
                if not service.retired or service.id in scores
            ]
            beside = [(each, kept_promises(work, each.id)) for each in branches] if len(branches) > 1 else []
            name = staff_name(centre.database)
        return render_template(
            "waits.html",
            name=name,
            branch=branch,
            branches=branches,
            beside=beside,
            days=LOOKED_BACK.days,
            good=GOOD,
            total=total,
            lines=lines,
        )

    return pages
