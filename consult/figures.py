"""What lies over all people of a node at one moment: bitrates, and how voices and pictures arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median

from prometheus_client.core import GaugeMetricFamily, Metric

from consult.node import Node
from consult.participant import Participant
from consult.reception import Quality

KINDS = ("audio", "video")
FIGURES: tuple[tuple[str, str, Callable[[Quality], float | None]], ...] = (
    ("loss_share", "Share of packets lost, by receivers' reports.", lambda quality: quality.loss),
    ("jitter_seconds", "Interarrival jitter, by receivers' reports.", lambda quality: quality.jitter / 1000),
    (
        "round_trip_seconds",
        "Round trip between node and receiver.",
        lambda quality: None if quality.round_trip is None else quality.round_trip / 1000,
    ),
)
OPINION = "Opinion score of voices, estimated by ITU-T G.107 (consult/opinion.py)."


def quality_metrics(node: Node) -> Iterable[Metric]:
    """Yield the median and the worst of each figure over the people who have reported."""
    people = [person for room in node.rooms.values() for person in room.participants.values()]
    for name, text, read in FIGURES:
        gauge = GaugeMetricFamily(f"maru_media_{name}", text, labels=["kind", "statistic"])
        for kind in KINDS:
            told = [value for quality in _qualities(people, kind) if (value := read(quality)) is not None]
            _add(gauge, [kind], told, max)
        yield gauge
    opinions = GaugeMetricFamily("maru_media_opinion_estimate", OPINION, labels=["statistic"])
    _add(opinions, [], [quality.opinion for quality in _qualities(people, "audio")], min)
    yield opinions


def _qualities(people: Iterable[Participant], kind: str) -> list[Quality]:
    return [quality for person in people if (quality := person.quality(kind)) is not None]


def _add(
    gauge: GaugeMetricFamily, labels: list[str], told: list[float], worst: Callable[[list[float]], float]
) -> None:
    if told:
        gauge.add_metric([*labels, "median"], median(told))
        gauge.add_metric([*labels, "worst"], worst(told))
