"""EBML (RFC 8794): the few element forms that a Matroska file is written with."""

from struct import Struct

FLOAT = Struct("!d")
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"
VOID = 0xEC


def identifier(number: int) -> bytes:
    """An element ID, which carries its own length marker."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def size(length: int, width: int = 8) -> bytes:
    """A data size in a fixed number of bytes, so that it can be written over later."""
    return (length | 1 << 7 * width).to_bytes(width)


def element(number: int, *data: bytes) -> bytes:
    """An element with its size in the shortest form."""
    body = b"".join(data)
    width = 1
    while len(body) >= (1 << 7 * width) - 1:
        width += 1
    return identifier(number) + size(len(body), width) + body


def unsigned(number: int, value: int) -> bytes:
    return element(number, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def signed(number: int, value: int) -> bytes:
    """A signed integer of 8 bytes, as dates are."""
    return element(number, value.to_bytes(8, signed=True))


def floating(number: int, value: float) -> bytes:
    return element(number, FLOAT.pack(value))


def text(number: int, value: str) -> bytes:
    return element(number, value.encode())


def void(total: int) -> bytes:
    """A placeholder of `total` bytes (2 to 128), header included, to be written over later."""
    return identifier(VOID) + size(total - 2, 1) + bytes(total - 2)
