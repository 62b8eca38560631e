"""Signing in with a PIN: the right one opens, five wrong ones close for a minute, and nothing tells who exists."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from branch.__main__ import main
from branch.database import Database
from branch.errors import MaruError, NotFound
from branch.people.errors import BadPin, PinLocked, PinWrong
from branch.people.models import Staff
from branch.people.pins import LOCKED_FOR, TRIES, set_pin, sign_in_with_pin

TELLER = "teller@maru.example"


@pytest.fixture
def branch(hub: Database) -> Database:
    with hub.transaction() as session:
        set_pin(session, TELLER, "480159")
    return hub


def teller(branch: Database) -> Staff:
    with branch.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == TELLER)).one()


def fails(branch: Database, login: str = TELLER, pin: str = "000000") -> str:
    with pytest.raises(MaruError) as refused:
        sign_in_with_pin(branch, login, pin)
    return refused.value.code


def test_the_right_pin_signs_in_and_is_not_stored(branch: Database) -> None:
    assert sign_in_with_pin(branch, TELLER, "480159").login == TELLER
    assert "480159" not in str(teller(branch).pin)


def test_five_wrong_ones_close_for_a_minute(branch: Database) -> None:
    assert [fails(branch) for _ in range(TRIES)] == [PinWrong.code] * TRIES
    assert fails(branch, pin="480159") == PinLocked.code
    with branch.transaction() as session:
        locked = session.get_one(Staff, teller(branch).id)
        assert locked.pin_locked_until is not None
        locked.pin_locked_until -= LOCKED_FOR + timedelta(seconds=1)
    assert sign_in_with_pin(branch, TELLER, "480159").pin_failures == 0


def test_a_right_one_forgives_the_wrong_ones_before(branch: Database) -> None:
    for _ in range(2):
        assert [fails(branch) for _ in range(TRIES - 1)] == [PinWrong.code] * (TRIES - 1)
        sign_in_with_pin(branch, TELLER, "480159")


def test_guesses_at_the_same_moment_count_too(branch: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: fails(branch), range(12)))
    assert codes.count(PinWrong.code) == TRIES
    assert codes.count(PinLocked.code) == 12 - TRIES


@pytest.mark.parametrize("login", ["nobody@maru.example", "manager@maru.example"])
def test_nobody_and_somebody_without_a_pin_look_the_same(branch: Database, login: str) -> None:
    assert [fails(branch, login) for _ in range(TRIES + 1)] == [PinWrong.code] * (TRIES + 1)


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", ""])
def test_a_pin_is_four_to_twelve_digits(branch: Database, pin: str) -> None:
    with pytest.raises(BadPin), branch.transaction() as session:
        set_pin(session, TELLER, pin)


def test_the_chore_reads_the_pin_from_standard_input(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    url = hub.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("271828\n"))
    assert main(["--database-url", url, "set-pin", TELLER]) == 0
    assert sign_in_with_pin(hub, TELLER, "271828").login == TELLER
    with pytest.raises(NotFound), hub.transaction() as session:
        set_pin(session, "nobody@maru.example", "1234")
