"""`make lock`: write requirements*.txt from requirements*.in, versions kept unless the .in file asks for others."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.commands import run_quietly
from tools.errors import run_chore, say
from tools.places import VENV

# The order matters: the second constrains itself to the first.
LOCKS = ("requirements", "requirements-dev", "requirements-node")
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--strip-extras",
    "--allow-unsafe",
    "--no-header",
    # Where a machine gets its packages from is its own business.
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
)


def main() -> int:
    """Write each lock file; 1 with pip's words when a requirement cannot be met."""
    for name in LOCKS:
        command: list[str | Path] = [
            VENV / "bin" / "pip-compile",
            *OPTIONS,
            "--output-file",
            f"{name}.txt",
            f"{name}.in",
        ]
        run_quietly(command, f"{name}.in cannot be met; see above", environment={"PIP_FIND_LINKS": ""})
        say(f"{name}.txt is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(run_chore(main))
