"""Numbers for Prometheus, collected when asked for: counting packets costs no more than an addition."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from consult.allowance import Limit
from consult.figures import quality_metrics
from consult.node import Node
from consult.session import State
from consult.store.figures import StoreCollector
from consult.store.stores import Store


class NodeCollector(Collector):
    """Reads the node's own counters at each scrape."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def collect(self) -> Iterable[Metric]:
        """Yield what the node has carried and what it holds now."""
        yield from self._counters()
        yield from self._gauges()
        yield from self._limits()
        yield from quality_metrics(self._node)

    def _counters(self) -> Iterable[Metric]:
        counters = self._node.counters()
        for name, text, value in (
            ("received_packets", "Media packets received from participants.", counters.packets_in),
            ("forwarded_packets", "Media packets sent to participants.", counters.packets_out),
            ("received_bytes", "Bytes of decrypted RTP received.", counters.bytes_in),
            ("forwarded_bytes", "Bytes of RTP sent, before encryption.", counters.bytes_out),
            ("lost_packets", "Packets that never came from participants.", counters.packets_lost),
            (
                "unsent_packets",
                "Packets a receiver cannot take or the system would not send.",
                counters.unsent,
            ),
            ("refused_datagrams", "Datagrams dropped: garbage, forged, of no stream.", counters.refused),
        ):
            yield CounterMetricFamily(f"maru_media_{name}", text, value=value)

    def _limits(self) -> Iterable[Metric]:
        counters = self._node.counters()
        text = "Packets let go because their sender was beyond this limit."
        policed = CounterMetricFamily("maru_media_policed_packets", text, labels=["limit"])
        over = GaugeMetricFamily(
            "maru_media_senders_over_limit", "Participants beyond this limit.", labels=["limit"]
        )
        people = [person for room in self._node.rooms.values() for person in room.participants.values()]
        for limit in Limit:
            policed.add_metric([limit.value], getattr(counters, limit.value))
            over.add_metric([limit.value], sum(limit.value in person.over_limits for person in people))
        yield from (policed, over)

    def _gauges(self) -> Iterable[Metric]:
        rooms = self._node.rooms.values()
        yield GaugeMetricFamily("maru_media_rooms", "Rooms open now.", value=len(rooms))
        yield GaugeMetricFamily(
            "maru_media_load", "Share of a core used lately.", value=self._node.load.value
        )
        states = (
            ("full", "1 while no other room fits on this node.", self._node.full),
            ("draining", "1 while this node opens no more rooms.", self._node.draining),
        )
        for name, text, holds in states:
            yield GaugeMetricFamily(f"maru_media_{name}", text, value=holds)
        bitrate = GaugeMetricFamily(
            "maru_media_bitrate_bits", "Media bits a second, over the last second.", labels=["direction"]
        )
        for direction, bits in self._node.bitrate.items():
            bitrate.add_metric([direction], bits)
        yield bitrate
        tasks = len(asyncio.all_tasks())
        yield GaugeMetricFamily("maru_media_tasks", "Tasks of the event loop.", value=tasks)
        recorded = sum(room.recording for room in rooms)
        yield GaugeMetricFamily("maru_media_rooms_recorded", "Rooms being recorded now.", value=recorded)
        thin = sum(participant.thin for room in rooms for participant in room.participants.values())
        text = "Participants who get fewer pictures than there are, so that voices reach them."
        yield GaugeMetricFamily("maru_media_thin_lines", text, value=thin)
        people = GaugeMetricFamily("maru_media_participants", "Participants by state.", labels=["state"])
        for state in State:
            present = sum(
                participant.state is state for room in rooms for participant in room.participants.values()
            )
            people.add_metric([state.value], present)
        yield people


def make_registry(node: Node, store: Store) -> CollectorRegistry:
    """Return the registry `/metrics` serves: this node, its store, its process and its interpreter."""
    registry = CollectorRegistry()
    for collector in (
        NodeCollector(node),
        StoreCollector(store),
        PROCESS_COLLECTOR,
        PLATFORM_COLLECTOR,
        GC_COLLECTOR,
    ):
        registry.register(collector)
    return registry
