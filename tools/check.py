"""`make check`: every rule of the house that a machine can read, two at a time, one line each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import node
from tools.commands import clean_environment
from tools.errors import ChoreError, run_chore
from tools.places import ROOT, VENV

AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """One rule and the command that ends with 0 where it is kept."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a check said."""

    check: Check
    kept: bool
    output: str


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


PYTHON_CHECKS = (
    Check("types (mypy strict)", (_tool("mypy"), ".")),
    Check("style (ruff)", (_tool("ruff"), "check", ".")),
    Check("format (ruff)", (_tool("ruff"), "format", "--check", ".")),
    Check("imports point one way", (_tool("lint-imports"),)),
    Check("catalogues are complete", (sys.executable, "-m", "tools.translations", "check")),
    Check("contrast of every colour pair", (sys.executable, "-m", "pytest", "-q", "tests/test_contrast.py")),
)


def main() -> int:
    """Run all checks; 0 when every rule is kept, 1 after showing what broke."""
    npm = node.find()
    checks = (*PYTHON_CHECKS, Check("browser code (tsc strict)", npm.command("run", "check")))
    outcomes = run_all(checks)
    broken = [outcome for outcome in outcomes if not outcome.kept]
    for outcome in broken:
        print(f"\n--- {outcome.check.name}\n{outcome.output.rstrip()}")
    if broken:
        raise ChoreError(f"{len(broken)} of {len(outcomes)} checks found something; see above")
    return 0


def run_all(checks: Sequence[Check]) -> list[Outcome]:
    """Run the checks, telling each outcome in the order of the list."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = []
        for outcome in pool.map(_run, checks):
            print(f"{'ok    ' if outcome.kept else 'BROKEN'}  {outcome.check.name}", flush=True)
            outcomes.append(outcome)
    return outcomes


def _run(check: Check) -> Outcome:
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, done.stdout)


if __name__ == "__main__":
    sys.exit(run_chore(main))
