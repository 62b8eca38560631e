"""The private names of aiortc, aioice and pylibsrtp are where consult/vendors.py expects them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from aiortc.rtcrtpsender import RTCRtpSender

import consult
from consult import vendors

PRIVATE = re.compile(
    r"\b(aiortc|aioice|pylibsrtp)\._|(?<!self)\._(rx_srtp|tx_srtp|connection|nominated|codecs|ssrc)\b"
)


async def check() -> None:
    vendors.check()


def test_every_private_name_is_still_there() -> None:
    asyncio.run(check())


def test_a_name_that_has_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(RTCRtpSender, "send")
    with pytest.raises(vendors.VendorChanged, match=r"RTCRtpSender\.send is gone"):
        asyncio.run(check())


def test_no_other_file_uses_private_names() -> None:
    folder = Path(consult.__file__).parent
    files = [path for path in folder.rglob("*.py") if path.name != "vendors.py"]
    assert files
    offenders = [path.name for path in files if PRIVATE.search(path.read_text())]
    assert offenders == []
