"""The waiting-room display: the number that is called, those before it, the wait of each service, and what was improved."""

from dataclasses import asdict

from flask import Blueprint, render_template, request, session
from sqlalchemy.orm import Session

from branch import clock
from kiosk.announcements.calls import is_quiet, standing_calls
from kiosk.context import Hub
from kiosk.lobby import last_called, service_waits
from kiosk.tree import shown_tree
from kiosk.versions import version_of
from signaling.surface import language

SCRIPTS_AND_STYLES = ("display.js", "kiosk.css", "maru.css")


def blueprint(hub: Hub) -> Blueprint:
    """One page for everyone; fetched again when the queue moves. `?language=` and `?volume=` are of one display."""
    pages = Blueprint("display", __name__)
    version = version_of(hub.settings.static_dir, SCRIPTS_AND_STYLES)

    @pages.get("/display")
    def show() -> str:
        if request.args.get("language") in hub.settings.languages:
            session["language"] = request.args["language"]
        with hub.reading() as work:
            called = last_called(work, hub.branch)
            waits = service_waits(work, hub.branch, language())
            news = _news(hub, work)
            tree = shown_tree(hub, work)
        return render_template(
            "display.html",
            latest=called[0] if called else None,
            called=called,
            services=waits,
            improvements=hub.catalogue.improvements.root,
            shown=tree,
            news={"version": version, **news},
        )

    return pages


def _news(hub: Hub, work: Session) -> dict[str, object]:
    """What the page's script works with: the calls that stand, how loud, and of when this is."""
    settings, now = hub.settings, hub.local(clock.now())
    quiet = is_quiet(settings.quiet_hours, now.time())
    wished = request.args.get("volume", settings.announcement_volume, type=int)
    return {
        "as_of": now.strftime("%H:%M"),
        "volume": 0 if quiet else min(max(wished, 0), 100) / 100,
        "within": settings.announce_seconds,
        "calls": [asdict(call) for call in standing_calls(work, hub.branch, hub.voice, language())],
    }
