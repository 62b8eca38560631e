"""What Maru needs from the operating system, who needs it, and getting it from apt where we may."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.errors import ChoreError, say

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
SWIFT = Path("/usr/lib/python3/dist-packages/swift/proxy/server.py")
POSTGRESQL_FOLDERS = (Path("/usr/lib/postgresql"), Path("/usr/local/bin"), Path("/opt/homebrew/bin"))


@dataclass(frozen=True)
class Need:
    """One package: its Debian name, what goes missing without it, and how to tell that it is there."""

    package: str
    purpose: str
    present: Callable[[], bool]


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_program(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def _has_file(folders: Sequence[Path], pattern: str) -> bool:
    return any(True for folder in folders if folder.is_dir() for _ in folder.rglob(pattern))


TO_RUN = (
    Need("libgl1", "the mirror's vision", partial(_has_library, "libGL.so.1")),
    Need("libglib2.0-0", "the mirror's vision", partial(_has_library, "libglib-2.0.so.0")),
    Need("libegl1", "the mirror's vision", partial(_has_library, "libEGL.so.1")),
    Need("libgles2", "the mirror's vision", partial(_has_library, "libGLESv2.so.2")),
    Need("fonts-noto-cjk", "Korean on receipts", partial(_has_file, FONT_FOLDERS, "NotoSansCJK*")),
    Need("espeak-ng", "numbers called aloud", partial(_has_program, "espeak-ng")),
    Need("libusb-1.0-0", "receipt printers on USB", partial(_has_library, "libusb-1.0.so.0")),
)
TO_TEST = (
    *TO_RUN,
    Need("chromium", "the browser tests", partial(_has_program, "chromium", "chromium-browser")),
    Need("postgresql", "the scaled scenarios", partial(_has_file, POSTGRESQL_FOLDERS, "initdb")),
    Need("redis-server", "the scaled scenarios", partial(_has_program, "redis-server")),
    Need(
        "firefox-esr", "calls between two kinds of browsers", partial(_has_program, "firefox-esr", "firefox")
    ),
    Need("coturn", "calls by way of the relay", partial(_has_program, "turnserver")),
    Need("python3-swift", "recordings in an object store", SWIFT.is_file),
)


def missing(needs: Sequence[Need]) -> list[Need]:
    """Those of `needs` that this machine does not have."""
    return [need for need in needs if not need.present()]


def provide(needs: Sequence[Need], *, required: bool) -> None:
    """Install what is missing, or say what to install.

    Raises ChoreError when something is still missing and `required`; otherwise one line names it and Maru
    goes on without (no vision, no printed Korean, or no voice).
    """
    wanted = missing(needs)
    if not wanted:
        return
    prefix = _apt_prefix()
    if prefix is not None:
        names = [need.package for need in wanted]
        say(f"installing {', '.join(names)}")
        _install(prefix, names)
        wanted = missing(wanted)
    if wanted:
        _complain(wanted, required=required)


def _complain(wanted: Sequence[Need], *, required: bool) -> None:
    names = " ".join(need.package for need in wanted)
    purposes = " and ".join(dict.fromkeys(need.purpose for need in wanted))
    line = f"missing for {purposes}: install with `apt-get install {names}` (or your system's equivalent)"
    if required:
        raise ChoreError(line)
    say(f"{line}; going on without")


def _apt_prefix() -> list[str] | None:
    """What to put before apt-get: nothing for root, sudo where it asks no password, None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["env"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "env"]
    return None


def _install(prefix: Sequence[str], names: Sequence[str]) -> None:
    """Try with the package lists at hand, then once more with fresh ones: a fresh machine has none."""
    command = ["install", "-y", "--no-install-recommends", *names]
    if not _apt(prefix, command):
        _apt(prefix, ["update"])
        _apt(prefix, command)


def _apt(prefix: Sequence[str], command: Sequence[str]) -> bool:
    full = [
        *prefix,
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "DPkg::Lock::Timeout=300",
        *command,
    ]
    return subprocess.run(full, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
