"""The kind words that visitors may hang on the branch's tree."""

from typing import Annotated

from pydantic import ConfigDict, RootModel, StringConstraints, model_validator

from branch.content.reader import Strict

LENGTH = 16
# Other languages need more letters for the same words.
WIDER = 1.6
FEWEST, MOST = 2, 6


class Cheer(Strict):
    """One kind word; `words` are {language: sentence}."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    words: dict[str, str]

    @model_validator(mode="after")
    def _short_and_korean(self) -> "Cheer":
        if "ko" not in self.words:
            raise ValueError("words are missing in Korean")
        for language, text in self.words.items():
            if len(text) > (LENGTH if language == "ko" else LENGTH * WIDER):
                raise ValueError(f"words in {language} are too long to be read from across the room")
        return self


class Cheers(RootModel[list[Cheer]]):
    """The file cheers.yaml; without a word there is no tree."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _a_few_different(self) -> "Cheers":
        slugs = [cheer.slug for cheer in self.root]
        if slugs and not FEWEST <= len(slugs) <= MOST:
            raise ValueError(f"there are {FEWEST} to {MOST} kind words, or none")
        if len(set(slugs)) != len(slugs):
            raise ValueError("two kind words have the same slug")
        return self

    def get(self, slug: str) -> Cheer | None:
        """The kind word of that slug."""
        return next((cheer for cheer in self.root if cheer.slug == slug), None)

    def kind(self, slug: str) -> int:
        """Which of the six forms of leaf a word has; one that is gone from the file has the first."""
        return next((place for place, cheer in enumerate(self.root) if cheer.slug == slug), 0)
