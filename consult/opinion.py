"""An estimate of how people would score the voice of a call, by the E-model of ITU-T G.107, simplified.

The transmission rating is R = 93.2 - Id - Ie,eff: all that does not depend on the network keeps the default values
of G.107 (07/2015, table 2). Id is the straight-line form of Cole and Rosenbluth ("Voice over IP performance
monitoring", ACM SIGCOMM CCR 31/2, 2001). ITU-T gives no Ie and Bpl for Opus in narrowband; it is taken for G.711
with loss concealment (G.113 appendix I: Ie 0, Bpl 25.1). It is an estimate beside which a score of the customer
can be read, and not a measurement of what they heard.
"""

from __future__ import annotations

BEST = 93.2
IE, BPL = 0.0, 25.1
EFFORT_FROM = 177.3
"""Milliseconds of delay above which people begin to talk over each other."""
CODEC_MILLISECONDS = 26.5
"""An Opus frame and its look-ahead (RFC 6716 section 2)."""


def delay(round_trip: float, jitter: float) -> float:
    """Milliseconds from mouth to ear: both ways to the node taken for alike, and a buffer of twice the jitter.

    `round_trip` to the node and interarrival `jitter` (RFC 3550) are in milliseconds.
    """
    return round_trip + 2 * jitter + CODEC_MILLISECONDS


def rating(milliseconds: float, loss: float) -> float:
    """Return R, from 0 to 93.2, for this delay from mouth to ear and this share of lost packets (0 to 1)."""
    percent = 100 * loss
    hindered = 0.024 * milliseconds + 0.11 * max(0.0, milliseconds - EFFORT_FROM)
    impaired = IE + (95 - IE) * percent / (percent + BPL)
    return min(BEST, max(0.0, BEST - hindered - impaired))


def score(milliseconds: float, loss: float) -> float:
    """Return the estimated mean opinion score, 1 (bad) to 4.5 (G.107 annex B)."""
    rated = rating(milliseconds, loss)
    return max(1.0, 1 + 0.035 * rated + rated * (rated - 60) * (100 - rated) * 7e-6)
