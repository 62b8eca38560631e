"""The browser code: its libraries, its build, its own tests. `python -m tools.client build|test`."""

from __future__ import annotations

import subprocess
import sys

from tools import node, stamps
from tools.commands import clean_environment, run_quietly
from tools.errors import ChoreError, run_chore, say
from tools.places import CLIENT, ROOT

MADE_BY_US = frozenset({"node_modules", "dist"})
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier")


def main() -> int:
    """Build, or run the tests that need no browser; the exit code is npm's."""
    chores = {"build": _build, "test": _test}
    chore = chores.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if chore is None:
        raise ChoreError("usage: python -m tools.client build|test")
    return chore()


def build() -> None:
    """Install the libraries and build web/client/dist, each only when its sources changed.

    Raises ChoreError after npm's last lines.
    """
    libraries = stamps.fingerprint([CLIENT / "package.json", CLIENT / "package-lock.json"])
    sources = stamps.fingerprint(stamps.files_under(CLIENT, without=MADE_BY_US))
    installed, built = CLIENT / "node_modules" / ".maru", CLIENT / "dist" / ".maru"
    if not stamps.is_fresh(installed, libraries):
        say("installing the browser code's libraries")
        failure = "npm could not install web/client's libraries; see above, then run it again"
        run_quietly(node.find().command("ci", *QUIET), failure)
        stamps.put(installed, libraries)
    if not stamps.is_fresh(built, sources):
        say("building the browser code")
        run_quietly(node.find().command("run", "build"), "the browser code does not build; see above")
        stamps.put(built, sources)


def _build() -> int:
    build()
    return 0


def _test() -> int:
    return subprocess.run(
        node.find().command("test"), cwd=ROOT, env=clean_environment(), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(run_chore(main))
