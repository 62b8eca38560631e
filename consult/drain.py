"""`python -m consult drain`: tells the node of this machine to open no more rooms, before an upgrade."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from consult.client import MediaClient
from consult.errors import MediaError
from consult.settings import SettingsError, load


def command(arguments: Sequence[str]) -> int:
    """Ask the node that has the settings of this environment; 0 when it does so, 1 when it does not answer, 2 otherwise."""
    asked = _parser().parse_args(arguments)
    try:
        settings = load()
    except SettingsError as error:
        print(f"consult: {error}", file=sys.stderr)
        return 2
    node = f"http://{settings.host}:{settings.port}"
    client = MediaClient([node], settings.secret.get_secret_value())
    try:
        client.take_rooms(node) if asked.end else client.drain(node, move=asked.move)
        print(f"{client.health(node).participants} participants are on {settings.node}")
    except MediaError as error:
        print(f"consult: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m consult drain", description="Open no more rooms on this node."
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--move", action="store_true", help="move the calls under way to other nodes, too")
    choice.add_argument("--end", action="store_true", help="open rooms again")
    return parser
