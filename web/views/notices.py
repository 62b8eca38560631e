"""Wishing for notices: this browser by Web Push, a phone number for this visit alone, and no more of either."""

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory, session, url_for
from flask.typing import ResponseReturnValue

from branch.errors import BadInput, NotFound
from branch.notices.services import give_phone, stop, subscribe
from branch.visits.services import get_visit
from web.context import Centre


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/visit/notices`, and the worker that shows a notice while no page is open."""
    pages, view = Blueprint("notices", __name__), NoticePages(centre)
    limited = centre.limiter.shared_limit("20 per minute", scope="notices")
    pages.get("/worker.js")(view.worker)
    pages.post("/visit/notices/push")(limited(view.push))
    pages.post("/visit/notices/phone")(limited(view.phone))
    pages.post("/visit/notices/stop")(limited(view.stop))
    return pages


class NoticePages:
    """What is given here is erased with the visit, when its ticket is over, and after a day at the latest."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def worker(self) -> Response:
        """From the root, since a worker speaks for the pages beneath its own address (W3C Service Workers)."""
        return send_from_directory(self._centre.settings.static_dir.resolve(), "worker.js")

    def push(self) -> ResponseReturnValue:
        if self._centre.settings.vapid_key is None:
            raise NotFound()
        told = request.get_json(silent=True)
        keys = told.get("keys") if isinstance(told, dict) else None
        if not isinstance(told, dict) or not isinstance(keys, dict):
            raise BadInput()
        services = self._centre.settings.push_services
        with self._centre.database.transaction() as work:
            visit = get_visit(work, session["visit"])
            subscribe(work, visit.id, told.get("endpoint"), keys.get("p256dh"), keys.get("auth"), services)
        return jsonify(ok=True)

    def phone(self) -> ResponseReturnValue:
        """The number goes with the version of the text that its owner read."""
        text = self._centre.catalogue.texts.contact_consent
        if text is None or self._centre.settings.messages_file is None:
            raise NotFound()
        if request.form.get("consent") != text.version:
            raise BadInput()
        with self._centre.database.transaction() as work:
            visit = get_visit(work, session["visit"])
            give_phone(work, visit.id, request.form.get("phone", ""), text.version)
        return redirect(url_for("visit.home"), 303)

    def stop(self) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            stop(work, session["visit"])
        return redirect(url_for("visit.home"), 303)
