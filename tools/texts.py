"""Finding every text that people read, in Python, templates and TypeScript: the keys are the Korean sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

from tools.places import ROOT

# Names of people and places in the demonstration, samples on the page that shows the look, and the grammar of spoken
# Korean are no texts.
LEFT_OUT = frozenset(
    {"node_modules", "dist", "migrations", "demo.py", "korean.py"}
    | {"look.py", "look.html", "look.ts", "look.tsx"}
)
HANGUL = re.compile(r"[가-힣]")
ESCAPE = re.compile(r"\\(.)")
# Comments are tokens, so that what they quote is not taken for a string.
SCRIPT_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|(?P<literal>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Text:
    """One sentence and the file it stands in, relative to the house."""

    korean: str
    file: str


def all_texts(root: Path = ROOT) -> list[Text]:
    """Every text of the product, in order of file; the same sentence may stand in many files."""
    found = []
    for folder, pattern, reader in SOURCES:
        for file in sorted((root / folder).rglob(pattern)):
            name = file.relative_to(root)
            if not LEFT_OUT & set(name.parts) and ".test." not in file.name:
                found += [Text(korean, str(name)) for korean in reader(file.read_bytes())]
    return found


def of_python(source: bytes) -> Iterator[str]:
    """Every Korean sentence in Python that is not a docstring: tables and error classes hold texts too, not only `_()`."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings
    )
    for constant in constants:
        if isinstance(constant.value, str) and HANGUL.search(constant.value):
            yield constant.value


def of_template(source: bytes) -> Iterator[str]:
    """Arguments of `_()` in a Jinja template."""
    for _line, message, _comments, _context in extract(
        "jinja2.ext:babel_extract", BytesIO(source), keywords={"_": None}, options={"encoding": "utf-8"}
    ):
        yield message if isinstance(message, str) else message[0]


def of_script(source: bytes) -> Iterator[str]:
    """Every Korean string in TypeScript; one with `${}` in it cannot be translated and is no text."""
    for found in SCRIPT_TOKEN.finditer(source.decode()):
        literal = found["literal"]
        if literal and HANGUL.search(literal) and "${" not in literal:
            yield ESCAPE.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], literal[1:-1])


Reader = Callable[[bytes], Iterable[str]]
SOURCES: tuple[tuple[str, str, Reader], ...] = (
    ("branch", "*.py", of_python),
    ("signaling", "*.py", of_python),
    ("web", "*.py", of_python),
    ("kiosk", "*.py", of_python),
    ("signaling/templates", "*.html", of_template),
    ("web/templates", "*.html", of_template),
    ("kiosk/templates", "*.html", of_template),
    ("web/client/src", "*.ts", of_script),
    ("web/client/src", "*.tsx", of_script),
)
