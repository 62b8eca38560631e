"""libsrtp in place: the one buffer every packet lives in, and the four calls that encrypt and decrypt it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consult.vendors import ffi, lib

CAPACITY = 2048
"""Room for the largest honest datagram (1500 bytes) and what SRTP adds; anything that fills it is refused."""
BUFFER = bytearray(CAPACITY)
"""The one place every packet is received into, decrypted, rewritten, encrypted and sent from."""
VIEW = memoryview(BUFFER)
POINTER = ffi.cast("void *", ffi.from_buffer(BUFFER))
LENGTH = ffi.new("int *")
"""Length of the packet in BUFFER, in and out of every libsrtp call."""

RTCP_BUFFER = bytearray(CAPACITY)
"""The same for outgoing RTCP, which is often made while a media packet lies in BUFFER."""
RTCP_VIEW = memoryview(RTCP_BUFFER)
RTCP_POINTER = ffi.cast("void *", ffi.from_buffer(RTCP_BUFFER))
LARGEST_RTCP = 1400

srtp_protect: Callable[[Any, Any, Any], int] = lib.srtp_protect
srtp_unprotect: Callable[[Any, Any, Any], int] = lib.srtp_unprotect
srtcp_protect: Callable[[Any, Any, Any], int] = lib.srtp_protect_rtcp
srtcp_unprotect: Callable[[Any, Any, Any], int] = lib.srtp_unprotect_rtcp
