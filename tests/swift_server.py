"""A whole OpenStack Swift in one process: proxy with its S3 side, account, container and object server.

Run by the system's Python, which has Debian's python3-swift: swift_server.py <folder> <port> <port> <port> <port>.
The first port speaks S3. Everything lies in the folder, which needs extended attributes; one copy of each object.
"""

import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import eventlet
from eventlet import wsgi
from swift.common import storage_policy, utils

HERE = "127.0.0.1"
KINDS = ("account", "container", "object")
HASHING = "[swift-hash]\nswift_hash_path_suffix = maru\n\n[storage-policy:0]\nname = only\ndefault = yes\n"
SERVER = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
conn_timeout = 20
node_timeout = 60
client_timeout = 60
log_level = WARNING

[pipeline:main]
pipeline = {pipeline}

[app:{kind}-server]
use = egg:swift#{kind}
fallocate_reserve = 0
conn_timeout = 20
node_timeout = 60
recoverable_node_timeout = 60
error_suppression_limit = 1000000
account_autocreate = true
"""
FILTERS = ("catch_errors", "gatekeeper", "listing_formats", "s3api", "tempauth", "bulk", "slo")
VERSIONS = ("symlink", "versioned_writes")
PERSON = "user_maru_node = a-secret-of-the-tests .admin"
LOCATION = "location = us-east-1"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Nothing:
    """The cache that Swift asks before its servers: this one never knows anything."""

    def get(self, *_: object, **__: object) -> None:
        """Nothing is known."""

    set = incr = decr = delete = get


def main(folder: Path, ports: list[int]) -> None:
    """Prepare the folder where it is new, start all four, and serve until killed."""
    _write_settings(folder, ports)
    utils.SWIFT_CONF_FILE = str(folder / "swift.conf")
    utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b"", b"maru"
    storage_policy.reload_storage_policies()
    _write_rings(folder, ports)
    from swift.common.wsgi import loadapp

    for kind, port in zip(("proxy", *KINDS), ports, strict=True):
        application = _without_cache(loadapp(str(folder / f"{kind}.conf")))
        eventlet.spawn(wsgi.server, eventlet.listen((HERE, port)), application, log_output=False)
    while True:
        eventlet.sleep(3600)


def _write_settings(folder: Path, ports: list[int]) -> None:
    (folder / "disks" / "disk").mkdir(parents=True, exist_ok=True)
    (folder / "swift.conf").write_text(HASHING)
    for kind in KINDS:
        (folder / f"{kind}.conf").write_text(
            SERVER.format(folder=folder, kind=kind, pipeline=f"{kind}-server")
        )
    text = SERVER.format(
        folder=folder, kind="proxy", pipeline=" ".join((*FILTERS, *VERSIONS, "proxy-server"))
    )
    extra = {
        "tempauth": PERSON,
        "s3api": LOCATION,
        "versioned_writes": "allow_object_versioning = true",
    }
    for name in (*FILTERS, *VERSIONS):
        text += f"\n[filter:{name}]\nuse = egg:swift#{name}\n{extra.get(name, '')}\n"
    (folder / "proxy.conf").write_text(text)


def _write_rings(folder: Path, ports: list[int]) -> None:
    """Rings say which server has what; here each kind has one."""
    from swift.common.ring import RingBuilder

    for kind, port in zip(KINDS, ports[1:], strict=True):
        builder = RingBuilder(4, 1, 0)
        place = {"region": 1, "zone": 1, "weight": 1, "ip": HERE, "port": port, "device": "disk"}
        builder.add_dev({"id": 0, **place})
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{kind}.ring.gz"))


def _without_cache(application: Application) -> Application:
    def call(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["swift.cache"] = Nothing()
        return application(environ, start)

    return call


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # there is nothing to tidy up
    eventlet.patcher.monkey_patch()
    main(Path(sys.argv[1]), [int(port) for port in sys.argv[2:]])
