"""Quality seen from outside: what receivers report becomes figures of the node and an estimated opinion score."""

from __future__ import annotations

import asyncio

import pytest

from consult import opinion, rtcp
from consult.reception import Reception
from consult.rtp import HEADER
from tests.consult.node import RunningNode
from tests.consult.raw_peer import RawPeer, eventually

NTP = 0x1122334455667788
LSR = 0x33445566


@pytest.mark.parametrize(
    ("rating", "score"), [(93.2, 4.41), (80.0, 4.02), (60.0, 3.1), (50.0, 2.58), (0.0, 1.0)]
)
def test_ratings_become_the_scores_of_annex_b(
    rating: float, score: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion, "rating", lambda *_: rating)
    assert opinion.score(0, 0) == pytest.approx(score, abs=0.01)


def test_delay_and_loss_lower_the_score_and_nothing_leads_out_of_its_range() -> None:
    assert opinion.score(30, 0) > 4.3
    assert opinion.score(30, 0.02) < opinion.score(30, 0)
    assert opinion.score(300, 0) < opinion.score(150, 0)
    # 5 % lost is an Ie,eff of 95 * 5 / (5 + 25.1) = 15.8.
    assert opinion.rating(0, 0.05) == pytest.approx(93.2 - 15.78, abs=0.01)
    assert opinion.score(60_000, 1) == 1


def test_reports_become_averages_and_what_cannot_be_is_left_out() -> None:
    reception = Reception(48_000)
    assert reception.quality() is None
    reception.told(NTP, 10.0)
    reception.report(rtcp.ReportBlock(1, 64 << 24, 0, 480, LSR, 65536), 11.25)
    reception.report(rtcp.ReportBlock(1, 0, 0, 0xFFFFFFFF, 0xDEAD, 0xFFFFFFFF), 12.0)
    quality = reception.quality()
    assert quality is not None
    assert quality.loss == 0.125
    assert quality.round_trip == pytest.approx(250)
    assert quality.jitter == pytest.approx((10 + 1000) / 2)
    assert quality.describe()["loss"] == 0.125


def test_what_a_receiver_reports_stands_in_the_metrics(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "quality", "speaker") as speaker,
            RawPeer(node, "quality", "listener") as listener,
        ):
            line, heard = speaker.line("audio"), listener.line("audio").remote_ssrc
            assert heard is not None
            packet = HEADER.pack(0x80, line.codecs[0].payload_type, 7, 0, line.ssrc) + b"word"
            report = rtcp.sender_report(rtcp.SenderInfo(line.ssrc, NTP, 0, 1, 4))

            def speak() -> bool:
                speaker.send_rtp(packet[:2] + (len(listener.packets) + 8).to_bytes(2, "big") + packet[4:])
                speaker.send_rtcp(report)
                return bool(listener.packets and listener.reports_of(rtcp.SENDER_REPORT))

            await eventually(speak, "the listener gets sound and a sender report")
            block = rtcp.ReportBlock(heard, 128 << 24, 8, 4800, LSR, 0)
            listener.send_rtcp(rtcp.receiver_report(1, [block]))
            loss = 'maru_media_loss_share{kind="audio",statistic="worst"}'
            await eventually(lambda: f"{loss} 0.5" in node.metrics(), "loss is seen from outside")
            worst = '{kind="audio",statistic="worst"}'
            assert node.metric(f"maru_media_jitter_seconds{worst}") == pytest.approx(0.1)
            assert 0 <= node.metric(f"maru_media_round_trip_seconds{worst}") < 60
            assert 1 <= node.metric('maru_media_opinion_estimate{statistic="worst"}') < 3
            for name in ("load", "rooms", "full", "draining", 'bitrate_bits{direction="in"}'):
                assert node.metric(f"maru_media_{name}") >= 0

    asyncio.run(scenario())
