"""How a kiosk's screen should look to its visitor: contrast and zoom, kept in the cookie and gone with the visit."""

from collections.abc import Mapping

from flask import session

from branch.errors import BadInput

# The first of each is how every screen begins.
LOOKS = {"contrast": ("normal", "high"), "zoom": ("100", "150", "200")}


def remember(wishes: Mapping[str, str]) -> None:
    """Keep the wishes that are about the look; what is not named stays. Raises BadInput for a look nobody offers."""
    for name, known in LOOKS.items():
        wish = wishes.get(name, session.get(name, known[0]))
        if wish not in known:
            raise BadInput()
        session[name] = wish
    for name in LOOKS.keys() - wished().keys():
        session.pop(name)


def wished() -> dict[str, str]:
    """What this visitor wants otherwise than usual."""
    return {name: session[name] for name, known in LOOKS.items() if session.get(name, known[0]) != known[0]}


def on_page() -> dict[str, str | None]:
    """What the frame of every page (templates/base.html) asks for."""
    wishes = wished()
    return {f"page_{name}": wishes.get(name) for name in LOOKS}


def forget() -> None:
    """The next person begins as everyone does."""
    for name in LOOKS:
        session.pop(name, None)
