"""Reading a content file into a typed object, with errors that name the file and the line."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Content = TypeVar("Content", bound=BaseModel)


class ContentError(Exception):
    """A content file is wrong; the text is "file:line: what is wrong"."""


class Strict(BaseModel):
    """The base of all content: frozen, and a key that means nothing is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read(path: Path, kind: type[Content]) -> Content:
    """The file as `kind`. Raises ContentError when it cannot be read, is not YAML, or does not fit."""
    try:
        source = path.read_text(encoding="utf-8")
        tree = yaml.compose(source, Loader=yaml.SafeLoader)
        return kind.model_validate(yaml.safe_load(source))
    except OSError as error:
        raise ContentError(f"{path}:1: cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}: not YAML: {error.problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path}:{_line(tree, first['loc'])}: {where}: {first['msg']}") from None


def _line(tree: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line of the deepest node on the way to `location`."""
    node, line = tree, 1
    for part in location:
        step = _child(node, part)
        if step is None:
            break
        node, line = step
    return line


def _child(node: Any, part: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        value = node.value[part]
        return value, value.start_mark.line + 1
    return None
