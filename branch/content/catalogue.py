"""All content of a branch, loaded and checked at start."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel, StringConstraints, model_validator

from branch.content.appointments import AppointmentRules
from branch.content.branches import BranchNames
from branch.content.cheers import Cheers
from branch.content.display import Announcements, Improvements
from branch.content.reader import ContentError, Strict, read
from branch.quiz.content import Quiz

HERE = Path(__file__).parent
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Texts = dict[str, str]
Lines = dict[str, list[str]]


class ServiceContent(Strict):
    """A counter service: letter on the ticket, plain words, minutes it usually takes, hours as HH:MM or none."""

    slug: Slug
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    name: Texts
    description: Texts
    minutes: tuple[int, int]
    hours: tuple[time, time] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "ServiceContent":
        if not 0 < self.minutes[0] <= self.minutes[1]:
            raise ValueError("minutes must be [shorter, longer], both above 0")
        return self


class TopicContent(Strict):
    """What experts talk about, how the expert is called, what is good to have ready, and whether it must be recorded."""

    slug: Slug
    name: Texts
    title: Texts
    description: Texts
    prepare: Lines
    recording: Literal["offered", "required"] = "offered"


class Notice(Strict):
    """A versioned text a person is told, in short lines."""

    version: str
    lines: Lines


class ConsentText(Notice):
    """A versioned text a person agrees to or declines, with the words on both buttons."""

    title: Texts
    agree: Texts
    decline: Texts


class Services(RootModel[Annotated[list[ServiceContent], Field(min_length=1)]]):
    """The file services.yaml."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _letters_differ(self) -> "Services":
        letters = [service.letter for service in self.root]
        if len(set(letters)) != len(letters):
            raise ValueError("two services have the same letter")
        return self


class Topics(RootModel[Annotated[list[TopicContent], Field(min_length=1)]]):
    """The file topics.yaml."""

    model_config = ConfigDict(frozen=True)

    def get(self, slug: str) -> TopicContent | None:
        """The topic of that slug."""
        return next((topic for topic in self.root if topic.slug == slug), None)


class LegalTexts(Strict):
    """The file texts.yaml."""

    recording_consent: ConsentText
    required_recording: ConsentText | None = None
    camera_notice: Notice
    quiz_notice: Notice
    privacy: Notice
    contact_consent: Notice | None = None
    appointment_consent: Notice | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything a bank can edit."""

    quiz: Quiz
    services: Services
    topics: Topics
    texts: LegalTexts
    announcements: Announcements
    improvements: Improvements
    appointments: AppointmentRules
    cheers: Cheers
    branches: BranchNames


def load(folder: Path | None = None) -> Catalogue:
    """Read the content folder (the shipped one by default). Raises ContentError with file and line."""
    place = folder or HERE
    catalogue = Catalogue(
        quiz=read(place / "quiz.yaml", Quiz),
        services=read(place / "services.yaml", Services),
        topics=read(place / "topics.yaml", Topics),
        texts=read(place / "texts.yaml", LegalTexts),
        announcements=read(_own_or_shipped(place, "announcements.yaml"), Announcements),
        improvements=_improvements(place / "improvements.yaml"),
        appointments=read(_own_or_shipped(place, "appointments.yaml"), AppointmentRules),
        cheers=read(_own_or_shipped(place, "cheers.yaml"), Cheers),
        branches=read(_own_or_shipped(place, "branches.yaml"), BranchNames),
    )
    _check_references(place / "quiz.yaml", catalogue)
    return catalogue


def _own_or_shipped(place: Path, name: str) -> Path:
    """A file that a bank's folder need not have: what is shipped goes for everybody."""
    own = place / name
    return own if own.exists() else HERE / name


def _improvements(path: Path) -> Improvements:
    """A bank that tells of no improvements tells of none, and never of those that were made up for the demonstration."""
    return read(path, Improvements) if path.exists() else Improvements([])


def _check_references(path: Path, catalogue: Catalogue) -> None:
    services = {service.slug for service in catalogue.services.root}
    for kind in catalogue.quiz.types:
        if catalogue.topics.get(kind.topic) is None or kind.service not in services:
            line = _line_of(path, kind.slug)
            raise ContentError(f"{path}:{line}: type {kind.slug}: topic or service is not one of this branch")


def _line_of(path: Path, slug: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip() == f"- slug: {slug}"), 1)


def lines_in(lines: Lines, language: str) -> list[str]:
    """The lines in the wanted language, or in Korean where they are not translated."""
    return lines.get(language) or lines["ko"]


def consent_text(catalogue: Catalogue, topic: str) -> tuple[ConsentText, bool]:
    """What is asked about the recording of a consult on this topic, and whether it has to be agreed to."""
    content, texts = catalogue.topics.get(topic), catalogue.texts
    if content is None or content.recording == "offered":
        return texts.recording_consent, False
    return texts.required_recording or texts.recording_consent, True


def in_language(texts: Texts, language: str) -> str:
    """The text in the wanted language, or in Korean where it is not translated."""
    return texts.get(language) or texts["ko"]
