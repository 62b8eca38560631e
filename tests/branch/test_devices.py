"""Pairing devices: a code opens once and not for long, five wrong ones are enough, a revoked key stays known; copies."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from branch import clock
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.demo import seed
from branch.devices.errors import BadPlace, PairingExpired, PairingLocked, PairingUnknown, PlaceTaken
from branch.devices.models import Device, DeviceKind
from branch.devices.pairing import CODE_LENGTH, LOCKED_FOR, Offer, Place, collect_key, offer_code, pair
from branch.devices.services import device_of, devices_of, revoke, revoked_lately
from branch.errors import MaruError
from branch.ids import CODE_ALPHABET
from branch.schema import migrate
from branch.slips.models import SlipState
from branch.slips.services import line, order_again, order_slip, settle
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.branch.conftest import staff
from tests.servers import postgresql

KIOSK = Place(DeviceKind.KIOSK, "입구", 1)
WRONG = "0000000"


@pytest.fixture
def teller(hub: Database) -> str:
    return staff(hub, "teller@maru.example").id


def offered(hub: Database) -> Offer:
    with hub.transaction() as session:
        return offer_code(session)


def collected(hub: Database, offer: Offer) -> tuple[Device, str] | None:
    with hub.transaction() as session:
        return collect_key(session, offer.secret)


def paired(hub: Database, teller: str, place: Place = KIOSK) -> tuple[Device, str]:
    offer = offered(hub)
    pair(hub, "seongsu", teller, offer.code, place)
    found = collected(hub, offer)
    assert found is not None
    return found


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    then = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: then)


def test_a_screen_gets_its_key_once_its_code_was_typed(hub: Database, teller: str) -> None:
    offer = offered(hub)
    assert len(offer.code) == CODE_LENGTH == 7
    assert set(offer.code) <= set(CODE_ALPHABET)
    assert collected(hub, offer) is None
    spelled = f" {offer.code[:3].lower()}-{offer.code[3:]} ".replace("0", "O").replace("1", "l")
    device = pair(hub, "seongsu", teller, spelled, KIOSK)
    found = collected(hub, offer)
    assert found is not None
    with hub.reading() as session:
        holder = device_of(session, found[1])
        assert holder is not None
        assert (holder.id, holder.kind, holder.place, holder.number) == (device.id, "kiosk", "입구", 1)
        assert holder.key_digest != found[1]
        assert device_of(session, "guessed") is None
    assert collected(hub, offer) is None, "the key is given once"


def test_a_code_pairs_one_device(hub: Database, teller: str) -> None:
    offer = offered(hub)
    pair(hub, "seongsu", teller, offer.code, KIOSK)
    with pytest.raises(PairingExpired):
        pair(hub, "seongsu", teller, offer.code, Place(DeviceKind.DISPLAY, "대기실", 1))
    with hub.reading() as session:
        assert [device.kind for device in devices_of(session, "seongsu")] == ["kiosk"]


def test_a_code_lives_ten_minutes(hub: Database, teller: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = offered(hub)
    later(monkeypatch, timedelta(minutes=10, seconds=1))
    with pytest.raises(PairingExpired):
        pair(hub, "seongsu", teller, offer.code, KIOSK)
    assert collected(hub, offer) is None


def test_five_wrong_codes_close_the_form_for_a_while(
    hub: Database, teller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = offered(hub)
    for _ in range(5):
        with pytest.raises(PairingUnknown):
            pair(hub, "seongsu", teller, WRONG, KIOSK)
    with pytest.raises(PairingLocked):
        pair(hub, "seongsu", teller, offer.code, KIOSK)
    another = staff(hub, "manager@maru.example").id
    pair(hub, "seongsu", another, offer.code, KIOSK)
    later(monkeypatch, LOCKED_FOR + timedelta(seconds=1))
    fresh = offered(hub)
    pair(hub, "seongsu", teller, fresh.code, Place(DeviceKind.KIOSK, "안쪽", 2))


def test_a_good_code_forgets_the_wrong_ones(hub: Database, teller: str) -> None:
    for number in (1, 2):
        for _ in range(4):
            with pytest.raises(PairingUnknown):
                pair(hub, "seongsu", teller, WRONG, Place(DeviceKind.KIOSK, "입구", number))
        paired(hub, teller, Place(DeviceKind.KIOSK, "입구", number))


@pytest.fixture(params=["sqlite", "postgresql"])
def branch(request: pytest.FixtureRequest, hub: Database, catalogue: Catalogue) -> Iterator[Database]:
    """The hub on either database."""
    if request.param == "sqlite":
        yield hub
        return
    with postgresql() as url:
        migrate(url)
        database = Database(url, outbox=True)
        with database.transaction() as session:
            seed(session, catalogue)
        yield database
        database.close()


def test_guesses_made_at_the_same_moment_count_too(branch: Database) -> None:
    hub, teller = branch, staff(branch, "teller@maru.example").id

    def guess(_turn: int) -> str:
        with pytest.raises(MaruError) as refusal:
            pair(hub, "seongsu", teller, WRONG, KIOSK)
        return refusal.value.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, range(12)))
    assert codes.count("device.code_unknown") == 5
    assert codes.count("device.locked") == 7


def test_a_number_belongs_to_one_device_until_it_is_revoked(hub: Database, teller: str) -> None:
    device, key = paired(hub, teller)
    offer = offered(hub)
    with pytest.raises(PlaceTaken):
        pair(hub, "seongsu", teller, offer.code, KIOSK)
    with hub.transaction() as session:
        revoke(session, "seongsu", device.id, teller)
        revoke(session, "seongsu", device.id, teller)
    pair(hub, "seongsu", teller, offer.code, KIOSK)
    with hub.reading() as session:
        gone = device_of(session, key)
        assert gone is not None
        assert isinstance(gone.revoked_at, datetime)
        assert [old.id for old in revoked_lately(session, "seongsu")] == [device.id]
        assert device.id not in {one.id for one in devices_of(session, "seongsu")}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Place.named("toaster", "입구", "1"),
        lambda: Place.named("kiosk", "  ", "1"),
        lambda: Place.named("kiosk", "입" * 41, "1"),
        lambda: Place.named("kiosk", "입구", "0"),
        lambda: Place.named("kiosk", "입구", "1²"),
        lambda: Place.named("kiosk", "입구", "100"),
        lambda: Place.named("kiosk", "입구", "1", "file:///etc/passwd"),
        lambda: Place.named("kiosk", "입구", "1", "http://agent/path?x=1"),
    ],
)
def test_a_place_that_cannot_be(make: Callable[[], Place]) -> None:
    with pytest.raises(BadPlace):
        make()


def test_a_slip_asked_for_many_times_at_once_is_one_more(branch: Database) -> None:
    with branch.transaction() as session:
        ticket = issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits").id
        for _ in range(2):
            order_slip(session, ticket, None)
        settle(session, ticket, SlipState.PRINTED)

    def ask(_turn: int) -> None:
        with branch.transaction() as session:
            order_again(session, ticket, seen=0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(16)))
    with branch.reading() as session:
        assert [slip.id for slip, _ in line(session)] == [f"{ticket}.1"]
