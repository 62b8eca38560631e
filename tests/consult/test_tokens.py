"""Tokens: what is signed comes back, and nothing else opens a room."""

from __future__ import annotations

import time

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.errors import BadToken, WrongRoom
from consult.tokens import AUDIENCE, Claims, require_control, require_participant, sign, verify

SECRET = "0123456789abcdef0123456789abcdef"
CLAIMS = Claims("room-1", "person-1", "customer", record=True)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20), st.text(max_size=9), st.booleans())
def test_what_was_signed_is_what_is_read(room: str, participant: str, role: str, record: bool) -> None:
    claims = Claims(room, participant, role, record)
    assert verify(sign(claims, SECRET), SECRET) == claims


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not.a.token",
        sign(CLAIMS, "another secret of the same length!"),
        sign(CLAIMS, SECRET, lifetime=-5),
        jwt.encode({"room": "r"}, SECRET, algorithm="HS256"),
        jwt.encode(
            {
                "room": "r",
                "participant": "p",
                "role": "x",
                "record": False,
                "exp": time.time() + 9,
                "aud": "web",
            },
            SECRET,
            algorithm="HS256",
        ),
        jwt.encode(
            {
                "room": 1,
                "participant": "p",
                "role": "x",
                "record": False,
                "exp": time.time() + 9,
                "aud": AUDIENCE,
            },
            SECRET,
            algorithm="HS256",
        ),
        jwt.encode(
            {
                "room": "r",
                "participant": "p",
                "role": "x",
                "record": "yes",
                "exp": time.time() + 9,
                "aud": AUDIENCE,
            },
            SECRET,
            algorithm="HS256",
        ),
    ],
)
def test_other_tokens_are_refused(token: str) -> None:
    with pytest.raises(BadToken):
        verify(token, SECRET)


def test_a_token_opens_one_place_only() -> None:
    require_participant(CLAIMS, "room-1", "person-1")
    with pytest.raises(WrongRoom):
        require_participant(CLAIMS, "room-2", "person-1")
    with pytest.raises(WrongRoom):
        require_participant(CLAIMS, "room-1", "person-2")


def test_only_control_governs_a_room() -> None:
    require_control(Claims("room-1", "control", "control"), "room-1")
    with pytest.raises(WrongRoom):
        require_control(CLAIMS, "room-1")
    with pytest.raises(WrongRoom):
        require_control(Claims("room-2", "control", "control"), "room-1")
