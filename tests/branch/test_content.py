"""Content files: the shipped ones hold, and a mistake is named with file and line."""

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from branch.content import catalogue as content
from branch.content.reader import ContentError
from branch.errors import BadAnswer
from branch.quiz.services import score


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("quiz", "services", "topics", "texts"):
        shutil.copy(content.HERE / f"{name}.yaml", tmp_path)
    return tmp_path


def test_the_shipped_quiz_reaches_every_type(catalogue: content.Catalogue) -> None:
    dice = Random(7)
    results = Counter(
        score(catalogue.quiz, [dice.randrange(len(q.answers)) for q in catalogue.quiz.questions]).slug
        for _ in range(4000)
    )
    assert set(results) == {kind.slug for kind in catalogue.quiz.types}
    assert min(results.values()) > 4000 * 0.04


def test_every_type_has_its_drawing(catalogue: content.Catalogue) -> None:
    drawings = Path("web/client/characters")
    for kind in catalogue.quiz.types:
        assert (drawings / f"{kind.slug}.svg").is_file()
        assert (drawings / f"{kind.slug}-crown.svg").is_file()


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("quiz.yaml", "squirrel: 2, bear: 1", "unicorn: 2, bear: 1", "unicorn"),
        ("quiz.yaml", "squirrel: 2, bear: 1", "squirrel: 99, bear: 1", "less than or equal to 9"),
        ("quiz.yaml", "topic: products", "topic: gambling", "not one of this branch"),
        ("services.yaml", "letter: B", "letter: A", "same letter"),
        ("services.yaml", "minutes: [4, 8]", "minutes: [9, 8]", "minutes"),
        ("topics.yaml", "- slug: tax", "- slug: [tax", "not YAML"),
        ("texts.yaml", 'version: "', 'vershun: "', "version"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    folder: Path, file: str, before: str, after: str, says: str
) -> None:
    broken = folder / file
    source = broken.read_text(encoding="utf-8")
    assert before in source
    broken.write_text(source.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        content.load(folder)
    place, _, reason = str(refused.value).partition(": ")
    assert place.startswith(str(broken) + ":")
    assert int(place.rpartition(":")[2]) >= 1
    assert says in reason


def test_a_wrong_value_is_named_on_its_own_line(folder: Path) -> None:
    broken = folder / "quiz.yaml"
    lines = broken.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "weights:" in text)
    lines[line - 1] = lines[line - 1].replace("squirrel: 2", "squirrel: -1")
    broken.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ContentError, match=f"quiz.yaml:{line}:"):
        content.load(folder)


@pytest.mark.parametrize("answers", [[], [0] * 11, [9] * 12, [-1] * 12, ["0"] * 12])
def test_answers_that_are_no_choices_are_refused(catalogue: content.Catalogue, answers: list[int]) -> None:
    with pytest.raises(BadAnswer):
        score(catalogue.quiz, answers)


def test_a_branch_is_called_by_its_own_name_where_no_other_is_given(catalogue: content.Catalogue) -> None:
    called = [
        catalogue.branches.of("seongsu", "마루은행 성수지점", language) for language in ("en", "ko", "vi")
    ]
    assert called == ["Maru Bank Seongsu", "마루은행 성수지점", "마루은행 성수지점"]
    assert catalogue.branches.of("elsewhere", "다른 지점", "en") == "다른 지점"
