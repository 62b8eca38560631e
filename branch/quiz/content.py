"""The shape of quiz.yaml, and the rules a quiz must obey."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from branch.content.reader import Strict
from branch.settings import COMPLETE_LANGUAGES

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Texts = dict[str, str]
Lines = dict[str, list[str]]


class Answer(Strict):
    """A choice and what it adds to each type."""

    text: Texts
    weights: dict[str, Annotated[int, Field(ge=0, le=9)]]


class Question(Strict):
    """One everyday situation with two to four answers."""

    id: Slug
    text: Texts
    answers: Annotated[list[Answer], Field(min_length=2, max_length=4)]


class QuizType(Strict):
    """A way with money: its character has the same slug."""

    slug: Slug
    name: Texts
    line: Texts
    story: Lines
    strengths: Lines
    caution: Texts
    next_step: Texts
    topic: Slug
    service: Slug


class Quiz(Strict):
    """At least twelve questions and eight types; every type can be reached by some answer."""

    notice: Texts
    questions: Annotated[list[Question], Field(min_length=12)]
    types: Annotated[list[QuizType], Field(min_length=8)]

    @model_validator(mode="after")
    def _weights_name_types(self) -> "Quiz":
        known = {kind.slug for kind in self.types}
        named = {
            slug for question in self.questions for answer in question.answers for slug in answer.weights
        }
        if named - known:
            raise ValueError(f"weights name unknown types: {', '.join(sorted(named - known))}")
        if known - named:
            raise ValueError(f"no answer leads to: {', '.join(sorted(known - named))}")
        return self

    @model_validator(mode="after")
    def _languages_are_complete(self) -> "Quiz":
        for question in self.questions:
            for texts in (question.text, *(answer.text for answer in question.answers)):
                missing = [language for language in COMPLETE_LANGUAGES if not texts.get(language)]
                if missing:
                    raise ValueError(f"question {question.id}: no text in {', '.join(missing)}")
        return self

    def type_of(self, slug: str | None) -> QuizType | None:
        """The type of that slug, if it still exists in the content."""
        return next((kind for kind in self.types if kind.slug == slug), None)
