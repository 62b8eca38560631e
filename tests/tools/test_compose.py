"""docker-compose.yml starts what is there: commands, settings, names and files are held against the code."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from tests.tools.test_layout import KINDS
from tools.layout import PREFIXES
from tools.places import ROOT

VARIABLE = re.compile(r"\$\{(\w+):\?[^}]*\}")
MAY_BE_EMPTY = re.compile(r"\$\{\w+:-\}")
MODULE = re.compile(r"python -m (\w+)")
VALUE = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFE="
"""Long enough for every secret, and 32 bytes in base64."""

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "maru"}
PROCESSES = {name: service for name, service in OURS.items() if "MARU_" in "".join(service["environment"])}


def modules(service: dict[str, Any]) -> list[str]:
    return MODULE.findall(" ".join(service["command"]))


def process_kind(service: dict[str, Any]) -> str:
    return modules(service)[-1]


def test_the_topology_is_the_one_of_the_plan() -> None:
    kinds = sorted(process_kind(service) for service in PROCESSES.values())
    assert kinds == ["consult", "consult", "hardware", "kiosk", "web", "web"]
    assert {"proxy", "postgresql", "redis", "coturn"} <= SERVICES.keys()


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_a_module_that_runs(name: str) -> None:
    found = modules(OURS[name])
    assert found
    assert [module for module in found if importlib.util.find_spec(f"{module}.__main__") is None] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_every_setting_is_one_that_its_process_reads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service = PROCESSES[name]
    module = process_kind(service)
    kind: type[BaseSettings] = KINDS[module]
    known = {f"{PREFIXES[module]}{field}".upper() for field in kind.model_fields}
    assert set(service["environment"]) <= known
    for key, value in service["environment"].items():
        monkeypatch.setenv(key, VARIABLE.sub(VALUE, MAY_BE_EMPTY.sub("", value)))
    kind()


def test_every_variable_is_in_the_example_and_none_has_a_value_there() -> None:
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    offered = {line for line in lines if line and not line.startswith("#")}
    wanted = {f"{name}=" for name in VARIABLE.findall((ROOT / "docker-compose.yml").read_text())}
    assert offered == wanted


def test_what_a_service_waits_for_is_there_and_can_say_that_it_is_well() -> None:
    for service in SERVICES.values():
        for name, terms in service.get("depends_on", {}).items():
            assert name in SERVICES
            assert terms["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_web_knows_every_media_node_and_the_proxy_every_web() -> None:
    media = sorted(name for name, service in PROCESSES.items() if process_kind(service) == "consult")
    centres = sorted(name for name, service in PROCESSES.items() if process_kind(service) == "web")
    for name in centres:
        nodes = SERVICES[name]["environment"]["MARU_CENTRE_MEDIA_NODES"]
        assert re.findall(r"http://([\w-]+):8200", nodes) == media
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"server ([\w-]+):8000", proxy) == centres


def test_media_ports_are_published_and_shared_by_no_two_nodes() -> None:
    published = []
    for service in PROCESSES.values():
        settings = service["environment"]
        if "MARU_MEDIA_PORT_MIN" in settings:
            span = f"{settings['MARU_MEDIA_PORT_MIN']}-{settings['MARU_MEDIA_PORT_MAX']}"
            assert service["ports"] == [f"{span}:{span}/udp"]
            published.append(span)
    assert len(set(published)) == len(published) == 2


def test_mounted_and_copied_files_are_there() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    files = [mount for mount in mounts if mount.startswith("./") and mount != "./deploy/certificate"]
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if re.match(r"COPY (?!--from)", line) for word in line.split()[1:-1]]
    assert files
    assert copied
    assert [file for file in (*files, *copied) if not (ROOT / file).exists()] == []


def test_named_volumes_are_declared() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert {mount for mount in mounts if not mount.startswith("./")} == set(COMPOSE["volumes"])


def test_the_procfile_starts_the_four_processes() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert sorted(line.rsplit(" ", 1)[1] for line in lines) == sorted(PREFIXES)


def test_the_image_has_the_libraries_that_make_run_installs() -> None:
    from tools.packages import TO_RUN

    text = Path(ROOT / "deploy" / "Dockerfile").read_text()
    assert [need.package for need in TO_RUN if need.package not in text] == []
