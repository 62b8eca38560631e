"""A certificate of our own for `make run HTTPS=1`: browsers give a page the camera only over HTTPS (or on localhost)."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.errors import ChoreError

# Apple's devices refuse server certificates that live longer than 825 days; a year is what browsers are used to.
LIFE = timedelta(days=365)
RENEW_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class Certificate:
    """Two PEM files: the certificate, which other devices may be told to trust, and its private key."""

    certificate: Path
    key: Path


def lan_address() -> str:
    """This machine's IPv4 address on its network. Raises ChoreError when it has none.

    Connecting a UDP socket sends nothing: it only asks which of our addresses would be used.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            raise ChoreError(
                "this machine has no network address: name one with `make run HTTPS=1 ADDRESS=…`"
            ) from None
        address: str = probe.getsockname()[0]
        return address


def for_address(folder: Path, address: str) -> Certificate:
    """The certificate in `folder` for this address and localhost, made anew when it does not fit or ends soon."""
    pair = Certificate(folder / "maru.crt", folder / "maru.key")
    if not _serves(pair, address):
        _make(pair, address)
    return pair


def _serves(pair: Certificate, address: str) -> bool:
    if not pair.certificate.is_file() or not pair.key.is_file():
        return False
    certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasts = certificate.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC)
    return lasts and ipaddress.ip_address(address) in names.get_values_for_type(x509.IPAddress)


def _make(pair: Certificate, address: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pair.certificate.parent.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(pair.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(private)
    pair.certificate.write_bytes(_signed(key, address).public_bytes(serialization.Encoding.PEM))


def _signed(key: ec.EllipticCurvePrivateKey, address: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Maru at {address}")])
    now = datetime.now(UTC)
    addresses = dict.fromkeys((ipaddress.ip_address(address), ipaddress.ip_address("127.0.0.1")))
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), *(x509.IPAddress(one) for one in addresses)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, hashes.SHA256())
