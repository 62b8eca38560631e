"""Answers a request for a part of a file (RFC 9110, section 14), reading it off the event loop."""

from __future__ import annotations

import asyncio
import re
from typing import BinaryIO

from aiohttp import web

from consult.errors import BadRange

PIECE = 256 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def bounds(asked: str | None, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that is asked for; None for the whole file.

    Raises BadRange for what is no single range of bytes, or lies outside the file.
    """
    if asked is None:
        return None
    found = ONE_RANGE.fullmatch(asked.strip())
    if found is None or found[1] == found[2] == "":
        raise BadRange("not one range of bytes")
    if found[1] == "":
        begin, end = max(0, size - int(found[2])), size
    else:
        begin, end = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    if begin >= end:
        raise BadRange(f"the file has {size} bytes")
    return begin, end


async def send(request: web.Request, file: BinaryIO, size: int, content_type: str) -> web.StreamResponse:
    """Send what the request asks for of a seekable file, and let go of the file."""
    try:
        span = bounds(request.headers.get("Range"), size)
        begin, end = span or (0, size)
        response = web.StreamResponse(status=200 if span is None else 206)
        response.content_type = content_type
        response.content_length = end - begin
        response.headers["Accept-Ranges"] = "bytes"
        if span is not None:
            response.headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
        await response.prepare(request)
        await _copy(response, file, begin, end)
    finally:
        await asyncio.to_thread(file.close)
    return response


async def _copy(response: web.StreamResponse, file: BinaryIO, begin: int, end: int) -> None:
    await asyncio.to_thread(file.seek, begin)
    while begin < end:
        piece = await asyncio.to_thread(file.read, min(PIECE, end - begin))
        if not piece:
            raise ConnectionResetError("the file is shorter than it was")
        await response.write(piece)
        begin += len(piece)
    await response.write_eof()
