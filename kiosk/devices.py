"""Which device a page is shown on: its key in a cookie of its own, and what happens without one or with a revoked one."""

from flask import Flask, Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from branch.devices.errors import DeviceRevoked, DeviceUnpaired
from branch.devices.models import Device, DeviceKind
from branch.devices.services import device_of
from kiosk.context import Hub
from kiosk.visitor import current_visit, say_goodbye

COOKIE = "maru_device"
# The longest that browsers keep a cookie (RFC 6265bis, section 5.5); every pulse of the page begins it anew.
COOKIE_LIFE = 400 * 86_400
HOMES = {
    DeviceKind.KIOSK: "attract.show",
    DeviceKind.DISPLAY: "display.show",
    DeviceKind.DESK: "desk.show",
}
# Neither a screen's own pairing nor what its error page loads may depend on a key.
ALWAYS = frozenset({"static", "healthz"})
# Staff sign in on whatever computer there is: somebody has to be able to pair the first device.
WITHOUT_KEY = frozenset({"devices", "desk", "sign_in", "look"})


def install(app: Flask, hub: Hub) -> None:
    """Ask every request for its device before any page is made."""

    @app.before_request
    def check() -> WerkzeugResponse | None:
        if request.endpoint in ALWAYS or request.blueprint == "pairing":
            return None
        device = this_device(hub)
        if device is None:
            return _without_key(hub)
        return _revoked(hub) if device.revoked_at else _home(hub, device)


def this_device(hub: Hub) -> Device | None:
    """The device whose key the browser holds, revoked or not; read once a request."""
    if "device" not in g:
        key = request.cookies.get(COOKIE)
        g.device = None
        if key:
            with hub.reading() as work:
                g.device = device_of(work, key)
    found: Device | None = g.device
    return found


def give_key(hub: Hub, response: Response | WerkzeugResponse, key: str) -> None:
    """Let the browser keep the key where no script can read it."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=COOKIE_LIFE,
        httponly=True,
        samesite="Lax",
        secure=hub.settings.secure_cookies,
    )


def drop_key(response: WerkzeugResponse) -> None:
    """Let the browser forget the key."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax")


def _without_key(hub: Hub) -> WerkzeugResponse | None:
    if not hub.settings.pairing_required or request.blueprint in WITHOUT_KEY:
        return None
    if request.method != "GET":
        raise DeviceUnpaired()
    return redirect(url_for("pairing.show"))


def _revoked(hub: Hub) -> WerkzeugResponse:
    """Whoever stood before it has left for the page; their ticket stands."""
    if current_visit() is not None:
        language = session.get("language")
        say_goodbye(hub)
        session["language"] = language
    if request.method != "GET":
        raise DeviceRevoked()
    return redirect(url_for("pairing.refused"))


def _home(hub: Hub, device: Device) -> WerkzeugResponse | None:
    """A display that was switched on at the first address begins with its own screen."""
    begins = request.endpoint == "attract.show" and hub.settings.pairing_required
    if begins and device.kind != DeviceKind.KIOSK:
        return redirect(url_for(HOMES[DeviceKind(device.kind)]))
    return None
