"""Figures for Prometheus: consults, tickets, who waits, promises kept, how old the news of branches and nodes is."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch import clock
from branch.consults.models import Consult, ConsultState
from branch.database import Database
from branch.link import reach
from branch.tickets.models import Ticket
from branch.tickets.score import kept_promises
from web.node_figures import node_figures


class Figures(Collector):
    """Reads the database whenever Prometheus asks."""

    def __init__(self, database: Database, branches: Iterable[str], nodes: Iterable[str]) -> None:
        self._database = database
        self._branches = tuple(branches)
        self._nodes = tuple(nodes)
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        """Called by the registry."""
        with self._database.reading() as work:
            return [
                _consults(work),
                _waiting(work),
                _tickets(work),
                _promises(work, self._branches),
                *_links(work, self._branches),
                *node_figures(work, self._nodes),
            ]


def _consults(work: Session) -> Metric:
    family = GaugeMetricFamily("maru_consults", "Consults by state", labels=["state"])
    rows = work.execute(select(Consult.state, func.count()).group_by(Consult.state))
    counts = {str(state): count for state, count in rows}
    for state in ConsultState:
        family.add_metric([state.value], counts.get(state.value, 0))
    return family


def _waiting(work: Session) -> Metric:
    family = GaugeMetricFamily("maru_consults_waiting", "Customers who wait for an expert", labels=["topic"])
    waiting = select(Consult.topic, func.count()).where(Consult.state == ConsultState.WAITING)
    for topic, count in work.execute(waiting.group_by(Consult.topic)):
        family.add_metric([topic], count)
    return family


def _tickets(work: Session) -> Metric:
    family = GaugeMetricFamily("maru_tickets", "Tickets by branch and state", labels=["branch", "state"])
    rows = work.execute(
        select(Ticket.branch_id, Ticket.state, func.count()).group_by(Ticket.branch_id, Ticket.state)
    )
    for branch, state, count in rows:
        family.add_metric([branch, str(state)], count)
    return family


def _promises(work: Session, branches: Iterable[str]) -> Metric:
    family = GaugeMetricFamily(
        "maru_wait_promises_held",
        "Share of true waits within the range told, last 30 days",
        labels=["branch"],
    )
    for branch in branches:
        share = kept_promises(work, branch).share
        if share is not None:
            family.add_metric([branch], share)
    return family


def _links(work: Session, branches: Iterable[str]) -> Iterable[Metric]:
    lag = GaugeMetricFamily("maru_link_silence_seconds", "Since a branch was last heard", labels=["branch"])
    reachable = GaugeMetricFamily("maru_link_reachable", "1 while a branch is heard", labels=["branch"])
    for branch in branches:
        seen = reach.last_seen(work, branch)
        if seen is not None:
            lag.add_metric([branch], (clock.now() - seen).total_seconds())
        reachable.add_metric([branch], float(reach.is_reachable(work, branch)))
    return lag, reachable
