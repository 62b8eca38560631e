"""A recording as a manager reads it: who, when, how long, agreed to or not, verified or not."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from branch.consults.models import Consent, Consult
from branch.content.catalogue import Catalogue
from branch.people.models import Staff
from branch.recordings.models import Recording
from branch.visits.models import Visit
from signaling.reader import Reader
from signaling.surface import language

FINDINGS = {
    "changed": "%(part)s번째 녹화의 내용이 녹화된 때와 달라요.",
    "missing": "%(part)s번째 녹화가 없어졌어요.",
    "replaced": "%(part)s번째 녹화가 다른 것으로 바뀌었어요.",
    "added": "%(part)s번째 녹화는 상담 때 없던 것이에요.",
}


@dataclass(frozen=True)
class RecordingRow:
    """One recording; lengths in seconds, None while nobody has looked at it yet; `holds` None is not checked."""

    consult: str
    at: datetime
    topic: str
    advisor: str
    language: str
    seconds: float | None
    gap_seconds: float
    parts: int
    required: bool
    consented_at: datetime | None
    consent_version: str
    holds: bool | None
    checked_at: datetime | None
    deleted_at: datetime | None

    @property
    def plays(self) -> bool:
        """Whether there is something to show, or may be: nobody has looked yet."""
        return self.deleted_at is None and (self.parts > 0 or self.seconds is None)


def row(
    work: Session, catalogue: Catalogue, zone: ZoneInfo, consult: Consult, recording: Recording
) -> RecordingRow:
    """The row of one recording, in the reader's language and the branch's time."""
    consent = work.scalar(
        select(Consent)
        .where(Consent.consult_id == consult.id, Consent.given)
        .order_by(Consent.at.desc())
        .limit(1)
    )
    return RecordingRow(
        consult=consult.id,
        at=(consult.live_at or consult.requested_at).astimezone(zone),
        topic=Reader(work, catalogue, language()).topic(consult.topic)["name"],
        advisor=work.get_one(Staff, consult.advisor_id).name,
        language=work.get_one(Visit, consult.visit_id).language,
        seconds=recording.seconds,
        gap_seconds=recording.gap_seconds or 0.0,
        parts=len(recording.parts or []),
        required=recording.required,
        consented_at=consent.at.astimezone(zone) if consent else None,
        consent_version=consent.text_version if consent else "",
        holds=recording.holds if recording.parts else None,
        checked_at=recording.checked_at.astimezone(zone) if recording.checked_at else None,
        deleted_at=recording.deleted_at.astimezone(zone) if recording.deleted_at else None,
    )


def sentences(findings: list[str] | None) -> list[str]:
    """What a check found, for people."""
    told = (finding.partition(":") for finding in findings or [])
    return [gettext(FINDINGS[kind]) % {"part": part} for kind, _, part in told if kind in FINDINGS]


def clock(seconds: float) -> str:
    """A length as 4:07, or 1:04:07."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
