"""Where a measured server and its load run, and how much processor time the server has used."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOAD_CORE = 1
PRIORITY = -10


def put_first(process: int) -> None:
    """Let a process, what it will start, and its session go before others where the system allows.

    What else this machine does would show as packets that were lost or never sent.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, PRIORITY)
        Path(f"/proc/{process}/autogroup").write_text(str(PRIORITY))


def free_core(core: int) -> bool:
    """Whether this process may run there."""
    return core in os.sched_getaffinity(0)


def pinned(command: Sequence[str], core: int) -> tuple[str, ...]:
    """Return the command so that it runs on one core, where that core and taskset exist."""
    taskset = shutil.which("taskset")
    return (taskset, "-c", str(core), *command) if taskset and free_core(core) else tuple(command)


def resident_bytes(process: int) -> int:
    """What a process has in memory now (proc(5), second field of its statm)."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES


def processor_seconds(process: int) -> float:
    """User and system time of all threads of a process so far (proc(5), fields 14 and 15 of its stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def descriptors(process: int) -> int:
    """How many files, sockets and pipes a process holds open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def threads(process: int) -> int:
    """How many threads a process has now."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))
