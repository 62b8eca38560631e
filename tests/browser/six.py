"""Six people of one consult, each with a Chromium of their own and a camera small enough for a test machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Browser, Playwright

from tests.browser.centre import new_code
from tests.browser.people import CHROMIUM, CONSOLE, FLAGS, PHONE, Advisor, Caller, PhoneVisitor
from tests.running import Maru
from tests.waiting import until

LEAN = ("--use-fake-device-for-media-stream=fps=3", "--auto-select-desktop-capture-source=Entire screen")
# Six browsers on two cores starve the lines they simulate. How pictures give way then has tests of its own (tests/network).
SMALL = """const limit = RTCRtpSender.prototype.setParameters;
RTCRtpSender.prototype.setParameters = function (wish) {
  for (const encoding of wish.encodings) encoding.active = true;
  return limit.call(this, wish);
};
const media = navigator.mediaDevices, open = media.getUserMedia.bind(media);
media.getUserMedia = (wish) => open({ ...wish, video: wish.video && { ...wish.video, width: 320, height: 180 } });"""
# Of everyone else by place: frames shown, packets of voice and the energy of that voice (W3C webrtc-stats). Counting
# costs a browser more than a picture does, so it is done four times a second at most.
RECEIVED = """async () => {
  await new Promise((done) => setTimeout(done, 250));
  const samples = await Promise.all([0, 1, 2, 3, 4].map((place) => window.maruCall?.stats(place)));
  return samples.map((sample) => {
    const received = sample?.received;
    return received ? [received.video.framesDecoded, received.audio.packets, received.audio.energy] : [0, 0, 0];
  });
}"""
SHOWN = ".call-screen:not([hidden]) video"
# Seats whose tile lies over the shared screen, by the places of both on the page.
COVERING = """() => {
  const shown = document.querySelector(".call-screen[data-main]").getBoundingClientRect();
  const over = (tile) => {
    const place = tile.getBoundingClientRect();
    return place.right > shown.left && place.left < shown.right && place.bottom > shown.top && place.top < shown.bottom;
  };
  const tiles = [...document.querySelectorAll(".call-tile:not([hidden], [data-main])")];
  return tiles.filter(over).map((tile) => tile.dataset.seat);
}"""
Received = tuple[int, int, float]
NAMES = {"companion": "박서연", "interpreter": "응우옌 티 란", "expert": "이하은"}
CUSTOMER, ADVISOR, COMPANION, INTERPRETER, EXPERT, SUPERVISOR = range(6)
"""Seats, as the centre gives them to whoever comes in this order."""
INVITED = dict(zip((COMPANION, INTERPRETER, EXPERT), NAMES, strict=True))


class Six:
    """Everyone by their seat, as they come in."""

    def __init__(self, maru: Maru, browsers: list[Browser]) -> None:
        self.maru = maru
        self.customer = PhoneVisitor(browsers[CUSTOMER])
        self.advisor = Advisor(browsers[ADVISOR])
        self.people: dict[int, Caller] = {CUSTOMER: self.customer, ADVISOR: self.advisor}
        self._browsers = browsers
        self._links: list[str] = []
        self._pictured: set[tuple[int, int]] = set()
        """(viewer, seen) by seats, where a picture has been shown."""
        for person in self.people.values():
            prepare(person)

    def come_together(self) -> str:
        """Customer and advisor first, then those who are invited, then the supervisor; returns the consult."""
        maru = self.maru
        self.customer.opens(f"{maru.centre()}/v/{new_code(maru)}")
        self.advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
        consult = self.customer.asks_for_expert("tax")
        self.advisor.accepts(consult)
        for seat in (CUSTOMER, ADVISOR):
            self.people[seat].waits_for_live_media()
        guests = {seat: self._guest(seat, self.invites(role)) for seat, role in INVITED.items()}
        supervisor = self._supervisor()
        for action in ("agree", "ready"):
            for guest in guests.values():
                guest.tap(f"[data-action={action}]:not([disabled])")
        supervisor.page.locator("[data-mode=listen]").wait_for()
        self.people |= {**guests, SUPERVISOR: supervisor}
        return consult

    def invites(self, role: str) -> str:
        """The advisor makes a link; returns it."""
        self.advisor.act("invite")
        self.advisor.page.locator(f"input[name=guest-role][value={role}]").check()
        self.advisor.page.locator("input[name=guest-name]").fill(NAMES[role])
        self.advisor.act("send-invitation")
        self._links.append(until(self._new_link, f"a link for the {role}"))
        return self._links[-1]

    def received(self, seat: int) -> dict[int, Received]:
        """What this person's browser has got so far of each other seat."""
        places: list[Received] = [tuple(each) for each in self.people[seat].page.evaluate(RECEIVED)]
        return {other: places[other if other < seat else other - 1] for other in range(6) if other != seat}

    def wait_until_received(self, pairs: set[tuple[int, int]]) -> None:
        """Return once every (viewer, seen) of these has had a picture and hears clearly more than now."""
        before = {viewer: self.received(viewer) for viewer, _ in pairs}
        missing = set(pairs)

        def all_came() -> bool:
            for viewer in {viewer for viewer, _ in missing}:
                for seen, (frames, voice, _) in self.received(viewer).items():
                    self._pictured |= {(viewer, seen)} if frames else set()
                    if (viewer, seen) in self._pictured and voice > before[viewer][seen][1] + 20:
                        missing.discard((viewer, seen))
            return not missing

        try:
            until(all_came, "everybody", 60)
        except AssertionError:
            raise AssertionError(f"(viewer, seen) by seats without picture or voice: {missing}") from None

    def leave(self) -> None:
        for person in self.people.values():
            person.leave()

    def _new_link(self) -> str | None:
        shown = self.advisor.page.locator("[data-invitation]")
        link = shown.input_value() if shown.count() else ""
        return link if link not in ["", *self._links] else None

    def _guest(self, seat: int, link: str) -> Caller:
        guest = prepare(Caller(self._browsers[seat], PHONE))
        guest.page.goto(link, wait_until="commit")
        return guest

    def _supervisor(self) -> Caller:
        manager = prepare(Caller(self._browsers[SUPERVISOR], CONSOLE))
        manager.page.goto(self.maru.centre() + self.maru.sign_in_path("manager@maru.example"))
        manager.tap("form .button-main")
        manager.page.wait_for_url("**/manager")
        manager.act("supervise")
        return manager


def prepare(person: Caller) -> Caller:
    """Give somebody a small camera."""
    person.context.add_init_script(SMALL)
    return person


@contextmanager
def six_browsers(playwright: Playwright) -> Iterator[list[Browser]]:
    """Six Chromiums with cameras of three frames a second."""
    with ExitStack() as stack:
        launched = []
        for _ in range(6):
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *LEAN])
            stack.callback(chromium.close)
            launched.append(chromium)
        yield launched
