"""Proof that somebody stands in the branch: a code on its screens that changes every few minutes.

Hub and centre share the key of their link, so the centre knows the code without asking, and the hub makes it with the
line cut (HMAC, RFC 2104, over the branch and the time step, as in RFC 6238).
"""

import base64
import hmac
from datetime import datetime

STEP = 600  # seconds; a code is good in its own step and in the next one
LENGTH = 12  # characters, 60 bits


def door_code(branch_id: str, key: str, at: datetime) -> str:
    """The code that the branch shows at this moment."""
    return _code(branch_id, key, _step(at))


def is_here(branch_id: str, key: str, code: str, at: datetime) -> bool:
    """Whether somebody who shows this code has seen it in the branch lately; the hub's clock may be a step ahead."""
    known = (_code(branch_id, key, _step(at) - back) for back in (-1, 0, 1))
    return any([hmac.compare_digest(good.encode(), code.encode()) for good in known])


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def _code(branch_id: str, key: str, step: int) -> str:
    made = hmac.digest(key.encode(), f"door {branch_id} {step}".encode(), "sha256")
    return base64.b32encode(made).decode()[:LENGTH]
