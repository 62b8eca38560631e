"""`make run`: start all of Maru on this machine, say where it is, watch it, stop it whole."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from branch.demo import BRANCHES
from tools import certificate, databases, keys
from tools.errors import ChoreError, run_chore, say
from tools.layout import HERE, PREFIXES, Layout, plans
from tools.logs import ErrorWatch
from tools.places import STATE
from tools.ports import is_port_free
from tools.processes import ProcessSet
from tools.surfaces import addresses
from tools.table import table

WATCH_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C (exit code 0) or until a process ends by itself (exit code 1)."""
    chosen = _parser().parse_args(arguments)
    layout = _layout(chosen)
    _check_ports(layout)
    branches = [hub.branch for hub in layout.hubs]
    databases.prepare(layout.centre_database, "MARU_CENTRE_DATABASE_URL", branches)
    for hub in layout.hubs:
        databases.prepare(hub.database, "MARU_HUB_DATABASE_URL", [hub.branch])
    with _stop_wanted() as stop, ProcessSet(layout.state / "logs") as processes:
        processes.start(plans(layout))
        processes.wait_ready(stop=stop)
        if not stop.is_set():
            print(_welcome(layout), flush=True)
        _watch(processes, stop, layout.state / "logs")
        say("stopping")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.run", description=__doc__)
    parser.add_argument(
        "--https", action="store_true", help="serve the centre over HTTPS on the network, for phones"
    )
    parser.add_argument(
        "--branches",
        type=int,
        default=1,
        choices=range(1, len(BRANCHES) + 1),
        help="how many branches' hubs run beside each other at this centre",
    )
    parser.add_argument("--address", help="this machine's address on the network, when the guess is wrong")
    parser.add_argument(
        "--state", type=Path, default=STATE, help="folder for databases, secrets, logs, recordings"
    )
    return parser


def _layout(chosen: argparse.Namespace) -> Layout:
    overrides = _overrides()
    state: Path = chosen.state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)
    host = (chosen.address or certificate.lan_address()) if chosen.https else HERE
    return Layout(
        state=state,
        keys=keys.kept(state / "keys.json"),
        centre_database=overrides.get("MARU_CENTRE_DATABASE_URL", f"sqlite:///{state / 'centre.db'}"),
        hub_database=overrides.get("MARU_HUB_DATABASE_URL", f"sqlite:///{state / 'hub.db'}"),
        centre_ports=(_port(overrides, "MARU_CENTRE_PORT", 8000),),
        hub_port=_port(overrides, "MARU_HUB_PORT", 8100),
        media_ports=(_port(overrides, "MARU_MEDIA_PORT", 8200),),
        agent_port=_port(overrides, "MARU_AGENT_PORT", 8300),
        certificate=certificate.for_address(state / "certificate", host) if chosen.https else None,
        public_host=host,
        more_hubs=_more_hubs(state, overrides, chosen.branches),
        overrides=tuple({**_for_phones(state), **overrides}.items()),
    )


def _more_hubs(state: Path, overrides: dict[str, str], branches: int) -> tuple[tuple[str, int, int], ...]:
    """Every further hub has a database of its own, and takes the ports after those of the hub before."""
    hub, agent = _port(overrides, "MARU_HUB_PORT", 8100), _port(overrides, "MARU_AGENT_PORT", 8300)
    return tuple(
        (f"sqlite:///{state / f'hub-{branch.id}.db'}", hub + place, agent + place)
        for place, branch in enumerate(BRANCHES[1:branches], 1)
    )


def _for_phones(state: Path) -> dict[str, str]:
    """Notices are on where Maru is tried out: Web Push under a key of our own, text messages into a file."""
    return {
        "MARU_CENTRE_VAPID_KEY": keys.vapid(state / "vapid.key"),
        "MARU_CENTRE_MESSAGES_FILE": str(state / "messages.jsonl"),
    }


def _overrides() -> dict[str, str]:
    """What the operator set in the shell. Raises ChoreError for a MARU_ name that no process has."""
    chosen = {key: value for key, value in sorted(os.environ.items()) if key.startswith("MARU_")}
    for key in chosen:
        if not key.startswith(tuple(PREFIXES.values())):
            raise ChoreError(f"unknown setting {key}: names begin with {', '.join(PREFIXES.values())}")
    return chosen


def _port(overrides: dict[str, str], name: str, usual: int) -> int:
    value = overrides.get(name, str(usual))
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ChoreError(f"setting {name}: {value!r} is not a port, give a number from 1 to 65535")
    return int(value)


def _check_ports(layout: Layout) -> None:
    wanted = {
        "MARU_CENTRE_PORT": layout.centre_ports[0],
        "MARU_HUB_PORT": layout.hub_port,
        "MARU_MEDIA_PORT": layout.media_ports[0],
        "MARU_AGENT_PORT": layout.agent_port,
    }
    further = [("MARU_HUB_PORT", hub.port) for hub in layout.hubs[1:]]
    further += [("MARU_AGENT_PORT", hub.agent_port) for hub in layout.hubs[1:]]
    for name, port in (*wanted.items(), *further):
        host = "0.0.0.0" if layout.certificate and name == "MARU_CENTRE_PORT" else HERE
        if not is_port_free(host, port):
            raise ChoreError(f"port {port} is in use: stop what uses it (another `make run`?) or set {name}")


@contextmanager
def _stop_wanted() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second Ctrl-C changes nothing, since stopping has its own limit."""
    stop = threading.Event()
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in names}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _watch(processes: ProcessSet, stop: threading.Event, logs: Path) -> None:
    errors = ErrorWatch(logs)
    while not stop.wait(WATCH_SECONDS):
        processes.check()
        for line in errors.news():
            print(line, file=sys.stderr, flush=True)


def _welcome(layout: Layout) -> str:
    lines = [
        "",
        "Maru is ready.",
        "",
        table(addresses(layout)),
        "",
        "Each sign-in link opens once; a new start prints new ones.",
    ]
    if layout.certificate:
        lines.append(
            f"Browsers will warn once: the certificate is our own ({layout.certificate.certificate})."
        )
    else:
        lines.append("Phones on the network get a camera only over HTTPS: make run HTTPS=1")
    lines.append(f"Logs are in {layout.state / 'logs'}. Ctrl-C stops everything.")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(run_chore(main))
