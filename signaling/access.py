"""The one table that says which role may call which route and which socket event.

Roles add up: a browser with a visit is visitor and customer, one with a sign-in is visitor and that staff role. A route
or event that is missing here stops the start, so nothing is open by being forgotten.
"""

from flask import Flask

from branch.people.models import STAFF_ROLES, Role

Table = dict[str, frozenset[Role]]

ANYONE = frozenset(Role)
CUSTOMER = frozenset({Role.CUSTOMER})
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

CENTRE: Table = {**COMMON}

KIOSK: Table = {**COMMON}

EVENTS: Table = {}


def check(app: Flask, table: Table) -> None:
    """Raise RuntimeError unless table and routes name exactly the same endpoints."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != set(table):
        raise RuntimeError(f"access table and routes differ: {sorted(routes ^ set(table))}")
