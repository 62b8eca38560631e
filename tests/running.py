"""Whole Marus for tests: real processes on free ports, small (SQLite, in-process) or scaled (PostgreSQL, Redis, pairs)."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import postgresql, redis
from tools.databases import prepare, sign_in_token
from tools.keys import kept
from tools.layout import Layout, plans
from tools.ports import free_port
from tools.processes import ProcessSet

KINDS = ("embedded", "scaled")


@dataclass(frozen=True)
class Maru:
    """One running installation."""

    layout: Layout
    processes: ProcessSet

    @property
    def recordings(self) -> Path:
        """Where the media nodes write."""
        return self.layout.state / "recordings"

    @property
    def spool(self) -> Path:
        """Where the simulated printer writes."""
        return self.layout.state / "spool"

    def centre(self, number: int = 0) -> str:
        """The address of one web process."""
        return f"http://127.0.0.1:{self.layout.centre_ports[number]}"

    def sign_in_path(self, login: str) -> str:
        """A one-time sign-in path at the centre for a member of staff."""
        return f"/sign-in/{sign_in_token(self.layout.centre_database, login)}"

    def desk_sign_in_path(self, login: str) -> str:
        """A one-time sign-in path at the hub."""
        return f"/sign-in/{sign_in_token(self.layout.hub_database, login)}"

    def token(self, login: str, hub: int) -> str:
        """A one-time sign-in token at the hub of one branch among several."""
        return sign_in_token(self.layout.hubs[hub].database, login)

    def restart(self, name: str) -> None:
        """Start a process of the layout that was stopped or killed, and wait until it answers."""
        self.processes.start([plan for plan in plans(self.layout) if plan.name == name])
        self.processes.wait_ready()


@contextmanager
def running(
    kind: str, folder: Path, branches: int = 1, without: Collection[str] = (), **settings: str
) -> Iterator[Maru]:
    """Start everything of `kind` in `folder`, wait until it answers, stop it at the end.

    `without` names processes that a story can do without;
    `settings` are overrides by their full name, such as MARU_HUB_IDLE_SECONDS="2".
    """
    with ExitStack() as stack:
        layout = _layout(kind, folder, stack, branches, tuple(settings.items()))
        hubs = layout.hubs
        prepare(layout.centre_database, "MARU_CENTRE_DATABASE_URL", [hub.branch for hub in hubs])
        for hub in hubs:
            prepare(hub.database, "MARU_HUB_DATABASE_URL", [hub.branch])
        processes = stack.enter_context(ProcessSet(folder / "logs"))
        processes.start([plan for plan in plans(layout) if plan.name not in without])
        processes.wait_ready()
        yield Maru(layout, processes)


def _layout(
    kind: str, folder: Path, stack: ExitStack, branches: int, overrides: tuple[tuple[str, str], ...]
) -> Layout:
    pairs = 2 if kind == "scaled" else 1
    centre_database = f"sqlite:///{folder / 'centre.db'}"
    return Layout(
        state=folder,
        keys=kept(folder / "keys.json"),
        centre_database=stack.enter_context(postgresql()) if kind == "scaled" else centre_database,
        hub_database=f"sqlite:///{folder / 'hub.db'}",
        centre_ports=tuple(free_port() for _ in range(pairs)),
        hub_port=free_port(),
        media_ports=tuple(free_port() for _ in range(pairs)),
        agent_port=free_port(),
        redis=stack.enter_context(redis()) if kind == "scaled" else None,
        overrides=overrides,
        more_hubs=tuple(
            (f"sqlite:///{folder / f'hub-{place}.db'}", free_port(), free_port())
            for place in range(2, branches + 1)
        ),
    )
