"""A leaf for the branch's tree, hung from the phone and taken back with one tap. The branch's hub keeps the tree."""

from flask import Blueprint, request, session
from flask.typing import ResponseReturnValue

from branch.errors import BadInput, NotFound
from branch.tickets.requests import ask_branch
from branch.tree.services import hanging, leaf_of
from branch.visits.services import get_visit
from web import answers
from web.context import Centre
from web.tree import may_hang


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/visit/leaf`."""
    pages, view = Blueprint("leaf", __name__, url_prefix="/visit/leaf"), LeafActs(centre)
    often = centre.limiter.shared_limit("20 per minute", scope="leaf")
    pages.post("")(often(view.hang))
    pages.post("/back")(often(view.take_back))
    return pages


class LeafActs:
    """One leaf a visit; both acts are asked of the branch, and refused kindly while it cannot be reached."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def hang(self) -> ResponseReturnValue:
        word = request.form.get("word", "")
        if self._centre.catalogue.cheers.get(word) is None:
            raise BadInput()
        return self._ask("leaf.hang", hangs=True, word=word)

    def take_back(self) -> ResponseReturnValue:
        return self._ask("leaf.take", hangs=False)

    def _ask(self, kind: str, *, hangs: bool, **payload: object) -> ResponseReturnValue:
        """Ask it of the branch, unless it is so already, and show the visit once the branch has said that it is."""
        with self._centre.database.transaction() as work:
            visit = get_visit(work, session["visit"])
            if not may_hang(work, visit):
                raise NotFound()
            leaf = leaf_of(visit.id)
            if (hanging(work, leaf) is not None) == hangs:
                return answers.to_visit(came=True)
            ask_branch(work, visit.branch_id, kind, branch=visit.branch_id, leaf=leaf, **payload)
        return answers.to_visit(
            answers.comes(self._centre, lambda work: (hanging(work, leaf) is not None) == hangs)
        )
