"""Running other programs: quietly while all is well, with their last words when not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.errors import ChoreError
from tools.places import ROOT, VENV_PYTHON

LAST_WORDS = 25
# Settings of a shell the caller stands in; they would make our interpreter look into somebody else's house.
FOREIGN = (
    "VIRTUAL_ENV",
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
    "__PYVENV_LAUNCHER__",
)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what points to another Python, and with `extra`."""
    kept = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    return {**kept, **(extra or {})}


def run_quietly(
    command: Sequence[str | Path],
    failure: str,
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run `command` and return what it printed.

    Raises ChoreError with `failure` when it cannot be run or does not end with 0; its last lines come before.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ChoreError(f"{failure} ({words[0]}: {error.strerror})") from None
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-LAST_WORDS:]), flush=True)
        raise ChoreError(failure)
    return done.stdout


def install_locked(lock: Path, failure: str) -> None:
    """Install exactly what the lock file names into the project's Python, checked by hash; ChoreError as above."""
    quietly = ["-m", "pip", "install", "--quiet", "--require-hashes"]
    run_quietly([VENV_PYTHON, *quietly, "-r", lock], failure)
