"""Recordings on their way into the store: what is moved when, what stays, and how it is read and deleted wherever it is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from consult.recording import RoomRecorder
from consult.recording.errors import NotRecorded
from consult.recording.export import export
from consult.recording.manifest import canonical
from consult.recording.verify import RoomResult, verify_room
from consult.store.errors import StoreAway
from consult.store.rooms import gather, opened
from tests.consult.recording.rooms import begin, send
from tests.consult.recording.streams import video
from tests.consult.store.conftest import KEY, KEY_TEXT, Node, make_node, record
from tests.objects import ObjectStore
from tests.waiting import until

TRACK = "customer-video.mkv"


def verified(node: Node, objects: ObjectStore, room: str) -> RoomResult:
    return verify_room(gather(objects.bucket, node.folder / room), KEY)


def content(node: Node, room: str, part: str = "1") -> bytes:
    file, size = node.library.open(room, part, TRACK)
    with file:
        data = file.read()
    assert len(data) == size
    return data


def test_a_closed_part_moves_and_reads_as_before(node: Node, objects: ObjectStore, tmp_path: Path) -> None:
    told = record(node, "moved")
    before = content(node, "moved")
    assert [part["kept"] for part in node.library.parts("moved")] == ["node"]
    node.store.start()
    node.moves_all()
    (part,) = node.library.parts("moved")
    assert (part["kept"], part["seal"]) == ("store", told["seal"])
    assert content(node, "moved") == content(node, "moved", part["id"]) == before
    result = verified(node, objects, "moved")
    assert result.holds, result
    assert result.parts[0].seal == told["seal"]
    export(gather(objects.bucket, node.folder / "moved"), tmp_path / "one.mkv", KEY)
    with av.open(str(tmp_path / "one.mkv")) as container:
        assert len(container.streams) == 1


def test_what_is_being_recorded_or_read_is_not_taken_away(node: Node) -> None:
    live = RoomRecorder(node.folder, "live", "node", key=KEY)
    send(begin(live, "video/VP8", "customer"), video("video/VP8", 5))
    record(node, "read")
    with opened(str(node.folder / "read")):
        node.store.start()
        record(node, "free")
        until(lambda: not (node.folder / "free").exists(), "a part that nobody holds to move")
        assert (node.folder / "read" / "1" / TRACK).exists()
        assert (node.folder / "live" / "1" / "manifest.json").exists()
    until(lambda: not (node.folder / "read").exists(), "a part that was read to move")
    live.close()
    node.moves_all()


def test_a_part_that_was_torn_off_moves_too(node: Node, objects: ObjectStore) -> None:
    command = [sys.executable, "-m", "tests.consult.recording.child", str(node.folder), "0", KEY_TEXT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert any(line.startswith('{"frames"') for line in child.stdout), "nothing was recorded"
        child.kill()
    node.store.start()
    node.moves_all()
    result = verified(node, objects, "room")
    assert result.holds, result
    assert result.parts[0].state == "ended without closing"
    assert len(content_of_torn(node)) > 0


def content_of_torn(node: Node) -> bytes:
    file, _ = node.library.open("room", "1", "visitor-video.mkv")
    with file:
        return file.read()


def test_the_next_part_goes_on_from_one_that_has_moved(node: Node, objects: ObjectStore) -> None:
    first = record(node, "again")
    node.store.start()
    node.moves_all()
    second = record(node, "again")
    assert (second["part"], second["previous"]["seal"]) == (2, first["seal"])
    node.moves_all()
    assert verified(node, objects, "again").holds


def test_nodes_that_share_only_the_store_read_each_other(
    node: Node, objects: ObjectStore, tmp_path: Path
) -> None:
    other = make_node(tmp_path / "other", objects)
    seals = {record(each, "shared", frames)["seal"]: frames for each, frames in ((node, 10), (other, 30))}
    sizes = [len(content(each, "shared")) for each in (node, other)]
    for each in (node, other):
        each.store.start()
        each.moves_all()
    parts = node.library.parts("shared")
    assert {part["seal"] for part in parts} == set(seals)
    assert sorted(len(content(other, "shared", part["id"])) for part in parts) == sorted(sizes)
    assert verified(node, objects, "shared").holds
    proof = other.library.delete("shared")
    assert ({part["seal"] for part in proof["parts"]}, proof["files"]) == (set(seals), 6)
    with pytest.raises(NotRecorded):
        node.library.delete("shared")
    other.store.close()


def test_one_changed_byte_in_the_store_is_found(node: Node, objects: ObjectStore) -> None:
    record(node, "tampered")
    node.store.start()
    node.moves_all()
    (key,) = [key for key in objects.keys("tampered/") if key.endswith(TRACK)]
    data = objects.bucket.read(key)
    objects.bucket.put(key, data[:200] + bytes([data[200] ^ 1]) + data[201:])
    result = verified(node, objects, "tampered")
    assert any("segment 0" in problem for problem in result.parts[0].tracks[0].problems), result
    objects.bucket.delete(key)
    assert not verified(node, objects, "tampered").holds


def test_while_the_store_is_away_everything_stays_and_plays(node: Node, objects: ObjectStore) -> None:
    record(node, "before")
    node.store.start()
    node.moves_all()
    objects.stop()
    try:
        record(node, "kept")
        until(lambda: state(node) == (1, "store.away"), "the node to notice that the store is away")
        assert len(content(node, "kept")) > 0
        assert [part["kept"] for part in node.library.parts("before")] == ["store"]
        with pytest.raises(StoreAway):
            content(node, "before")
        with pytest.raises(StoreAway):
            verified(node, objects, "kept")
        with pytest.raises(StoreAway):
            node.library.delete("kept")
    finally:
        objects.start()
    node.moves_all()
    until(lambda: state(node) == (0, None), "the node to say that all is well")
    assert verified(node, objects, "kept").holds


def state(node: Node) -> tuple[int, str | None]:
    moving = node.store.moving()
    assert moving is not None
    return moving.waiting_parts, moving.failure


def test_a_deletion_leaves_nothing_and_proves_what_there_was(node: Node, objects: ObjectStore) -> None:
    first = record(node, "gone")
    node.store.start()
    node.moves_all()
    node.store.close()
    second = record(node, "gone")
    objects.bucket.begin(f"gone/{first['part']}-{first['opening'][:12]}/left-behind")
    proof = node.library.delete("gone")
    assert [part["seal"] for part in proof["parts"]] == [first["seal"], second["seal"]]
    unsigned = {name: value for name, value in proof.items() if name not in {"key", "signature"}}
    assert (proof["files"], proof["signature"]) == (6, KEY.sign(canonical(unsigned)))
    assert objects.keys("gone/") == [] == objects.keys(".deleting/")
    assert objects.bucket.unfinished("gone/") == []
    assert node.waiting == []
    for ask in (node.library.parts, node.library.delete):
        with pytest.raises(NotRecorded):
            ask("gone")


def test_a_deletion_that_was_cut_off_still_proves_everything(node: Node, objects: ObjectStore) -> None:
    told = record(node, "half")
    node.store.start()
    node.moves_all()
    begun = {"room": "half", "parts": [{"part": 1, "seal": told["seal"]}], "files": 3, "bytes": 5}
    objects.bucket.put(".deleting/half.json", json.dumps(begun).encode())
    (key,) = [key for key in objects.keys("half/") if key.endswith("manifest.json")]
    objects.bucket.delete(key)
    proof = node.library.delete("half")
    assert (proof["parts"], proof["files"]) == (begun["parts"], 3)
    assert objects.keys("half/") == [] == objects.keys(".deleting/")


def test_tracks_are_read_by_ranges_and_not_walked_through(node: Node, objects: ObjectStore) -> None:
    record(node, "ranges", frames=50)
    whole = content(node, "ranges")
    node.store.start()
    node.moves_all()
    for begin_, end in ((0, 10), (len(whole) // 2, len(whole) // 2 + 7), (len(whole) - 5, len(whole))):
        file, _ = node.library.open("ranges", "1", TRACK)
        with file:
            file.seek(begin_)
            assert file.read(end - begin_) == whole[begin_:end]
    with av.open(io.BytesIO(whole)) as container:
        assert container.streams[0].type == "video"
