"""Figures for Prometheus about the media nodes, from their leases: every process of the centre tells the same."""

from collections.abc import Callable, Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.orm import Session

from branch import clock
from branch.nodes.models import NodeLease, NodeState
from branch.nodes.services import Delay, delay

NUMBERS: dict[str, tuple[str, Callable[[NodeLease], float]]] = {
    "rooms": ("Calls on the node", lambda lease: lease.rooms),
    "free_rooms": ("Further calls that fit on it", lambda lease: lease.free),
    "participants": ("People on the node", lambda lease: lease.participants),
    "load": ("Share of a core it has used lately", lambda lease: lease.load),
}


def node_figures(work: Session, nodes: Iterable[str]) -> Iterable[Metric]:
    """Lease, state and load of each node of the settings; of one that never answered only that it is away."""
    leases = {node: work.get(NodeLease, node) for node in nodes}
    heard = {node: lease for node, lease in leases.items() if lease is not None}
    yield _state(leases)
    yield from _times(heard)
    for name, (text, read) in NUMBERS.items():
        family = GaugeMetricFamily(f"maru_media_node_{name}", text, labels=["node"])
        for node, lease in heard.items():
            family.add_metric([node], read(lease))
        yield family
    yield _delayed(work)


def _state(leases: dict[str, NodeLease | None]) -> Metric:
    family = GaugeMetricFamily(
        "maru_media_node_state", "1 for what a media node is good for now", labels=["node", "state"]
    )
    now = clock.now()
    for node, lease in leases.items():
        found = lease.state(now) if lease is not None else NodeState.AWAY
        for state in NodeState:
            family.add_metric([node, state.value], float(state == found))
    return family


def _times(heard: dict[str, NodeLease]) -> Iterable[Metric]:
    silence = GaugeMetricFamily(
        "maru_media_node_silence_seconds", "Since the node's lease was last renewed", labels=["node"]
    )
    left = GaugeMetricFamily(
        "maru_media_node_lease_seconds", "Until its lease runs out; below 0 it has", labels=["node"]
    )
    now = clock.now()
    for node, lease in heard.items():
        silence.add_metric([node], (now - lease.seen_at).total_seconds())
        left.add_metric([node], (lease.expires_at - now).total_seconds())
    return silence, left


def _delayed(work: Session) -> Metric:
    family = GaugeMetricFamily(
        "maru_consults_delayed", "1 while nobody who waits can be called in, and why", labels=["why"]
    )
    found = delay(work)
    for why in Delay:
        family.add_metric([why.value], float(why == found))
    return family
