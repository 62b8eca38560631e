"""Recordings after their consults: found on the media nodes, their seals kept in the database, checked and streamed."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import requests
import structlog
from flask_socketio import SocketIO

from branch import clock
from branch.database import Database
from branch.errors import MaruError
from branch.recordings import archive
from branch.recordings.models import Recording
from consult.client import MediaError, NotFound
from consult.recorders import PIECE, RecorderClient
from web.playlist import FoundPart, playlist

log = structlog.get_logger()

LOOK_EVERY = 5.0  # seconds
CHECK_AGAIN_EVERY = 12
"""Looks between two tries to verify what could not be verified: a store that is away may be so for long."""
PATIENCE = timedelta(minutes=1)
"""So long after its end a consult's room may take to close; then what is there is what there is."""


class ArchiveAway(MaruError):
    """A media node that holds a part does not answer, or cannot read it."""

    code = "recording.unreachable"
    status = 503
    message = "녹화 파일이 있는 곳에 연결하지 못했어요. 잠시 뒤에 다시 해 주세요. 계속되면 전산 담당자에게 알려 주세요."


class RecordingGone(MaruError):
    """No node has the recording, or this track of it."""

    code = "recording.not_found"
    status = 404
    message = "녹화 파일을 찾지 못했어요. 지워졌거나 옮겨졌을 수 있어요."


class Archive:
    """What the media nodes hold of consults that are over; `nodes` are their addresses."""

    def __init__(
        self,
        database: Database,
        client: RecorderClient,
        socketio: SocketIO,
        nodes: tuple[str, ...],
        days: int,
    ) -> None:
        self.client = client
        self.nodes = nodes
        self.held_back = 0
        """So many finished parts wait on the nodes because the store of recordings does not take them."""
        self._days = days
        self._database = database
        self._socketio = socketio

    def start(self) -> None:
        """Keep the seals of recordings that end, for ever, in the background."""
        self._socketio.start_background_task(self._follow)

    def find(self, consult: str) -> list[FoundPart]:
        """Every part that our nodes hold, oldest first; nodes that share a folder tell of the same ones.

        Raises ArchiveAway when no node answers, RecordingGone when none has anything.
        """
        found: dict[tuple[int, str], FoundPart] = {}
        answered = False
        for index, node in enumerate(self.nodes):
            try:
                manifests = self.client.parts(node, consult)
            except NotFound:
                manifests = []
            except MediaError as error:
                log.warning("recordings not seen", node=node, code=error.code)
                continue
            answered = True
            for manifest in manifests:
                found.setdefault((manifest["part"], manifest["opening"]), FoundPart(index, manifest))
        if not found:
            raise RecordingGone() if answered else ArchiveAway()
        return sorted(found.values(), key=lambda part: (part.manifest["started_at"], part.name))

    def keep(self, consult: str, *, whole: bool = True) -> bool:
        """Store what was recorded and the seal of each part; false while a part may still be written to."""
        try:
            parts = self.find(consult)
        except RecordingGone:
            parts = []
        if not whole and (not parts or parts[-1].manifest["ended_at"] is None):
            return False  # A part before the last one that never closed is torn off and stays so.
        line = playlist(parts) if parts else None
        seconds, gaps = (line.seconds, line.gap_seconds) if line else (0.0, 0.0)
        with self._database.transaction() as work:
            first = archive.keep(work, consult, [_seal(part) for part in parts], seconds, gaps)
        if first:
            log.info("recording kept", consult=consult, parts=len(parts))
        return first

    def check(self, consult: str) -> list[str]:
        """Have every byte verified and compare with the seals that were kept; returns what was found, and stores it.

        Raises ArchiveAway.
        """
        with self._database.reading() as work:
            recording = work.get_one(Recording, consult)
        results: list[dict[str, Any]] = []
        for node in self.nodes:
            try:
                results.append(self.client.check(node, consult))
            except NotFound:
                continue
            except MediaError as error:
                log.warning("recording not checked", consult=consult, node=node, code=error.code)
                raise ArchiveAway() from None
        findings = compare(recording.parts or [], results)
        with self._database.transaction() as work:
            archive.checked(work, consult, findings)
        log.info("recording checked", consult=consult, findings=findings)
        return findings

    def delete_due(self) -> list[str]:
        """Delete the recordings whose time is over; returns which. One that a node cannot delete now is tried again."""
        with self._database.reading() as work:
            over = archive.due(work, self._days)
        return [consult for consult in over if self._delete(consult)]

    def _delete(self, consult: str) -> bool:
        for node in self.nodes:
            try:
                proof = self.client.delete(node, consult)
            except NotFound:
                continue
            except MediaError as error:
                log.warning("recording not deleted", consult=consult, node=node, code=error.code)
                return False
            with self._database.transaction() as work:
                archive.proved(work, consult, proof)
        with self._database.transaction() as work:
            archive.deleted(work, consult)
        log.info("recording deleted", consult=consult)
        return True

    def track(self, consult: str, node: int, part: str, file: str, span: str | None) -> requests.Response:
        """One track, open to be passed on. Raises RecordingGone, ArchiveAway, and BadRange of the client."""
        if not 0 <= node < len(self.nodes):
            raise RecordingGone()
        return self.client.open_track(self.nodes[node], consult, part, file, span)

    def _follow(self) -> None:
        for look in count(1):
            self._socketio.sleep(LOOK_EVERY)
            try:
                self.look_at_stores()
                self._keep_all()
                self.delete_due()
                if look % CHECK_AGAIN_EVERY == 0:
                    self.check_late()
            except Exception:
                log.exception("keeping recordings failed")

    def check_late(self) -> None:
        """Verify what was kept while its store or its node did not answer; the first that still does not ends it."""
        with self._database.reading() as work:
            late = archive.unchecked(work)
        for consult in late:
            try:
                self.check(consult)
            except ArchiveAway:
                return

    def look_at_stores(self) -> None:
        """Count what the nodes keep for as long as their store does not take it; a node that is away tells nothing."""
        held_back = 0
        for node in self.nodes:
            try:
                told = self.client.store(node)
            except MediaError as error:
                log.debug("store not seen", node=node, code=error.code)
                continue
            held_back += told.waiting_parts if told is not None and told.failure is not None else 0
        if bool(held_back) != bool(self.held_back):
            log.info("recordings held back", parts=held_back)
        self.held_back = held_back

    def _keep_all(self) -> None:
        with self._database.reading() as work:
            over = [(consult.id, consult.ended_at) for consult in archive.unkept(work)]
        for consult, ended_at in over:
            late = ended_at is not None and clock.now() - ended_at > PATIENCE
            try:
                if self.keep(consult, whole=late):
                    self.check(consult)
            except MaruError as error:
                log.debug("recording not kept yet", consult=consult, code=error.code)


def pieces(answer: requests.Response) -> Iterator[bytes]:
    """The body of an open answer, which is closed at the end."""
    with answer:
        yield from answer.iter_content(PIECE)


def compare(kept: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[str]:
    """What differs between the seals that were kept and what the nodes verified, as "kind:part"."""
    seen = [part for result in results for part in result["parts"]]
    findings = []
    for part in kept:
        numbered = [other for other in seen if other["part"] == part["part"]]
        same = [other for other in numbered if other["opening"] == part["opening"]]
        if not same:
            findings.append(f"{'replaced' if numbered else 'missing'}:{part['part']}")
        elif all(_differs(part, other) for other in same):
            findings.append(f"changed:{part['part']}")
    known = {part["part"] for part in kept}
    findings += sorted({f"added:{part['part']}" for part in seen if part["part"] not in known})
    return findings


def _differs(kept: dict[str, Any], verified: dict[str, Any]) -> bool:
    broken = verified["problems"] or any(track["problems"] for track in verified["tracks"])
    return bool(broken) or verified["seal"] != kept["seal"]


def _seal(part: FoundPart) -> dict[str, Any]:
    manifest = part.manifest
    names = ("part", "node", "opening", "seal", "started_at", "ended_at", "state")
    return {name: manifest[name] for name in names}
