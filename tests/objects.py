"""A throw-away object store that speaks S3, for tests: OpenStack Swift on free ports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import Any

import boto3
from botocore.config import Config

from consult.store.bucket import Bucket
from consult.store.settings import StoreSettings
from tests.servers import HERE, empty_folder, listens, server
from tools.packages import SWIFT
from tools.ports import free_port

SYSTEM_PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).with_name("swift_server.py")
BUCKET = "recordings"
PLAIN = Config(
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    proxies={},
)
ACCESS_KEY, SECRET_KEY = "maru:node", "a-secret-of-the-tests"


class ObjectStore:
    """One Swift with a bucket for recordings; what it holds outlives a stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(4)]
        self._running: ExitStack | None = None
        self.endpoint = f"http://{HERE}:{self._ports[0]}"

    @property
    def settings(self) -> dict[str, str]:
        """What a media node has to be told, by the names of its settings."""
        return {
            "store": f"s3://{BUCKET}/maru",
            "store_endpoint": self.endpoint,
            "store_access_key": ACCESS_KEY,
            "store_secret_key": SECRET_KEY,
        }

    @property
    def variables(self) -> dict[str, str]:
        """The same as variables of an environment."""
        return {f"MARU_MEDIA_{name.upper()}": value for name, value in self.settings.items()}

    @property
    def client(self) -> Any:
        """What a stranger with the key may do."""
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        return boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1", config=PLAIN, **keys)

    @property
    def bucket(self) -> Bucket:
        """What a node sees of it."""
        return Bucket(StoreSettings.model_validate(self.settings))

    def keys(self, prefix: str = "") -> list[str]:
        """Every key that begins so, without the prefix of the settings."""
        return sorted(self.bucket.listing(prefix))

    def start(self) -> None:
        """Serve again."""
        command = [SYSTEM_PYTHON, str(SERVER), str(self._folder), *map(str, self._ports)]
        self._running = ExitStack()
        self._running.enter_context(
            server(command, self._folder / "log", lambda: all(map(listens, self._ports)), SIGTERM)
        )

    def stop(self) -> None:
        """Be away, as if somebody had pulled the plug; a second time does nothing."""
        running, self._running = self._running, None
        if running is not None:
            running.close()


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """An object store with an empty bucket that knows one person."""
    assert SWIFT.is_file(), "python3-swift is not installed: `make test` installs it"
    with empty_folder("maru-swift-") as folder:
        store = ObjectStore(folder)
        store.start()
        try:
            store.client.create_bucket(Bucket=BUCKET)
            yield store
        finally:
            store.stop()
