"""Wishing for notices: this browser by Web Push, a phone number for this visit alone, and no more of either."""

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory, session, url_for
from flask.typing import ResponseReturnValue

from branch.content.catalogue import Notice
from branch.errors import BadInput, NotFound
from branch.notices.services import Subscription, give_phone, read_subscription, stop, subscribe
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
        read = told_subscription(self._centre)
        with self._centre.database.transaction() as work:
            subscribe(work, get_visit(work, session["visit"]).id, read)
        return jsonify(ok=True)

    def phone(self) -> ResponseReturnValue:
        """The number goes with the version of the text that its owner read."""
        agreed = agreed_phone(self._centre.catalogue.texts.contact_consent, self._centre)
        with self._centre.database.transaction() as work:
            give_phone(work, get_visit(work, session["visit"]).id, *agreed)
        return redirect(url_for("visit.home"), 303)

    def stop(self) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            stop(work, session["visit"])
        return redirect(url_for("visit.home"), 303)


def told_subscription(centre: Centre) -> Subscription:
    """The browser that the request names. Raises NotFound where push is off, BadInput and BadSubscription."""
    if centre.settings.vapid_key is None:
        raise NotFound()
    return read_subscription(request.get_json(silent=True), centre.settings.push_services)


def agreed_phone(consent: Notice | None, centre: Centre) -> tuple[str, str]:
    """The number that the form names, and the version of the text beside it. Raises NotFound and BadInput."""
    if consent is None or centre.notifier is None:
        raise NotFound()
    if request.form.get("consent") != consent.version:
        raise BadInput()
    return request.form.get("phone", ""), consent.version
