"""What the waiting-room display says and shows of its own: how a call sounds in each language, and what was improved."""

from string import Formatter
from typing import Annotated

from pydantic import ConfigDict, Field, RootModel, StringConstraints, field_validator, model_validator

from branch.content.reader import Strict

HEARD_LENGTH, DONE_LENGTH = 40, 60
# Other languages need more letters for the same words.
WIDER = 1.6
SPEAKABLE = frozenset({"letter", "number", "desk"})
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Spoken(Strict):
    """How a call sounds and reads in one language; without `voice` it is only shown. `speed` is in words a minute."""

    voice: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+_-]{2,40}$")] | None = None
    speed: Annotated[int, Field(ge=80, le=300)] = 150
    letters: Annotated[dict[str, str], Field(default_factory=dict)]
    number: Sentence
    desk: Sentence
    caption: Sentence

    @field_validator("number", "desk", "caption")
    @classmethod
    def _only_known_places(cls, sentence: str) -> str:
        try:
            places = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
        except ValueError:
            raise ValueError("a brace is not closed") from None
        if unknown := places - SPEAKABLE:
            raise ValueError(f"has a place {{{min(unknown)}}}; there are {{letter}}, {{number}} and {{desk}}")
        return sentence


class Announcements(RootModel[dict[str, Spoken]]):
    """The file announcements.yaml: one entry a language."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _korean_first(self) -> "Announcements":
        if "ko" not in self.root:
            raise ValueError("ko is missing: every call is announced in Korean first")
        return self


class Improvement(Strict):
    """One thing that customers said and the branch did; texts are {language: sentence}."""

    heard: dict[str, str]
    done: dict[str, str]

    @model_validator(mode="after")
    def _short_and_korean(self) -> "Improvement":
        for name, texts, length in (("heard", self.heard, HEARD_LENGTH), ("done", self.done, DONE_LENGTH)):
            if "ko" not in texts:
                raise ValueError(f"{name} is missing in Korean")
            for language, text in texts.items():
                if len(text) > (length if language == "ko" else length * WIDER):
                    raise ValueError(f"{name} in {language} is too long to be read from across the room")
        return self


class Improvements(RootModel[list[Improvement]]):
    """The file improvements.yaml."""

    model_config = ConfigDict(frozen=True)
