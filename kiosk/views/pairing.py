"""The device's side of pairing: a screen that shows its code and fetches its key, and what a revoked device says."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from branch.devices.errors import DeviceRevoked
from branch.devices.health import Pulse
from branch.devices.models import DeviceKind
from branch.devices.pairing import collect_key, is_alive, offer_code
from branch.devices.services import beat
from branch.errors import BadInput
from kiosk.context import Hub
from kiosk.devices import COOKIE, HOMES, drop_key, give_key, this_device
from kiosk.frame import go
from signaling.surface import describe

KEY = "pairing"


def blueprint(hub: Hub) -> Blueprint:
    """Open to every browser: a code by itself opens nothing."""
    pages = Blueprint("pairing", __name__)
    _screens(pages, hub)

    @pages.post("/pair/key")
    def collect() -> Response:
        """Ask whether somebody has typed the code; the key comes as a cookie, once."""
        offer = session.get(KEY)
        with hub.writing() as work:
            found = collect_key(work, offer["secret"]) if offer else None
        if found is None:
            return jsonify({"to": None})
        device, key = found
        session.pop(KEY)
        answer = jsonify({"to": url_for(HOMES[DeviceKind(device.kind)])})
        give_key(hub, answer, key)
        hub.devices_moved()
        return answer

    @pages.post("/pair/again")
    def again() -> ResponseReturnValue:
        """Forget a key that was revoked, and begin with a new code."""
        answer = go("pairing.show")
        device = this_device(hub)
        if device is not None and device.revoked_at is not None:
            drop_key(answer)
        return answer

    @pages.post("/pulse")
    @hub.limiter.limit("240 per minute")
    def pulse() -> Response:
        """A page says that it is there; a device whose key was taken back hears where to go."""
        device, said = this_device(hub), _said()
        if device is None:
            hub.watch.opened(_kind(), said)
            return jsonify({"to": None})
        if device.revoked_at is not None:
            return jsonify({"to": url_for("pairing.refused")})
        with hub.writing() as work:
            beat(work, device.id, said)
        answer = jsonify({"to": None})
        give_key(hub, answer, request.cookies[COOKIE])
        return answer

    return pages


def _screens(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/pair")
    @hub.limiter.limit("30 per minute")
    def show() -> ResponseReturnValue:
        device = this_device(hub)
        if device is not None:
            to = "pairing.refused" if device.revoked_at else HOMES[DeviceKind(device.kind)]
            return redirect(url_for(to))
        code, until = _offered(hub)
        spelled = f"{code[:3]} {code[3:]}"
        return render_template("pair.html", spelled=spelled, until=until)

    @pages.get("/pair/refused")
    def refused() -> ResponseReturnValue:
        """The one page of a revoked device."""
        device = this_device(hub)
        if device is None or device.revoked_at is None:
            return redirect(url_for("pairing.show"))
        return render_template("device_refused.html", error=describe(DeviceRevoked())), DeviceRevoked.status


def _offered(hub: Hub) -> tuple[str, datetime]:
    """The code this screen shows: the one it showed before as long as that lives."""
    offer = session.get(KEY)
    with hub.writing() as work:
        if offer is None or not is_alive(work, offer["code"]):
            fresh = offer_code(work)
            offer = {"code": fresh.code, "secret": fresh.secret, "until": fresh.expires_at.isoformat()}
            session[KEY] = offer
    return offer["code"], datetime.fromisoformat(offer["until"])


def _said() -> Pulse:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadInput()
    return Pulse.read(sent)


def _kind() -> DeviceKind:
    try:
        return DeviceKind(str((request.get_json(silent=True) or {}).get("kind")))
    except ValueError:
        raise BadInput() from None
