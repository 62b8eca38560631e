"""Ports that nobody else on this machine is given."""

import socket
import subprocess
import sys
from pathlib import Path

from tools.places import ROOT
from tools.ports import free_port, is_port_free

THE_SYSTEMS_OWN = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_used_port_is_not_free() -> None:
    port = free_port()
    assert is_port_free("127.0.0.1", port)
    code = f"import socket; s = socket.create_server(('127.0.0.1', {port})); print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert not is_port_free("127.0.0.1", port)
        holder.kill()


def test_the_system_gives_nobody_a_port_that_is_given_here() -> None:
    """A hub that calls a centre which is away must neither meet itself there nor find a stranger."""
    low, high = map(int, THE_SYSTEMS_OWN.read_text().split())
    assert free_port() not in range(low, high + 1)


def test_no_port_comes_twice_while_there_are_others() -> None:
    assert len({free_port() for _ in range(500)}) == 500


def test_two_who_ask_at_once_never_get_the_same_port() -> None:
    code = "from tools.ports import free_port; print(*(free_port() for _ in range(200)), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        theirs = {int(port) for port in other.stdout.readline().split()}
        ours = {free_port() for _ in range(1_200)}
        other.kill()
    assert len(theirs) == 200
    assert not ours & theirs


def test_a_port_in_use_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", free_port() + 1)) as taken:
        port: int = taken.getsockname()[1]
        assert port not in {free_port() for _ in range(20)}
