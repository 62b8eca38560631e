"""The cheering tree: the big screen, and the leaf that somebody hangs who has finished at the kiosk."""

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from branch.errors import NotFound
from branch.tree.services import hang, take_back
from kiosk.context import Hub
from kiosk.frame import go
from kiosk.tree import chosen_cheer, read_pass, shown_tree
from kiosk.versions import version_of

SCRIPTS_AND_STYLES = ("tree.js", "kiosk.css", "maru.css")


def blueprint(hub: Hub) -> Blueprint:
    """`/tree` is for everyone, as the display is; a leaf takes the pass of the goodbye page."""
    pages = Blueprint("tree", __name__)
    version = version_of(hub.settings.static_dir, SCRIPTS_AND_STYLES)

    @pages.get("/tree")
    def show() -> str:
        if request.args.get("language") in hub.settings.languages:
            session["language"] = request.args["language"]
        with hub.reading() as work:
            shown = shown_tree(hub, work)
        if shown is None:
            raise NotFound()
        return render_template("tree.html", shown=shown, version=version)

    @pages.post("/leaf")
    @hub.limiter.limit("60 per minute")
    def hang_leaf() -> Response:
        """One leaf a visit: a second tap, or another word, finds it hanging already."""
        token = request.form.get("leaf", "")
        mine, cheer = read_pass(hub, token), chosen_cheer(hub, request.form.get("word", ""))
        with hub.writing() as work:
            hang(work, hub.branch.id, mine.leaf, cheer.slug)
        return go("attract.goodbye", leaf=token)

    @pages.post("/leaf/back")
    @hub.limiter.limit("60 per minute")
    def take_leaf() -> Response:
        token = request.form.get("leaf", "")
        mine = read_pass(hub, token)
        with hub.writing() as work:
            take_back(work, hub.branch.id, mine.leaf)
        return go("attract.goodbye", leaf=token)

    return pages
