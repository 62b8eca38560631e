"""Numbers of the store for Prometheus: whether it answers, and what waits on this node."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from consult.store.stores import Store


class StoreCollector(Collector):
    """Reads how far moving is at each scrape; tells nothing where recordings stay on the disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """Yield what waits, what has moved, and whether the store takes it."""
        moving = self._store.moving()
        if moving is None:
            return
        for name, text, value in (
            ("up", "1 while the store takes recordings.", moving.failure is None),
            ("waiting_parts", "Finished parts that are kept on this node so far.", moving.waiting_parts),
            ("waiting_bytes", "Bytes of finished parts that are kept on this node.", moving.waiting_bytes),
        ):
            yield GaugeMetricFamily(f"maru_media_store_{name}", text, value=value)
        for name, text, value in (
            ("moved_parts", "Parts that the store has taken over.", moving.moved_parts),
            ("moved_bytes", "Bytes sent to the store.", moving.moved_bytes),
        ):
            yield CounterMetricFamily(f"maru_media_store_{name}", text, value=value)
