"""PROTOCOL.md and the code say the same: events, shapes, calls, commands, error codes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import is_typeddict

import pytest

import branch.devices.errors  # noqa: F401  # its errors are in the table, too
import signaling
from branch import __version__
from branch.errors import MaruError
from branch.link.outbox import COMMANDS
from signaling import payloads
from signaling.access import EVENTS, TOLD
from web.openapi import document

HERE = Path(signaling.__file__).parent
PAGE = (HERE / "PROTOCOL.md").read_text(encoding="utf-8")
TYPES = (HERE.parent / "web/client/src/protocol/types.ts").read_text(encoding="utf-8")
OF_THE_HUB = ("/kiosk", "/desk", "/display")
SHAPES = {name: shape for name, shape in vars(payloads).items() if is_typeddict(shape)}


def section(title: str) -> str:
    """The text under a heading, up to the next one."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"PROTOCOL.md has no section {title}"
    return found.group(1)


def rows(text: str, head: str) -> set[str]:
    """The names in the first column of the table whose head begins with `head`."""
    table = re.search(rf"^\| {head} \|.*?\n\|[-|]+\n((?:\|.*\n?)+)", text, re.MULTILINE)
    assert table, f"no table {head}"
    return set(re.findall(r"^\| `?([^`|]+?)`? \|", table.group(1), re.MULTILINE))


@pytest.mark.parametrize("namespace", ["/customer", "/staff", "/guest", "/link"])
def test_events_of_the_centre(namespace: str) -> None:
    text = section(f"Namespace `{namespace}`")
    handled = {row.split()[1] for row in EVENTS if row.startswith(f"{namespace} ")} - {"connect"}
    assert rows(text, "from client") == handled
    assert rows(text, "from server") == TOLD[namespace]


@pytest.mark.parametrize("namespace", OF_THE_HUB)
def test_events_of_the_hub(namespace: str) -> None:
    assert {row.split()[1] for row in EVENTS if row.startswith(f"{namespace} ")} == {"connect"}
    assert rows(section("Hub"), "from server") == TOLD[namespace]


def test_events_of_managers() -> None:
    assert {row.split()[1] for row in EVENTS if row.startswith("/manager ")} == {"connect"}
    assert rows(section("Namespace `/manager`"), "from server") == TOLD["/manager"]


def test_namespaces() -> None:
    assert rows(section("Connecting"), "namespace") == set(TOLD) == {row.split()[0] for row in EVENTS}


def test_commands_down_the_link() -> None:
    assert rows(section("Namespace `/link`"), "command") == set(COMMANDS)


def test_shapes() -> None:
    told = dict(re.findall(r"^\| (\w+) \| (`.*) \|$", section("Shapes"), re.MULTILINE))
    assert set(told) == set(SHAPES)
    for name, shape in SHAPES.items():
        assert re.findall(r"`(\w+)`", told[name]) == list(shape.__annotations__), name


@pytest.mark.parametrize("name", ["ConsultView", "TicketView", "CustomerSnapshot", "WaitingConsult"])
def test_shapes_in_the_browser(name: str) -> None:
    assert fields_in_typescript(name) == set(SHAPES[name].__annotations__)


@pytest.mark.parametrize(
    "name",
    [
        "ThreadEntry",
        "AdvisorConsult",
        "AdvisorSnapshot",
        "AdvisorCard",
        "TypeCard",
        "GuestCard",
        "GuestConsult",
        "GuestSnapshot",
    ],
)
def test_shapes_in_the_console(name: str) -> None:
    assert fields_in_typescript(name) == set(SHAPES[name].__annotations__)


def fields_in_typescript(name: str) -> set[str]:
    found = re.search(rf"^export interface {name} \{{\n(.*?)^\}}", TYPES, re.DOTALL | re.MULTILINE)
    assert found, f"types.ts has no {name}"
    return set(re.findall(r"^  readonly (\w+)\??:", found.group(1), re.MULTILINE))


def test_calls() -> None:
    paths = document(__version__)["paths"]
    there = {
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item
        if method != "parameters"
    }
    assert rows(section("Calls over HTTP"), "call") == there


def errors(kind: type[MaruError]) -> Iterator[type[MaruError]]:
    """The errors that browsers and hubs may meet; those of the hub's own screens stay on them."""
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)


def test_error_codes() -> None:
    known = {
        (error.code, str(error.status))
        for error in errors(MaruError)
        if not error.__module__.startswith("kiosk")
    }
    told = set(re.findall(r"^\| `([\w.]+)` \| (\d+) \|", section("Errors"), re.MULTILINE))
    assert told == known
