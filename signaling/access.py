"""The one table that says which role may call which route and which socket event.

Roles add up: a browser with a visit is visitor and customer, one with a sign-in is visitor and that staff role. A route
or event that is missing here stops the start, so nothing is open by being forgotten.
"""

from flask import Flask

from branch.people.models import STAFF_ROLES, Role

Table = dict[str, frozenset[Role]]

ANYONE = frozenset(Role)
CUSTOMER = frozenset({Role.CUSTOMER})
GUEST = frozenset({Role.GUEST})
ADVISOR = frozenset({Role.ADVISOR})
TELLER = frozenset({Role.TELLER, Role.MANAGER})
MANAGER = frozenset({Role.MANAGER})
STAFF = STAFF_ROLES
HUB = frozenset({Role.HUB})

COMMON: Table = {
    "static": ANYONE,
    "healthz": ANYONE,
    "sign_in.show": ANYONE,
    "sign_in.use": ANYONE,
    "sign_in.leave": ANYONE,
}

CENTRE: Table = {
    **COMMON,
    "metrics": ANYONE,
    "openapi": ANYONE,
    "arrival.origin": ANYONE,
    "arrival.open_link": ANYONE,
    "arrival.show": ANYONE,
    "arrival.claim": ANYONE,
    "arrival.done": ANYONE,
    "look.tools": ANYONE,
    "backdrop.model": ANYONE,
    "backdrop.picture": ANYONE,
    "appointments.services": ANYONE,
    "appointments.times": ANYONE,
    "appointments.book": ANYONE,
    "appointments.show": ANYONE,
    "appointments.calendar": ANYONE,
    "appointments.times_again": ANYONE,
    "appointments.change": ANYONE,
    "appointments.cancel": ANYONE,
    "notices.worker": ANYONE,
    "notices.push": CUSTOMER,
    "notices.phone": CUSTOMER,
    "notices.stop": CUSTOMER,
    "poster.show": ANYONE,
    "poster.take": ANYONE,
    "poster.here": ANYONE,
    "poster.arrive": ANYONE,
    "ticket.out": CUSTOMER,
    "ticket.back": CUSTOMER,
    "ticket.give_back": CUSTOMER,
    "ticket.keep": CUSTOMER,
    "ticket.errands": CUSTOMER,
    "visit.home": CUSTOMER,
    "visit.choose": CUSTOMER,
    "visit.help_page": CUSTOMER,
    "visit.call_person": CUSTOMER,
    "visit.help_coming": CUSTOMER,
    "visit.forget_visit": CUSTOMER,
    "visit.forgotten": ANYONE,
    "consult.topics": CUSTOMER,
    "consult.choose": CUSTOMER,
    "consult.page": CUSTOMER,
    "api.snapshot": CUSTOMER,
    "api.consent": CUSTOMER,
    "api.ready": CUSTOMER,
    "api.cancel": CUSTOMER,
    "api.end": CUSTOMER,
    "api.survey": CUSTOMER,
    "api.pause_recording": CUSTOMER | ADVISOR,
    "api.join": CUSTOMER | ADVISOR,
    "api.trickle": CUSTOMER | ADVISOR,
    "network.selftest": CUSTOMER | GUEST | STAFF,
    "network.rehearse": CUSTOMER | GUEST | STAFF,
    "network.relays": CUSTOMER | GUEST | STAFF,
    "invitation.send": ADVISOR,
    "invitation.take_back": ADVISOR,
    "guest.show": ANYONE,
    "guest.join": ANYONE,
    "guest_api.view": GUEST,
    "guest_api.leave": GUEST,
    "guest_api.media": GUEST,
    "guest_api.trickle": GUEST,
    "supervision.enter": MANAGER,
    "supervision.room": MANAGER,
    "supervision.change": MANAGER,
    "advisor.console": ADVISOR,
    "manager.page": MANAGER,
    "devices.page": MANAGER,
    "recordings.listing": MANAGER,
    "recordings.page": MANAGER,
    "recordings.play": MANAGER,
    "recordings.track": MANAGER,
    "recordings.check": MANAGER,
    "recordings.make_file": MANAGER,
    "recordings.file_state": MANAGER,
    "recordings.cancel_file": MANAGER,
    "recordings.file": MANAGER,
    "statistics.page": MANAGER,
    "waits.page": MANAGER,
    "statistics.download": MANAGER,
    "schedule.page": MANAGER,
    "schedule.save": MANAGER,
    "schedule.undo": MANAGER,
}

KIOSK: Table = {
    **COMMON,
    "attract.show": ANYONE,
    "attract.done": ANYONE,
    "attract.goodbye": ANYONE,
    "attract.leave": ANYONE,
    "visit.show_languages": ANYONE,
    "visit.choose_language": ANYONE,
    "visit.menu": CUSTOMER,
    "visit.tools": ANYONE,
    "quiz.intro": CUSTOMER,
    "quiz.start": CUSTOMER,
    "quiz.question": CUSTOMER,
    "quiz.answer": CUSTOMER,
    "quiz.result": CUSTOMER,
    "ticket.services": CUSTOMER,
    "ticket.take": CUSTOMER,
    "ticket.issued": CUSTOMER,
    "ticket.reasons": CUSTOMER,
    "ticket.say_reason": CUSTOMER,
    "ticket.back": CUSTOMER,
    "here.code": ANYONE,
    "here.show": CUSTOMER,
    "here.check_in": CUSTOMER,
    "here.welcome": CUSTOMER,
    "ticket.print_again": CUSTOMER,
    "handoff.phone": CUSTOMER,
    "handoff.renew": CUSTOMER,
    "handoff.qr": CUSTOMER,
    "handoff.expert": CUSTOMER,
    "handoff.unreachable": CUSTOMER,
    "help.call": ANYONE,
    "help.show": CUSTOMER,
    "desk.show": TELLER,
    "desk.next_customer": TELLER,
    "desk.sign_in": ANYONE,
    "desk.use_pin": ANYONE,
    "desk.choose": TELLER,
    "desk.day": TELLER,
    "desk.walk_in": TELLER,
    "desk.undo": TELLER,
    "desk.act": TELLER,
    "desk.note": TELLER,
    "desk.answer": TELLER,
    "display.show": ANYONE,
    "voice.chime": ANYONE,
    "voice.recorded": ANYONE,
    "voice.spoken": ANYONE,
    "pairing.show": ANYONE,
    "pairing.refused": ANYONE,
    "pairing.collect": ANYONE,
    "pairing.again": ANYONE,
    "pairing.pulse": ANYONE,
    "devices.show": TELLER,
    "devices.add": TELLER,
    "devices.take_back": TELLER,
    "devices.print_again": TELLER,
    "devices.practice": TELLER,
    "look.show": ANYONE,
}

EVENTS: Table = {
    "/customer connect": CUSTOMER,
    "/customer snapshot": CUSTOMER,
    "/customer media.state": CUSTOMER,
    "/customer consult.end": CUSTOMER,
    "/staff connect": ADVISOR,
    "/staff snapshot": ADVISOR,
    "/staff media.state": ADVISOR,
    "/staff consult.accept": ADVISOR,
    "/staff consult.end": ADVISOR,
    "/staff consult.close": ADVISOR,
    "/manager connect": MANAGER,
    "/guest connect": GUEST,
    "/guest snapshot": GUEST,
    "/guest media.state": GUEST,
    "/link connect": ANYONE,
    "/link push": HUB,
    "/link pull": HUB,
    "/link done": HUB,
    "/link devices": HUB,
    "/kiosk connect": CUSTOMER,
    "/desk connect": TELLER,
    "/display connect": ANYONE,
}

# What each namespace tells browsers and hubs; nothing else is ever sent on it.
TOLD: dict[str, frozenset[str]] = {
    "/customer": frozenset({"snapshot", "consult.changed", "ticket.changed", "peer.media", "media.moved"}),
    "/staff": frozenset({"snapshot", "waiting.changed", "consult.changed", "peer.media", "media.moved"}),
    "/manager": frozenset({"changed"}),
    "/guest": frozenset({"snapshot", "media.moved"}),
    "/link": frozenset({"commands"}),
    "/kiosk": frozenset({"changed"}),
    "/desk": frozenset({"changed"}),
    "/display": frozenset({"changed"}),
}


def check(app: Flask, table: Table) -> None:
    """Raise RuntimeError unless table and routes name exactly the same endpoints."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != set(table):
        raise RuntimeError(f"access table and routes differ: {sorted(routes ^ set(table))}")
