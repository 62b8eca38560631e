"""The waiting-room display: the last called number, those before it, and the wait of each service."""

from flask import Blueprint, render_template

from kiosk.context import Hub
from kiosk.lobby import last_called, service_waits, waiting_total


def blueprint(hub: Hub) -> Blueprint:
    """One page for everyone; it fetches itself again when the queue moves."""
    pages = Blueprint("display", __name__)

    @pages.get("/display")
    def show() -> str:
        with hub.reading() as work:
            called = last_called(work, hub.branch)
            waits = service_waits(work, hub.branch, "ko")
            waiting = waiting_total(work, hub.branch)
        return render_template(
            "display.html",
            latest=called[0] if called else None,
            before=called[1:],
            services=waits,
            waiting=waiting,
        )

    return pages
