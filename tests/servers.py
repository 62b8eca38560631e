"""Throw-away PostgreSQL, Redis and coturn on free ports, for tests and benches; nothing of the machine's own is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from tools.packages import POSTGRESQL_FOLDERS
from tools.ports import free_port

PATIENCE = 30.0
POLL_SECONDS = 0.05
HERE = "127.0.0.1"
# PostgreSQL refuses to run as root; the Debian package brings this user.
UNPRIVILEGED = "postgres"
INITIAL = ("--username=maru", "--auth=trust", "--encoding=UTF8", "--no-sync")
# Commits that do not wait for the disk.
CARELESS = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off")


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database on a PostgreSQL server of its own.

    Without `durable` commits do not wait for the disk: right for tests, wrong for measuring commits.
    """
    with empty_folder("maru-postgresql-") as folder:
        port = free_port()
        data = folder / "data"
        as_user = _as_unprivileged(folder)
        _finish([*as_user, _postgresql("initdb"), f"--pgdata={data}", *INITIAL])
        place = [f"--port={port}", f"--listen_addresses={HERE}", f"--unix_socket_directories={folder}"]
        command = [*as_user, _postgresql("postgres"), "-D", str(data), *place, *([] if durable else CARELESS)]
        with server(command, folder / "log", lambda: _answers_postgresql(port), signal.SIGINT):
            yield f"postgresql+psycopg://maru@{HERE}:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """The URL of an empty Redis server of its own that keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        raise AssertionError("redis-server is not installed: `make test` installs it")
    with empty_folder("maru-redis-") as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", HERE, "--dir", str(folder)]
        quiet = ["--save", "", "--appendonly", "no"]
        with server([*command, *quiet], folder / "log", lambda: _answers_redis(port), signal.SIGTERM):
            yield f"redis://{HERE}:{port}/0"


@dataclass(frozen=True)
class Relay:
    """A running coturn: where it listens over UDP and TCP, and over TLS."""

    port: int
    tls_port: int


@contextmanager
def coturn(secret: str, certificate: Path, key: Path) -> Iterator[Relay]:
    """A relay of its own on this machine that checks credentials with `secret` and relays to this machine."""
    program = shutil.which("turnserver")
    if program is None:
        raise AssertionError("coturn is not installed: `make test` installs it")
    with empty_folder("maru-coturn-") as folder:
        relay = Relay(free_port(), free_port())
        command = [program, "-n", "--no-cli", "--log-file=stdout", "--simple-log", "--realm=maru"]
        keys = [
            "--use-auth-secret",
            f"--static-auth-secret={secret}",
            f"--cert={certificate}",
            f"--pkey={key}",
        ]
        place = [f"--listening-ip={HERE}", f"--relay-ip={HERE}", "--allow-loopback-peers", "--no-dtls"]
        ports = [f"--listening-port={relay.port}", f"--tls-listening-port={relay.tls_port}"]
        files = [f"--userdb={folder / 'users'}", f"--pidfile={folder / 'pid'}"]
        with server(
            [*command, *keys, *place, *ports, *files],
            folder / "log",
            lambda: listens(relay.port) and listens(relay.tls_port),
            signal.SIGTERM,
        ):
            yield relay


@contextmanager
def server(
    command: Sequence[str], log: Path, answers: Callable[[], bool], stop: signal.Signals
) -> Iterator[None]:
    """Run a server until the end of the block, which begins when it answers; what it said is shown if it does not."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            _dying_with_us(command), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(process, answers, log)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            state = f"ended with {process.returncode}" if ended else f"does not answer after {PATIENCE:.0f} s"
            raise AssertionError(f"{log.parent.name} {state}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(POLL_SECONDS)


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port."""
    try:
        socket.create_connection((HERE, port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers_postgresql(port: int) -> bool:
    try:
        psycopg.connect(f"host={HERE} port={port} user=maru dbname=postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _answers_redis(port: int) -> bool:
    try:
        with Redis(host=HERE, port=port, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _postgresql(program: str) -> str:
    """The newest installed one; Debian keeps them out of the PATH."""
    found = [file for folder in POSTGRESQL_FOLDERS if folder.is_dir() for file in folder.rglob(program)]
    if not found:
        raise AssertionError(f"PostgreSQL's {program} is not installed: `make test` installs it")
    return str(max(found, key=_version))


def _version(program: Path) -> int:
    """15 of /usr/lib/postgresql/15/bin/initdb."""
    version = program.parent.parent.name
    return int(version) if version.isdigit() else 0


def _as_unprivileged(folder: Path) -> list[str]:
    """For root: the words that make the rest of a command run as somebody else, who is given `folder`."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _dying_with_us(command: Sequence[str]) -> list[str]:
    """Changing user forgets the wish to die with the parent, so it goes into the same setpriv that changes it."""
    if command[0] == "setpriv":
        return ["setpriv", "--pdeathsig=INT", *command[1:]]
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=INT", "--", *command] if setpriv else list(command)


def _finish(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def empty_folder(prefix: str) -> Iterator[Path]:
    """A folder for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
