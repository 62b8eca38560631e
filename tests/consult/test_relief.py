"""A line too thin for all pictures of a room gets fewer, so that the voices arrive; nobody else notices."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from consult import feedback
from consult.limits import LEAST_BITS
from consult.relief import FIRST_WAIT, LONGEST_WAIT, STRAIN_SECONDS, Relief, ranked
from consult.rtp import HEADER
from consult.track import Track
from tests.consult.node import RunningNode
from tests.consult.raw_peer import RawPeer, eventually
from tests.consult.test_seats import three

THIN = LEAST_BITS // 2
WIDE = 100 * LEAST_BITS
PATIENCE = 60.0


def sent_by(now: float, bits: int = 6 * LEAST_BITS) -> int:
    """Bytes of pictures sent to the receiver up to now, at so many bits a second."""
    return int(now * bits / 8)


def pass_seconds(
    relief: Relief, seconds: float, begin: float, bits: int, sent: int = 6 * LEAST_BITS
) -> list[int | None]:
    """Look once a second while the receiver says this estimate; returns what was decided, each time anew."""
    decided = []
    for second in range(int(seconds) + 1):
        now = begin + second
        relief.estimated(bits, now)
        if relief.look(3, sent_by(now, sent), now):
            decided.append(relief.most)
    return decided


def test_a_line_that_is_thin_for_a_moment_keeps_its_pictures() -> None:
    relief = Relief()
    assert pass_seconds(relief, STRAIN_SECONDS - 1, 100, THIN) == []
    assert pass_seconds(relief, 60, 104, WIDE) == []


def test_small_pictures_of_which_browsers_estimate_little_are_not_withheld() -> None:
    relief = Relief()
    assert pass_seconds(relief, 60, 100, 3 * THIN // 2, sent=THIN) == []


def test_a_thin_line_gets_what_it_carries_at_once_and_more_one_after_the_other() -> None:
    relief = Relief()
    assert pass_seconds(relief, STRAIN_SECONDS + 1, 100, 2 * LEAST_BITS) == [2]
    assert pass_seconds(relief, 5 * FIRST_WAIT, 106, WIDE) == [None]
    assert pass_seconds(relief, STRAIN_SECONDS, 200, THIN) == [0]
    assert pass_seconds(relief, 5 * FIRST_WAIT, 205, WIDE) == [1, 2, None]


def test_a_line_that_stays_thin_is_tried_less_and_less_often() -> None:
    relief, now, tries = Relief(), 100.0, []
    pass_seconds(relief, STRAIN_SECONDS + 1, now, THIN)
    now += STRAIN_SECONDS + 1
    while now < 800:
        now += 1
        if relief.most:
            relief.estimated(THIN, now)
        if relief.look(3, sent_by(now), now) and relief.most:
            tries.append(now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert gaps == sorted(gaps)
    assert FIRST_WAIT < gaps[0] < gaps[-1]
    assert gaps[-1] <= LONGEST_WAIT + 2 * STRAIN_SECONDS


def test_a_voice_that_is_torn_takes_a_picture_away_though_no_estimate_came() -> None:
    relief = Relief()
    for second in range(int(STRAIN_SECONDS) + 1):
        relief.heard(0.3, 100.0 + second)
        changed = relief.look(2, 0, 100.0 + second)
    assert (changed, relief.most) == (True, 1)
    assert relief.end()
    assert not relief.end()


def test_hands_that_speak_and_documents_stay_longest() -> None:
    hands, companion = Track("i", "interpreter", "video", 0), Track("c", "companion", "video", 0)
    document, face = Track("a", "advisor", "video", 1), Track("a", "advisor", "video", 0)
    assert ranked([companion, face, document, hands]) == [hands, document, face, companion]


def from_others(receiver: RawPeer, kind: str) -> int:
    """Packets of this kind the receiver has got so far."""
    ssrcs = {line.remote_ssrc for line in receiver.transport.lines if line.kind == kind}
    return sum(HEADER.unpack_from(packet)[4] in ssrcs for packet in receiver.packets)


@pytest.mark.timeout(180)
def test_on_the_node_pictures_give_way_to_voices_and_come_back(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "relief") as people:
            customer, advisor, _ = people
            told = b"".join(
                feedback.bandwidth_estimate(line.ssrc, THIN, [line.remote_ssrc])
                for line in customer.transport.lines
                if line.kind == "video" and line.remote_ssrc
            )
            talk = asyncio.create_task(talking(people))
            try:
                await eventually(lambda: from_others(customer, "video") > 10, "pictures come")
                await withheld(customer, told)
                assert node.metric("maru_media_thin_lines") == 1
                seen, heard = from_others(advisor, "video"), from_others(customer, "audio")
                await eventually(lambda: from_others(advisor, "video") > seen + 20, "the advisor still sees")
                await eventually(lambda: from_others(customer, "audio") > heard + 20, "voices still come")
                before = from_others(customer, "video")
                await eventually(
                    lambda: from_others(customer, "video") > before, "a picture is tried", PATIENCE
                )
            finally:
                talk.cancel()

    asyncio.run(scenario())


async def talking(people: tuple[RawPeer, ...]) -> None:
    """Voices and cameras, 20 packets a second each."""
    for number in range(1_000_000):
        for person in people:
            for kind in ("audio", "video"):
                line = person.line(kind)
                head = HEADER.pack(
                    0x80, line.codecs[0].payload_type, number & 0xFFFF, 960 * number, line.ssrc
                )
                person.send_rtp(head + bytes(600))
        await asyncio.sleep(0.05)


async def withheld(customer: RawPeer, told: bytes) -> None:
    """Say that the line is thin until nothing has been seen for half a second."""
    seen, since, clock = -1, 0.0, asyncio.get_running_loop().time

    def nothing_seen() -> bool:
        nonlocal seen, since
        customer.send_rtcp(told)
        if (now := from_others(customer, "video")) != seen:
            seen, since = now, clock()
        return clock() - since > 0.5

    await eventually(nothing_seen, "no picture comes", PATIENCE)
