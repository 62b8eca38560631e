"""The cheering tree on the hub's screens: what is drawn, and the pass with which someone who leaves hangs one leaf."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from branch.content.cheers import Cheer
from branch.errors import BadInput
from branch.tree.picture import Picture, picture
from branch.tree.services import leaf_of
from kiosk.context import Hub
from kiosk.errors import LeafPassOver
from signaling.surface import language

PASS_LIVES = 180  # seconds
SALT = "leaf"


@dataclass(frozen=True)
class Pass:
    """What is left of a visit on the goodbye page: its one leaf, and the language to say thank you in."""

    leaf: str
    language: str


def shown_tree(hub: Hub, work: Session) -> Picture | None:
    """The branch's tree; None for a branch that has none."""
    return picture(work, hub.branch) if hub.catalogue.cheers.root else None


def seal_pass(hub: Hub, visit: str) -> str | None:
    """A pass for the visit that ends now; None in a branch without a tree."""
    return _sealer(hub).dumps([leaf_of(visit), language()]) if hub.catalogue.cheers.root else None


def read_pass(hub: Hub, token: str) -> Pass:
    """What a pass says. Raises LeafPassOver for one that is too old or was never ours."""
    try:
        leaf, tongue = _sealer(hub).loads(token, max_age=PASS_LIVES)
    except BadData:
        raise LeafPassOver() from None
    return Pass(leaf, tongue)


def chosen_cheer(hub: Hub, slug: str) -> Cheer:
    """The kind word of that slug. Raises BadInput for one that nobody offers."""
    cheer = hub.catalogue.cheers.get(slug)
    if cheer is None:
        raise BadInput()
    return cheer


def _sealer(hub: Hub) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(hub.settings.secret_key.get_secret_value(), salt=SALT)
