"""Signing staff in by a one-time link (looking at it uses nothing up, pressing its one button does), and their language."""

import re

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from werkzeug.wrappers import Response as WerkzeugResponse

from branch.database import Database
from branch.errors import BadInput
from branch.people.models import Role
from branch.people.services import get_staff, use_sign_in_link
from branch.settings import CommonSettings

Page = str | Response | WerkzeugResponse
# A page of this house, and no address that a browser takes for another one ("//elsewhere").
OWN_PATH = re.compile(r"/(?![/\\])[\w\-/.?=&%+]*")


def blueprint(database: Database, limiter: Limiter, home: dict[Role, str]) -> Blueprint:
    """Routes `/sign-in/<token>`, `/sign-out` and `/staff/language`; `home` names the endpoint each role lands on."""
    pages = Blueprint("sign_in", __name__)

    @pages.get("/sign-in/<token>")
    @limiter.limit("30 per minute")
    def show(token: str) -> Page:
        return render_template("sign_in.html", token=token)

    @pages.post("/sign-in/<token>")
    @limiter.limit("10 per minute")
    def use(token: str) -> Page:
        with database.transaction() as work:
            staff = use_sign_in_link(work, token)
        # A visit in another window of this browser goes on: roles add up.
        session.update(staff=staff.id, staff_role=str(staff.role))
        session.setdefault("language", "ko")
        return redirect(url_for(home[Role(staff.role)]))

    @pages.post("/sign-out")
    def leave() -> Page:
        for key in ("staff", "staff_role"):
            session.pop(key, None)
        return render_template("signed_out.html")

    @pages.post("/staff/language")
    def speak() -> Page:
        """The language of this browser's staff pages from now on, also over a sign-out."""
        wanted = request.form.get("language", "")
        if wanted not in staff_languages():
            raise BadInput()
        session["language"] = wanted
        back = request.form.get("back", "")
        here = back if OWN_PATH.fullmatch(back) else url_for(home[Role(session["staff_role"])])
        return redirect(here, 303)

    pages.add_app_template_global(staff_languages)

    return pages


def staff_languages() -> tuple[str, ...]:
    """What staff pages can be read in: the languages that are offered to visitors."""
    settings: CommonSettings = current_app.extensions["maru_settings"]
    return settings.languages


def staff_name(database: Database) -> str:
    """The name of whoever is signed in, for the head of staff pages."""
    with database.reading() as work:
        return get_staff(work, session["staff"]).name
