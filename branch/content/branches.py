"""What branches are called in the languages of their visitors."""

from typing import Annotated

from pydantic import ConfigDict, RootModel, StringConstraints

# What the column of a branch's own name holds, and what fits the head of a phone.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class BranchNames(RootModel[dict[str, dict[str, Name]]]):
    """The file branches.yaml: {branch's id: {language: name}}, beside the Korean name that the database holds."""

    model_config = ConfigDict(frozen=True)

    def of(self, branch_id: str, own: str, language: str) -> str:
        """The branch's name in the wanted language, or its own where it has none there."""
        return self.root.get(branch_id, {}).get(language, own)
