"""What the documents say is there: settings with their defaults, files that are linked to, chores of the Makefile."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

import branch
import consult
import hardware
from consult.settings import MediaSettings
from hardware.settings import AgentSettings
from kiosk.settings import HubSettings
from tools.places import ROOT
from web.settings import CentreSettings

PROCESSES: tuple[type[BaseSettings], ...] = (CentreSettings, HubSettings, MediaSettings, AgentSettings)
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROW = re.compile(r"^\| `(MARU_[A-Z_]+)` \| (.+?) \|", re.MULTILINE)
SETTING = re.compile(r"MARU_(?:CENTRE|HUB|MEDIA|AGENT)_[A-Z_]*[A-Z]")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
CHORE = re.compile(r"^(?:    |.*?`)make ([a-z]+)", re.MULTILINE)
OTHERWISE = {"MARU_MEDIA_NODE": "the machine's name", "MARU_AGENT_ALLOWED_ORIGINS": "with commas"}


def names(process: type[BaseSettings]) -> dict[str, FieldInfo]:
    prefix = str(process.model_config["env_prefix"])
    return {f"{prefix}{name}".upper(): field for name, field in process.model_fields.items()}


def default(field: FieldInfo) -> str:
    """As an operator would write it; nothing at all is "none"."""
    if field.is_required():
        return "must be set"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, (), "", {}):
        return "none"
    written = value if isinstance(value, str | Path) else json.dumps(value, ensure_ascii=False)
    return f"`{written}`"


def test_every_process_tells_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = {process.__name__: process.__version__ for process in (branch, consult, hardware)}
    assert set(told.values()) == {project["version"]}, told


def test_every_setting_stands_on_the_page_of_settings_with_its_default() -> None:
    told = dict(ROW.findall((ROOT / "docs/settings.md").read_text(encoding="utf-8")))
    code = {name: default(field) for process in PROCESSES for name, field in names(process).items()}
    assert told.keys() == code.keys()
    wrong = {name: (told[name], code[name]) for name in code if told[name] != code[name]}
    assert wrong.keys() <= OTHERWISE.keys(), wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    settings = {name for process in PROCESSES for name in names(process)}
    assert set(SETTING.findall(text)) <= settings
    links = [(one or other).partition("#")[0] for one, other in LINK.findall(text)]
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing
    chores = set(
        re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(CHORE.findall(text)) <= chores
