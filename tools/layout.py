"""Which processes make up one Maru, and what each is told: the same description for `make run` and for tests.

One web process or two, SQLite or PostgreSQL, in-process or Redis: only the values of a `Layout` differ.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.certificate import Certificate
from tools.keys import Keys
from tools.places import ROOT
from tools.processes import Plan

HERE = "127.0.0.1"
BRANCH = "seongsu"
PREFIXES = {
    "web": "MARU_CENTRE_",
    "kiosk": "MARU_HUB_",
    "consult": "MARU_MEDIA_",
    "hardware": "MARU_AGENT_",
}


@dataclass(frozen=True)
class Layout:
    """One installation: its ports, databases and secrets.

    `public_host` is what phones are told; with a certificate the centre listens on every address, over HTTPS.
    `redis` and more than one port for centre or media make it the scaled set.
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
        """The device agent's address, for the hub."""
        return f"http://{HERE}:{self.agent_port}"

    @property
    def media_urls(self) -> tuple[str, ...]:
        """Every media node's HTTP address, for web."""
        return tuple(f"http://{HERE}:{port}" for port in self.media_ports)


def plans(layout: Layout) -> list[Plan]:
    """Every process of the layout, those first that others look for."""
    agent = _plan(layout, "agent", "hardware", layout.agent_url, _agent(layout))
    hub = _plan(layout, "hub", "kiosk", layout.hub_url, _hub(layout))
    return [*_media_plans(layout), agent, *_centre_plans(layout), hub]


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


def _plan(layout: Layout, name: str, module: str, address: str, settings: Mapping[str, str]) -> Plan:
    """What the operator set in his own shell, for this kind of process, comes last and wins."""
    chosen = {key: value for key, value in layout.overrides if key.startswith(PREFIXES[module])}
    return Plan(name, (sys.executable, "-m", module), {**settings, **chosen}, f"{address}/healthz")


def _media(layout: Layout, name: str, port: int) -> dict[str, str]:
    return {
        "MARU_MEDIA_ENVIRONMENT": "development",
        "MARU_MEDIA_NODE": name,
        "MARU_MEDIA_PORT": str(port),
        "MARU_MEDIA_SECRET": layout.keys.media,
        "MARU_MEDIA_RECORDINGS_DIR": str(layout.state / "recordings"),
    }


def _agent(layout: Layout) -> dict[str, str]:
    return {
        "MARU_AGENT_ENVIRONMENT": "development",
        "MARU_AGENT_PORT": str(layout.agent_port),
        "MARU_AGENT_KEY": layout.keys.agent,
        "MARU_AGENT_ALLOWED_ORIGINS": f"{layout.hub_url},http://localhost:{layout.hub_port}",
        "MARU_AGENT_MODELS_DIR": str(ROOT / ".maru" / "models"),
        "MARU_AGENT_SPOOL_DIR": str(layout.state / "spool"),
    }


def _centre(layout: Layout, port: int) -> dict[str, str]:
    settings = {
        "MARU_CENTRE_ENVIRONMENT": "development",
        "MARU_CENTRE_PORT": str(port),
        "MARU_CENTRE_DATABASE_URL": layout.centre_database,
        "MARU_CENTRE_SECRET_KEY": layout.keys.centre,
        "MARU_CENTRE_HUB_URL": layout.hub_url,
        "MARU_CENTRE_LINK_KEYS": json.dumps({BRANCH: layout.keys.link}),
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


def _hub(layout: Layout) -> dict[str, str]:
    settings = {
        "MARU_HUB_ENVIRONMENT": "development",
        "MARU_HUB_PORT": str(layout.hub_port),
        "MARU_HUB_DATABASE_URL": layout.hub_database,
        "MARU_HUB_SECRET_KEY": layout.keys.hub,
        "MARU_HUB_BRANCH_ID": BRANCH,
        "MARU_HUB_PAIRING": "open",
        "MARU_HUB_LINK_KEY": layout.keys.link,
        "MARU_HUB_CENTRE_URL": layout.centre_local_url,
        "MARU_HUB_PUBLIC_CENTRE_URL": layout.centre_url,
        "MARU_HUB_AGENT_URL": layout.agent_url,
        "MARU_HUB_AGENT_KEY": layout.keys.agent,
        "MARU_HUB_VOICE_DIR": str(layout.state / "voice"),
    }
    if layout.certificate:
        # The link goes to our own centre, under our own certificate: trust that one and no less checking.
        settings["REQUESTS_CA_BUNDLE"] = str(layout.certificate.certificate)
        settings["WEBSOCKET_CLIENT_CA_BUNDLE"] = str(layout.certificate.certificate)
    return settings
