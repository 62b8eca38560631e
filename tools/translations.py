"""The catalogues in branch/locale: `python -m tools.translations update|compile|check|merge LANGUAGE FILE...`.

Korean needs no translation, since its sentences are the keys; its catalogue is there so that a bank may word
something its own way.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from branch.settings import COMPLETE_LANGUAGES, LANGUAGES
from tools.errors import ChoreError, run_chore, say
from tools.places import LOCALE
from tools.texts import Text, all_texts

SOURCE_LANGUAGE = "ko"
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
# A date that changes with every run would make every catalogue differ with every run.
FIRST_DAY = datetime(2026, 11, 21, tzinfo=UTC)
HEADER = "# Texts of Maru. The keys are the Korean sentences."


def main() -> int:
    """Do the chore named on the command line."""
    match sys.argv[1:]:
        case ["update"]:
            return update()
        case ["compile"]:
            return compile_all()
        case ["check"]:
            return check()
        case ["merge", language, *files] if files:
            return merge(language, [Path(file) for file in files])
    raise ChoreError("usage: python -m tools.translations update|compile|check|merge LANGUAGE FILE...")


def update() -> int:
    """Write every catalogue anew with the texts of today: translations stay, texts no longer used go."""
    texts = all_texts()
    for language in LANGUAGES:
        known = _translations([file_of(language)])
        _write(language, texts, known)
        missing = sum(1 for text in {text.korean for text in texts} if not known.get(text))
        say(
            f"{language}: {missing} texts without a translation"
            if language != SOURCE_LANGUAGE
            else "ko: the source"
        )
    return 0


def merge(language: str, files: Sequence[Path]) -> int:
    """Take the translations in `files` over those in the catalogue of `language`."""
    known = {**_translations([file_of(language)]), **_translations(files)}
    _write(language, all_texts(), known)
    return 0


def compile_all() -> int:
    """Write the .mo file beside each .po file."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with source.with_suffix(".mo").open("wb") as handle:
            write_mo(handle, _read(source))
    return 0


def check() -> int:
    """Raise ChoreError when a language that we offer lacks a text, or a translation lost a placeholder."""
    texts = all_texts()
    complaints = [line for language in COMPLETE_LANGUAGES for line in complaints_about(language, texts)]
    for line in complaints:
        print(line)
    if complaints:
        raise ChoreError(f"{len(complaints)} texts to mend: `make translations`, then fill in branch/locale")
    return 0


def complaints_about(language: str, texts: Iterable[Text]) -> list[str]:
    """One line for each text that `language` cannot say, or says without its values."""
    known = _translations([file_of(language)])
    first_seen = {text.korean: text.file for text in reversed(list(texts))}
    complaints = []
    for korean, file in sorted(first_seen.items(), key=lambda item: (item[1], item[0])):
        said = known.get(korean, "") or (korean if language == SOURCE_LANGUAGE else "")
        if not said:
            complaints.append(f"{language}: {file}: no translation of {korean!r}")
        elif placeholders(said) != placeholders(korean):
            complaints.append(f"{language}: {file}: other values in {said!r} than in {korean!r}")
    return complaints


def placeholders(text: str) -> set[str]:
    """The values a text has room for: `%(count)s` in Python, `{count}` in TypeScript."""
    return {found.group(0) for found in PLACEHOLDER.finditer(text)}


def file_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def _translations(files: Iterable[Path]) -> dict[str, str]:
    return dict(pair for file in files if file.is_file() for pair in _pairs(_read(file)))


def _pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for message in catalog:
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
            yield message.id, message.string


def _read(file: Path) -> Catalog:
    try:
        with file.open("rb") as handle:
            return read_po(handle, locale=None, abort_invalid=True)
    except PoFileError as error:
        raise ChoreError(f"{file}: {error}") from None


def _write(language: str, texts: Iterable[Text], known: dict[str, str]) -> None:
    catalog = Catalog(
        locale=language,
        project="Maru",
        header_comment=HEADER,
        creation_date=FIRST_DAY,
        revision_date=FIRST_DAY,
        fuzzy=False,
    )
    for text in texts:
        catalog.add(text.korean, known.get(text.korean, ""), locations=[(text.file, 0)])
    target = file_of(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as handle:
        write_po(handle, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)


if __name__ == "__main__":
    sys.exit(run_chore(main))
