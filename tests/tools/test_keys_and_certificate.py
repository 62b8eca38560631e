"""Secrets and certificates are made once, kept from others' eyes, and made anew only for a reason."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from tools import certificate, keys
from tools.errors import ChoreError


def test_keys_are_made_once_and_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "keys.json"
    first = keys.kept(file)
    assert keys.kept(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_two_keys_are_alike_and_none_is_shown(tmp_path: Path) -> None:
    made = keys.Keys.fresh()
    secrets = [made.centre, made.hub, made.media, made.agent, made.link]
    assert len(set(secrets)) == 5
    assert min(len(secret) for secret in secrets) >= 32
    assert made.centre not in repr(made)


def test_damaged_keys_are_named_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text('{"centre": ')
    with pytest.raises(ChoreError, match=r"keys\.json is damaged"):
        keys.kept(file)
    assert file.read_text() == '{"centre": '


def test_the_certificate_serves_its_address_and_is_kept(tmp_path: Path) -> None:
    pair = certificate.for_address(tmp_path, "192.168.7.7")
    before = pair.certificate.read_bytes()
    assert certificate.for_address(tmp_path, "192.168.7.7").certificate.read_bytes() == before
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600


def test_another_address_gets_another_certificate(tmp_path: Path) -> None:
    before = certificate.for_address(tmp_path, "192.168.7.7").certificate.read_bytes()
    assert certificate.for_address(tmp_path, "10.0.0.9").certificate.read_bytes() != before


def test_who_trusts_the_certificate_can_talk_under_it(tmp_path: Path) -> None:
    pair = certificate.for_address(tmp_path, "127.0.0.1")
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(pair.certificate, pair.key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_greet, args=(listener, server_side))
        thread.start()
        client_side = ssl.create_default_context(cafile=str(pair.certificate))
        with (
            socket.create_connection(listener.getsockname(), timeout=10) as plain,
            client_side.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            assert secure.recv(5) == b"hello"
        thread.join(10)


def _greet(listener: socket.socket, context: ssl.SSLContext) -> None:
    plain, _address = listener.accept()
    with context.wrap_socket(plain, server_side=True) as secure:
        secure.sendall(b"hello")
