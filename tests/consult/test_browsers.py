"""Two real Chromium pages in one room: picture and sound both ways, before and after a reload."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.consult.node import RunningNode
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

ADDRESS = "http://localhost/"
OFFER = """async ({codec}) => {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: true, video: {width: 1280, height: 720, frameRate: 30},
  });
  const peer = window.peer = new RTCPeerConnection();
  window.streams = [];
  peer.ontrack = (event) => {
    const element = document.createElement(event.track.kind);
    element.autoplay = true;
    element.srcObject = new MediaStream([event.track]);
    document.body.append(element);
  };
  for (const track of stream.getTracks()) {
    const sender = peer.addTransceiver(track, {direction: 'sendrecv', streams: [stream]});
    if (codec && track.kind === 'video') {
      const known = RTCRtpReceiver.getCapabilities('video').codecs;
      const wanted = known.filter((each) => [codec, 'video/rtx'].includes(each.mimeType));
      sender.setCodecPreferences(wanted);
    }
  }
  await peer.setLocalDescription();
  return peer.localDescription.sdp;
}"""
TRICKLE = """async () => {
  while (peer.iceGatheringState !== 'complete') {
    await new Promise((done) => peer.addEventListener('icegatheringstatechange', done, {once: true}));
  }
  return peer.localDescription.sdp.split('\\r\\n').filter((line) => line.startsWith('a=candidate')).join('\\r\\n');
}"""
ANSWER = "(sdp) => peer.setRemoteDescription({type: 'answer', sdp})"
STATS = """async () => {
  const found = {};
  for (const report of (await peer.getStats()).values()) {
    if (['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp', 'candidate-pair'].includes(report.type)) {
      found[report.type + '.' + (report.kind || report.state)] = report;
    }
  }
  return found;
}"""


class Person:
    """One page with a camera and a microphone, in one room."""

    def __init__(self, browser: Browser, node: RunningNode, room: str, name: str, codec: str = "") -> None:
        self.page: Page = browser.new_context(permissions=["camera", "microphone"]).new_page()
        self.page.route(
            ADDRESS, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
        )
        self._node, self._room, self._name, self._codec = node, room, name, codec

    def join(self) -> None:
        """Open the page, anew if it was open, and join."""
        self.page.goto(ADDRESS)
        offer = self.page.evaluate(OFFER, {"codec": self._codec})
        node = self._node
        answer = node.client.join(node.url, self._room, self._name, "customer", offer, record=False)
        self.page.evaluate(ANSWER, answer.sdp)
        node.client.trickle(node.url, self._room, self._name, "customer", self.page.evaluate(TRICKLE))

    def stats(self) -> dict[str, Any]:
        """Reports of getStats by type and kind."""
        found: dict[str, Any] = self.page.evaluate(STATS)
        return found

    def frames(self) -> int:
        """Frames of the other side shown so far on this connection."""
        return int(self.stats().get("inbound-rtp.video", {}).get("framesDecoded", 0))

    def sound(self) -> float:
        """Energy of the other side's sound heard so far on this connection."""
        return float(self.stats().get("inbound-rtp.audio", {}).get("totalAudioEnergy", 0))

    def codec(self) -> str:
        """MIME type of the video that this person sends."""
        sent = self.stats()["outbound-rtp.video"]["codecId"]
        return str(self.page.evaluate("async (id) => (await peer.getStats()).get(id).mimeType", sent))

    def leave(self) -> None:
        self.page.context.close()


def sees_and_hears(person: Person, who: str) -> None:
    """Wait until more of the other side's picture and sound has come than there is now."""
    frames, sound = person.frames(), person.sound()
    until(lambda: person.frames() > frames + 10, f"{who} sees the other side move")
    until(lambda: person.sound() > sound, f"{who} hears the other side")


@pytest.mark.parametrize("codec", ["video/VP8", "video/H264"])
def test_both_see_and_hear_each_other_and_go_on_after_a_reload(
    browser: Browser, node: RunningNode, codec: str
) -> None:
    room = f"reload-{codec[6:]}"
    customer = Person(browser, node, room, "customer", codec)
    advisor = Person(browser, node, room, "advisor", codec)
    customer.join()
    advisor.join()
    sees_and_hears(customer, "the customer")
    sees_and_hears(advisor, "the advisor")
    assert customer.codec() == codec, "the wrong codec was chosen"
    customer.join()
    sees_and_hears(customer, "the reloaded customer")
    sees_and_hears(advisor, "the advisor who stayed")
    assert {each.state for each in node.room(room).participants} == {"connected"}
    customer.leave()
    advisor.leave()
