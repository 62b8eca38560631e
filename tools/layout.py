"""Which processes make up one Maru, and what each is told: the same description for `make run` and for tests.

One web process or two, SQLite or PostgreSQL, in-process or Redis: only the values of a `Layout` differ.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from branch.demo import BRANCHES, SEONGSU, DemoBranch
from tools.certificate import Certificate
from tools.keys import Keys
from tools.places import ROOT
from tools.processes import Plan

HERE = "127.0.0.1"
PREFIXES = {
    "web": "MARU_CENTRE_",
    "kiosk": "MARU_HUB_",
    "consult": "MARU_MEDIA_",
    "hardware": "MARU_AGENT_",
}


# What `make run` passes on to every hub but the first: all that does not say which hub it is.
PLACE_OF_A_HUB = frozenset(
    f"MARU_HUB_{name}"
    for name in (
        "PORT",
        "DATABASE_URL",
        "BRANCH_ID",
        "SECRET_KEY",
        "LINK_KEY",
        "AGENT_URL",
        "AGENT_SOCKET_URL",
    )
) | {"MARU_AGENT_PORT", "MARU_AGENT_ALLOWED_ORIGINS", "MARU_AGENT_SPOOL_DIR"}


@dataclass(frozen=True)
class HubPlace:
    """One branch's hub with its device agent: where they are, and by which key the centre knows the hub."""

    branch: DemoBranch
    database: str
    port: int
    agent_port: int
    link_key: str = field(repr=False)
    first: bool = True

    @property
    def url(self) -> str:
        """The hub's address; a kiosk's browser runs beside its hub."""
        return f"http://{HERE}:{self.port}"

    @property
    def agent_url(self) -> str:
        """The device agent's address, for the hub."""
        return f"http://{HERE}:{self.agent_port}"

    def named(self, process: str) -> str:
        """The process's name in logs; those of the first branch have none added."""
        return process if self.first else f"{process}-{self.branch.id}"


@dataclass(frozen=True)
class Layout:
    """One installation: its ports, databases and secrets.

    `public_host` is what phones are told; with a certificate the centre listens on every address, over HTTPS.
    `redis` and more than one port for centre or media make it the scaled set. `more_hubs` are (database, port, port of the
    device agent) of the demonstration branches beside the first.
    """

    state: Path
    keys: Keys
    centre_database: str
    hub_database: str
    centre_ports: tuple[int, ...] = (8000,)
    hub_port: int = 8100
    media_ports: tuple[int, ...] = (8200,)
    agent_port: int = 8300
    redis: str | None = None
    certificate: Certificate | None = None
    public_host: str = HERE
    overrides: tuple[tuple[str, str], ...] = ()
    more_hubs: tuple[tuple[str, int, int], ...] = ()

    @property
    def hubs(self) -> tuple[HubPlace, ...]:
        """Every branch's hub, the first one first."""
        first = HubPlace(SEONGSU, self.hub_database, self.hub_port, self.agent_port, self.keys.link)
        return first, *(
            HubPlace(branch, *place, self.keys.link_of(branch.id), first=False)
            for branch, place in zip(BRANCHES[1:], self.more_hubs, strict=False)
        )

    @property
    def centre_url(self) -> str:
        """The centre's address as a browser sees it."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{self.public_host}:{self.centre_ports[0]}"

    @property
    def centre_local_url(self) -> str:
        """The centre's address for the hub, which runs on the same machine."""
        return self.centre_url.replace(self.public_host, HERE)

    @property
    def hub_url(self) -> str:
        """The hub's address; a kiosk's browser runs beside its hub."""
        return f"http://{HERE}:{self.hub_port}"

    @property
    def agent_url(self) -> str:
        """The address of the first branch's device agent."""
        return self.hubs[0].agent_url

    @property
    def media_urls(self) -> tuple[str, ...]:
        """Every media node's HTTP address, for web."""
        return tuple(f"http://{HERE}:{port}" for port in self.media_ports)


def plans(layout: Layout) -> list[Plan]:
    """Every process of the layout, those first that others look for."""
    agents = [
        _plan(layout, hub.named("agent"), "hardware", hub.agent_url, _agent(layout, hub), hub.first)
        for hub in layout.hubs
    ]
    hubs = [
        _plan(layout, hub.named("hub"), "kiosk", hub.url, _hub(layout, hub), hub.first) for hub in layout.hubs
    ]
    return [*_media_plans(layout), *agents, *_centre_plans(layout), *hubs]


def _media_plans(layout: Layout) -> list[Plan]:
    names = _numbered("media", len(layout.media_ports))
    return [
        _plan(layout, name, "consult", f"http://{HERE}:{port}", _media(layout, name, port))
        for name, port in zip(names, layout.media_ports, strict=True)
    ]


def _centre_plans(layout: Layout) -> list[Plan]:
    names = _numbered("centre", len(layout.centre_ports))
    scheme = "https" if layout.certificate else "http"
    return [
        _plan(layout, name, "web", f"{scheme}://{HERE}:{port}", _centre(layout, port))
        for name, port in zip(names, layout.centre_ports, strict=True)
    ]


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]


def _plan(
    layout: Layout, name: str, module: str, address: str, settings: Mapping[str, str], first: bool = True
) -> Plan:
    """What the operator set in his own shell, for this kind of process, comes last and wins."""
    chosen = {
        key: value
        for key, value in layout.overrides
        if key.startswith(PREFIXES[module]) and (first or key not in PLACE_OF_A_HUB)
    }
    return Plan(name, (sys.executable, "-m", module), {**settings, **chosen}, f"{address}/healthz")


def _media(layout: Layout, name: str, port: int) -> dict[str, str]:
    return {
        "MARU_MEDIA_ENVIRONMENT": "development",
        "MARU_MEDIA_NODE": name,
        "MARU_MEDIA_PORT": str(port),
        "MARU_MEDIA_SECRET": layout.keys.media,
        "MARU_MEDIA_RECORDINGS_DIR": str(layout.state / "recordings"),
    }


def _agent(layout: Layout, hub: HubPlace) -> dict[str, str]:
    return {
        "MARU_AGENT_ENVIRONMENT": "development",
        "MARU_AGENT_PORT": str(hub.agent_port),
        "MARU_AGENT_KEY": layout.keys.agent,
        "MARU_AGENT_ALLOWED_ORIGINS": f"{hub.url},http://localhost:{hub.port}",
        "MARU_AGENT_MODELS_DIR": str(ROOT / ".maru" / "models"),
        "MARU_AGENT_SPOOL_DIR": str(layout.state / hub.named("spool")),
    }


def _centre(layout: Layout, port: int) -> dict[str, str]:
    settings = {
        "MARU_CENTRE_ENVIRONMENT": "development",
        "MARU_CENTRE_PORT": str(port),
        "MARU_CENTRE_DATABASE_URL": layout.centre_database,
        "MARU_CENTRE_SECRET_KEY": layout.keys.centre,
        "MARU_CENTRE_HUB_URL": layout.hub_url,
        "MARU_CENTRE_HUB_URLS": json.dumps({hub.branch.id: hub.url for hub in layout.hubs if not hub.first}),
        "MARU_CENTRE_LINK_KEYS": json.dumps({hub.branch.id: hub.link_key for hub in layout.hubs}),
        "MARU_CENTRE_MEDIA_NODES": json.dumps(layout.media_urls),
        "MARU_CENTRE_MEDIA_SECRET": layout.keys.media,
        "MARU_CENTRE_MODELS_DIR": str(ROOT / ".maru" / "models"),
    }
    if layout.redis:
        settings["MARU_CENTRE_REDIS_URL"] = layout.redis
    if layout.certificate:
        settings["MARU_CENTRE_HOST"] = "0.0.0.0"
        settings["MARU_CENTRE_TLS_CERTIFICATE"] = str(layout.certificate.certificate)
        settings["MARU_CENTRE_TLS_KEY"] = str(layout.certificate.key)
    return settings


def _hub(layout: Layout, hub: HubPlace) -> dict[str, str]:
    settings = {
        "MARU_HUB_ENVIRONMENT": "development",
        "MARU_HUB_PORT": str(hub.port),
        "MARU_HUB_DATABASE_URL": hub.database,
        "MARU_HUB_SECRET_KEY": layout.keys.hub,
        "MARU_HUB_BRANCH_ID": hub.branch.id,
        "MARU_HUB_PAIRING": "open",
        "MARU_HUB_LINK_KEY": hub.link_key,
        "MARU_HUB_CENTRE_URL": layout.centre_local_url,
        "MARU_HUB_PUBLIC_CENTRE_URL": layout.centre_url,
        "MARU_HUB_AGENT_URL": hub.agent_url,
        "MARU_HUB_AGENT_KEY": layout.keys.agent,
        "MARU_HUB_VOICE_DIR": str(layout.state / "voice"),
    }
    if layout.certificate:
        # The link goes to our own centre, under our own certificate: trust that one and no less checking.
        settings["REQUESTS_CA_BUNDLE"] = str(layout.certificate.certificate)
        settings["WEBSOCKET_CLIENT_CA_BUNDLE"] = str(layout.certificate.certificate)
    return settings
