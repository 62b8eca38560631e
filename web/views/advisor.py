"""The advisor console; everything on it lives in the browser and on the /staff sockets."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from branch import clock
from signaling.names import LANGUAGE_NAMES
from signaling.sign_in import staff_languages
from signaling.surface import language
from web.context import Centre
from web.relay import ice_servers
from web.views import backdrop
from web.views.shared import page_data


def blueprint(centre: Centre) -> Blueprint:
    """Route `/advisor`."""
    pages = Blueprint("advisor", __name__)

    @pages.get("/advisor")
    def console() -> ResponseReturnValue:
        data = page_data(
            iceServers=ice_servers(centre.settings, clock.now()),
            backdrop=backdrop.offer(centre.settings),
            hold=centre.settings.hold_seconds,
            signOutUrl=url_for("sign_in.leave"),
            languageUrl=url_for("sign_in.speak"),
            languages=[[code, LANGUAGE_NAMES[code]] for code in staff_languages() if code != language()],
        )
        return render_template("advisor.html", page_data=data)

    return pages
