"""Finding texts, keeping catalogues, and noticing what a language cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import translations
from tools.errors import ChoreError
from tools.texts import Text, of_python, of_script, of_template


def test_python_texts_are_all_korean_but_docstrings() -> None:
    source = '"""설명."""\nTABLE = {"a": "안녕하세요"}\nclass Lost(Exception):\n    """잃음."""\n    message = "없어요"\n'
    assert list(of_python(source.encode())) == ["안녕하세요", "없어요"]


def test_template_texts_are_what_is_marked() -> None:
    source = "{# 메모 #}<p>{{ _('번호표') }}</p>{{ _('앞에 %(count)s명', count=3) }}"
    assert list(of_template(source.encode())) == ["번호표", "앞에 %(count)s명"]


def test_script_texts_are_strings_and_not_comments() -> None:
    source = """// "메모"
    /* '또 메모' */
    const quote = /[/"]/;
    const words = { lost: '연결이 끊어졌어요' };
    const page = <p title={t("둘 \\"셋\\"")}>{t(`넷`)}</p>;
    log(`${name}님`);
    """
    assert list(of_script(source.encode())) == ["연결이 끊어졌어요", '둘 "셋"', "넷"]


@pytest.fixture
def english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with one English catalogue of its own."""
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    file = translations.file_of("en")
    file.parent.mkdir(parents=True)
    return file


TEXTS = [Text("앞에 %(count)s명", "kiosk/a.html"), Text("{name}님", "web/b.ts"), Text("끝", "web/c.py")]


def test_what_is_missing_and_what_lost_a_value_is_named(english: Path) -> None:
    english.write_text('msgid "앞에 %(count)s명"\nmsgstr "ahead"\n\nmsgid "{name}님"\nmsgstr "Dear {name}"\n')
    complaints = translations.complaints_about("en", TEXTS)
    assert [line.split(":")[1].strip() for line in complaints] == ["kiosk/a.html", "web/c.py"]
    assert "other values" in complaints[0]
    assert "no translation" in complaints[1]


def test_korean_is_complete_by_itself(english: Path) -> None:
    assert translations.complaints_about("ko", TEXTS) == []


def test_merging_keeps_what_was_known_and_drops_what_is_not_used(
    english: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "all_texts", lambda: TEXTS)
    english.write_text('msgid "끝"\nmsgstr "End"\n\nmsgid "옛말"\nmsgstr "Old"\n')
    more = tmp_path / "more.po"
    more.write_text('msgid "{name}님"\nmsgstr "Dear {name}"\n')
    translations.merge("en", [more])
    written = english.read_text()
    assert 'msgstr "End"' in written
    assert 'msgstr "Dear {name}"' in written
    assert "옛말" not in written
    translations.merge("en", [more])
    assert english.read_text() == written


def test_a_broken_catalogue_is_named(english: Path) -> None:
    english.write_text('msgid "끝"\nmsgid "끝"\nmsgstr ""\n')
    with pytest.raises(ChoreError, match=r"messages\.po"):
        translations.complaints_about("en", TEXTS)
