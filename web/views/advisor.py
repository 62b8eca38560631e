"""The advisor console; everything on it lives in the browser and on the /staff sockets."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.context import Centre
from web.views.shared import page_data


def blueprint(centre: Centre) -> Blueprint:
    """Route `/advisor`."""
    pages = Blueprint("advisor", __name__)

    @pages.get("/advisor")
    def console() -> ResponseReturnValue:
        return render_template("advisor.html", page_data=page_data(iceServers=centre.settings.ice_servers))

    return pages
