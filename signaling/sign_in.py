"""Signing staff in by a one-time link: looking at it uses nothing up, pressing its one button does."""

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask_limiter import Limiter
from werkzeug.wrappers import Response as WerkzeugResponse

from branch.database import Database
from branch.people.models import Role
from branch.people.services import get_staff, use_sign_in_link

Page = str | Response | WerkzeugResponse


def blueprint(database: Database, limiter: Limiter, home: dict[Role, str]) -> Blueprint:
    """Routes `/sign-in/<token>` and `/sign-out`; `home` names the endpoint each role lands on."""
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

    return pages


def staff_name(database: Database) -> str:
    """The name of whoever is signed in, for the head of staff pages."""
    with database.reading() as work:
        return get_staff(work, session["staff"]).name
