"""A machine with nothing around it: run as `python -m tests.scenarios.alone` inside a network namespace of its own.

A new namespace has a loopback that is down and no other way. This file sets the loopback up, makes sure that there
is no way out, and plays the whole visit.
"""

import errno
import fcntl
import socket
import struct
import sys

import pytest

STORY = "tests/scenarios/test_visit.py::test_the_whole_visit[embedded]"
# An address for documentation (RFC 5737): where there is a way out, connecting to it does not fail at once.
OUTSIDE = ("192.0.2.1", 443)
# ICE gathers no candidate on 127.0.0.1 (RFC 8445 section 5.1.1.1), so the people of the story need another one.
SECOND_ADDRESS = "127.0.0.2"

# netdevice(7) and <net/if.h>
SIOCSIFFLAGS, SIOCSIFADDR = 0x8914, 0x8916
IFF_UP, IFF_RUNNING = 0x1, 0x40


def raise_loopback() -> None:
    """Bring `lo` up, with a second address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        flags = struct.pack("16sh22x", b"lo", IFF_UP | IFF_RUNNING)
        fcntl.ioctl(device, SIOCSIFFLAGS, flags)
        address = struct.pack("=16sHH4s16x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(SECOND_ADDRESS))
        fcntl.ioctl(device, SIOCSIFADDR, address)


def is_cut_off() -> bool:
    """Whether the kernel knows no way to the outside."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        return probe.connect_ex(OUTSIDE) == errno.ENETUNREACH


def main() -> int:
    """Exit code of the story; 77 when this machine is not alone."""
    raise_loopback()
    if not is_cut_off():
        print("there is a way to the outside", file=sys.stderr)
        return 77
    return pytest.main(["-p", "no:cacheprovider", STORY])


if __name__ == "__main__":
    sys.exit(main())
