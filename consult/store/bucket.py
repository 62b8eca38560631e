"""One bucket of a server that speaks S3, by boto3. Every call waits for the network: make it off the event loop.

What boto3 raises becomes an error of ours, with one line that says what to do; a key that is not there becomes
FileNotFoundError, as if it were a file. Checksums travel as Content-MD5, which every such server checks.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.store.errors import (
    BadCertificate,
    KeepsVersions,
    NoBucket,
    NotKept,
    StoreAway,
    StoreError,
    StoreRefused,
)
from consult.store.settings import StoreSettings, text_of

CONNECT_SECONDS = 3.0
READ_SECONDS = 30.0
ATTEMPTS = 2
TROUBLES_OF_ITS_OWN = frozenset({408, 429, 500, 502, 503, 504, 507})


@dataclass(frozen=True)
class Kept:
    """What the store says of an object; `mark` is its entity tag, None where that tells nothing of the bytes."""

    size: int
    mark: str | None


@dataclass(frozen=True)
class Unfinished:
    """An upload in pieces that nobody has finished."""

    key: str
    upload: str
    begun: datetime


class Bucket:
    """The objects whose keys begin with the prefix of the settings; keys are given without it."""

    def __init__(self, settings: StoreSettings, prefix: str | None = None) -> None:
        address = settings.address
        assert address is not None, "there is no bucket without MARU_MEDIA_STORE"
        self._name = address.bucket
        self._prefix = address.prefix if prefix is None else prefix
        self._endpoint = settings.store_endpoint or ""
        self._client: Any = _client(settings)

    def check(self) -> None:
        """Write, read and delete one small object; raise StoreError when this cannot be the store of recordings."""
        with self._asking():
            self._client.head_bucket(Bucket=self._name)
        self._check_versions()
        key, data = f".start-check-{secrets.token_hex(8)}", os.urandom(16)
        self.put(key, data)
        try:
            if self.read(key) != data:
                raise StoreError(f"{self._endpoint} gave back other bytes than it was given")
        finally:
            self.delete(key)

    def put(self, key: str, data: bytes) -> None:
        """Make or replace an object in one request."""
        with self._asking(key):
            self._client.put_object(**self._at(key), Body=data, ContentMD5=_md5(data))

    def kept(self, key: str) -> Kept | None:
        """What the store says of an object; None when it has none of this key."""
        try:
            with self._asking(key):
                told = self._client.head_object(**self._at(key))
        except FileNotFoundError:
            return None
        veiled = "kms" in told.get("ServerSideEncryption", "") or "SSECustomerAlgorithm" in told
        return Kept(told["ContentLength"], None if veiled else told["ETag"].strip('"'))

    def read(self, key: str, begin: int = 0, end: int | None = None) -> bytes:
        """The bytes of an object, those before `end` if it is given."""
        span = (
            {} if (begin, end) == (0, None) else {"Range": f"bytes={begin}-{'' if end is None else end - 1}"}
        )
        with self._asking(key):
            data: bytes = self._client.get_object(**self._at(key), **span)["Body"].read()
        return data

    def listing(self, prefix: str) -> dict[str, int]:
        """Every key that begins so, with its size in bytes."""
        with self._asking():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._name, Prefix=self._prefix + prefix
            )
            found = [each for page in pages for each in page.get("Contents", [])]
        return {each["Key"].removeprefix(self._prefix): each["Size"] for each in found}

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""
        with self._asking():
            self._client.delete_object(**self._at(key))

    def begin(self, key: str) -> str:
        """Begin an upload in pieces; returns its id."""
        with self._asking():
            upload: str = self._client.create_multipart_upload(**self._at(key))["UploadId"]
        return upload

    def piece(self, key: str, upload: str, number: int, data: bytes) -> str:
        """Send one piece, numbered from 1; returns its mark."""
        with self._asking(key):
            told = self._client.upload_part(
                **self._at(key), UploadId=upload, PartNumber=number, Body=data, ContentMD5=_md5(data)
            )
        mark: str = told["ETag"]
        return mark

    def finish(self, key: str, upload: str, marks: Sequence[str]) -> None:
        """Make one object of the pieces."""
        pieces = [{"PartNumber": number, "ETag": mark} for number, mark in enumerate(marks, 1)]
        with self._asking(key):
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": pieces}
            )

    def abort(self, key: str, upload: str) -> None:
        """Throw the pieces of an upload away; one that is gone is no error."""
        try:
            with self._asking(key):
                self._client.abort_multipart_upload(**self._at(key), UploadId=upload)
        except FileNotFoundError:
            return

    def unfinished(self, prefix: str) -> list[Unfinished]:
        """Uploads in pieces that were begun for keys that begin so, and neither finished nor aborted."""
        with self._asking():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._name, Prefix=self._prefix + prefix
            )
            found = [each for page in pages for each in page.get("Uploads", [])]
        return [
            Unfinished(each["Key"].removeprefix(self._prefix), each["UploadId"], each["Initiated"])
            for each in found
        ]

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._name, "Key": self._prefix + key}

    def _check_versions(self) -> None:
        with self._asking():
            state = self._client.get_bucket_versioning(Bucket=self._name).get("Status")
        if state is not None:
            raise KeepsVersions(
                f"bucket {self._name} keeps old versions, so nothing is ever deleted there: use one without versioning"
            )

    @contextmanager
    def _asking(self, key: str | None = None) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, SSLError

        try:
            yield
        except ClientError as error:
            raise self._refusal(error, key) from None
        except SSLError:
            raise BadCertificate(
                f"nobody we trust vouches for {self._endpoint}: set MARU_MEDIA_STORE_CA_FILE"
            ) from None
        except BotoCoreError as error:
            raise StoreAway(f"{self._endpoint} does not answer ({type(error).__name__})") from None

    def _refusal(self, error: Any, key: str | None) -> Exception:
        """Say in our words what an answer with an error means (Amazon S3 API reference, "Error responses")."""
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        code = str(error.response["Error"]["Code"])
        if status in TROUBLES_OF_ITS_OWN:
            return StoreAway(f"{self._endpoint} is in trouble ({status} {code})")
        if status == 404 and key is not None and code != "NoSuchBucket":
            return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
        if status == 404:
            return NoBucket(f"{self._endpoint} has no bucket {self._name}: make it, or set MARU_MEDIA_STORE")
        if code == "BadDigest":
            return NotKept(f"{self._endpoint} got other bytes than were sent")
        if status in {400, 401, 403} or 300 <= status < 400:
            return StoreRefused(
                f"{self._endpoint} refuses the key for bucket {self._name} ({status} {code}): check"
                " MARU_MEDIA_STORE_ACCESS_KEY, _SECRET_KEY and _REGION, and that it may list, read, write and delete"
            )
        return StoreError(f"{self._endpoint} answered {status} {code}")


def _client(settings: StoreSettings) -> Any:
    """A client that asks nobody but this server: no profile, no proxy, no address made of a bucket's name."""
    import boto3  # a node that keeps its recordings on its disk does without
    from botocore.config import Config

    return boto3.session.Session().client(
        "s3",
        endpoint_url=settings.store_endpoint,
        region_name=settings.store_region,
        aws_access_key_id=text_of(settings.store_access_key),
        aws_secret_access_key=text_of(settings.store_secret_key),
        verify=None if settings.store_ca_file is None else str(settings.store_ca_file),
        config=Config(
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            proxies={},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
