"""Waiting a moment for a branch's answer, so that the next page already shows it."""

import time
from collections.abc import Callable

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.context import Centre

LOOK_EVERY = 0.05  # seconds


def comes(centre: Centre, told: Callable[[Session], bool]) -> bool:
    """Whether the answer came in the time a person waits gladly; later the page follows by its socket."""
    deadline = time.monotonic() + centre.settings.answer_seconds
    while True:
        with centre.database.reading() as work:
            if told(work):
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(LOOK_EVERY)


def to_visit(came: bool) -> Response:
    """The visit with the answer in it, or with a word that it has not come yet."""
    return redirect(url_for("visit.home") if came else url_for("visit.home", answer="late"), 303)
