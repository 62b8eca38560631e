"""One file into the bucket and out of it again: pieces, checksums, what is left of uploads that broke, who is refused."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from consult.store.bucket import Bucket
from consult.store.errors import BadCertificate, KeepsVersions, NoBucket, StoreAway, StoreError, StoreRefused
from consult.store.objects import READ_AHEAD, ObjectPlace
from consult.store.settings import StoreSettings
from consult.store.upload import PIECE, Stopped, measure, upload
from tests.objects import BUCKET, ObjectStore
from tools.ports import free_port

GOING = threading.Event()


def told(objects: ObjectStore, **changes: str) -> Bucket:
    return Bucket(StoreSettings.model_validate({**objects.settings, **changes}))


@pytest.mark.parametrize("size", [0, 1, PIECE + 17])
def test_a_file_comes_back_as_it_was_and_is_sent_once(
    tmp_path: Path, objects: ObjectStore, size: int
) -> None:
    file, key = tmp_path / "file", f"sizes/{size}"
    file.write_bytes(data := os.urandom(size))
    assert upload(objects.bucket, key, file, GOING) == size
    assert upload(objects.bucket, key, file, GOING) == 0, "what is there is not sent again"
    assert objects.bucket.kept(key) == measure(file)
    place = ObjectPlace(objects.bucket, key, {key: size})
    with place.open("rb") as opened:
        assert opened.read() == data
        for begin in (0, size // 2, max(0, size - 3), READ_AHEAD - 1):
            opened.seek(begin)
            assert opened.read(5) == data[begin : begin + 5]


def test_what_is_not_what_was_sent_is_sent_again(tmp_path: Path, objects: ObjectStore) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"what was said")
    objects.bucket.put("changed/file", b"what was sold")
    assert upload(objects.bucket, "changed/file", file, GOING) == 13
    assert objects.bucket.read("changed/file") == b"what was said"


def test_an_upload_that_is_stopped_leaves_nothing_half_done(tmp_path: Path, objects: ObjectStore) -> None:
    file, stopped = tmp_path / "file", threading.Event()
    file.write_bytes(bytes(2 * PIECE))
    stopped.set()
    with pytest.raises(Stopped):
        upload(objects.bucket, "stopped/file", file, stopped)
    assert objects.bucket.unfinished("stopped/") == []
    assert objects.keys("stopped/") == []


def test_what_a_killed_process_left_half_done_is_thrown_away(tmp_path: Path, objects: ObjectStore) -> None:
    bucket, file = objects.bucket, tmp_path / "file"
    file.write_bytes(bytes(PIECE + 1))
    began = bucket.begin("killed/file")
    bucket.piece("killed/file", began, 1, bytes(PIECE))
    assert [left.key for left in bucket.unfinished("killed/")] == ["killed/file"]
    upload(bucket, "killed/file", file, GOING)
    assert bucket.unfinished("killed/") == []


@pytest.mark.parametrize(
    ("changes", "expected", "names"),
    [
        ({"store_secret_key": "another"}, StoreRefused, "MARU_MEDIA_STORE_ACCESS_KEY"),
        ({"store_access_key": "nobody:here"}, StoreRefused, "MARU_MEDIA_STORE_ACCESS_KEY"),
        ({"store_region": "moon-1"}, StoreRefused, "_REGION"),
        ({"store": "s3://another"}, NoBucket, "MARU_MEDIA_STORE"),
    ],
)
def test_a_store_that_cannot_be_one_says_what_to_do(
    objects: ObjectStore, changes: dict[str, str], expected: type[StoreError], names: str
) -> None:
    with pytest.raises(expected, match=names):
        told(objects, **changes).check()


def test_a_store_that_can_be_one_is_left_as_it_was(objects: ObjectStore) -> None:
    objects.bucket.check()
    assert objects.keys(".start-check-") == []


def test_nobody_there_and_nobody_to_trust_are_told_apart(objects: ObjectStore) -> None:
    with pytest.raises(StoreAway):
        told(objects, store_endpoint=f"http://127.0.0.1:{free_port()}").check()
    with pytest.raises(BadCertificate, match="MARU_MEDIA_STORE_CA_FILE"):
        told(objects, store_endpoint=objects.endpoint.replace("http:", "https:")).check()


def test_a_bucket_that_keeps_old_versions_is_refused(objects: ObjectStore) -> None:
    objects.client.create_bucket(Bucket="versions")
    objects.client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(KeepsVersions, match="without versioning"):
        told(objects, store="s3://versions").check()
    assert BUCKET != "versions"
