"""A number taken at home, over the real link: asked, given, checked in at the kiosk, called at a desk."""

import re

import pytest

from tests.running import Maru
from tests.scenarios.people import Surfer
from tests.scenarios.story import at_the_kiosk
from tests.waiting import until

pytestmark = pytest.mark.scenario


def test_from_home_to_the_desk(maru: Maru) -> None:
    phone = Surfer(maru.centre())
    until(lambda: "disabled" not in phone.open("/b/seongsu").text, "the centre to hear the branch")
    phone.submit("/b/seongsu", service="exchange", travel="20")
    until(lambda: 'data-mood="on_the_way"' in phone.open("/visit").text, "the branch's answer")
    number = re.search(r'data-ticket="number">(D-\d{3})', phone.body)
    assert number, phone.body
    ear = phone.listen("/customer")
    teller = Surfer(maru.layout.hub_url)
    path = maru.desk_sign_in_path("teller@maru.example")
    teller.open(path)
    teller.submit(path)
    teller.submit("/desk/at", desk="seongsu-3")
    teller.submit("/desk/next", seen="")
    assert "queue.empty" in teller.body, teller.path
    kiosk = at_the_kiosk(maru)
    kiosk.open("/here")
    kiosk.submit("/here", number=number[1])
    assert kiosk.path == "/here/welcome", kiosk.body
    ear.hears("ticket.changed", lambda ticket: ticket["state"] == "waiting")
    teller.open("/desk")
    teller.submit("/desk/next", seen="")
    ear.hears("ticket.changed", lambda ticket: ticket["state"] == "called" and ticket["desk"])
    ear.close()
