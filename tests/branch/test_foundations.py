"""Database, bus and settings: what is told after a commit, and what stops a start."""

from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic_settings import SettingsConfigDict

import branch
from branch.bus import Fact
from branch.database import Database, DatabaseUnreachable
from branch.people.errors import LinkUnknown, LinkUsed
from branch.people.services import issue_sign_in_link, use_sign_in_link
from branch.schema import metadata
from branch.settings import CommonSettings, SettingsError, load
from branch.visits.services import open_visit


class SomeSettings(CommonSettings):
    """Settings of an imagined process."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="MARU_SOME_")


def test_the_migrations_make_the_tables_of_the_code(hub: Database) -> None:
    with hub.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata())
    assert differences == []


def test_facts_are_told_after_the_commit_only(hub: Database) -> None:
    told: list[Fact] = []
    hub.bus.subscribe("visit.opened", told.append)
    with suppress(ZeroDivisionError), hub.transaction() as session:
        open_visit(session, "seongsu", "kiosk", "ko")
        raise ZeroDivisionError
    assert told == []
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        assert told == []
    assert [fact.visit for fact in told] == [visit.id]


def test_a_reaction_that_fails_does_not_stop_the_others(hub: Database) -> None:
    told: list[str] = []

    def fail(_fact: Fact) -> None:
        raise ValueError

    hub.bus.subscribe("visit.opened", fail)
    hub.bus.subscribe("*", lambda fact: told.append(fact.kind))
    with hub.transaction() as session:
        open_visit(session, "seongsu", "kiosk", "ko")
    assert told == ["visit.opened"]


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="no-such-folder"):
        Database(f"sqlite:///{tmp_path}/no-such-folder/maru.db").check()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"MARU_SOME_TYPO": "1"}, "unknown setting MARU_SOME_TYPO"),
        ({"MARU_SOME_SECRET_KEY": "short"}, "MARU_SOME_SECRET_KEY"),
        ({"MARU_SOME_DATABASE_URL": None}, "MARU_SOME_DATABASE_URL: must be set"),
        ({"MARU_SOME_DATABASE_URL": "nonsense"}, "MARU_SOME_DATABASE_URL: no address"),
        ({"MARU_SOME_LANGUAGES": '["ko", "xx"]'}, "MARU_SOME_LANGUAGES: some of ko, en"),
        ({"MARU_SOME_LANGUAGES": "ko,en"}, "MARU_SOME_LANGUAGES: must be JSON"),
        ({"MARU_SOME_TLS_KEY": __file__}, "MARU_SOME_TLS_KEY belong together"),
        ({"MARU_SOME_TLS_KEY": "nowhere.key"}, "MARU_SOME_TLS_KEY names no file: nowhere.key"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], says: str
) -> None:
    complete = {"MARU_SOME_DATABASE_URL": "sqlite://", "MARU_SOME_SECRET_KEY": "s" * 32}
    for key, value in {**complete, **changed}.items():
        if value is not None:
            monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError, match=says):
        load(SomeSettings)


def test_a_sign_in_link_works_once(centre: Database) -> None:
    with centre.transaction() as session:
        token = issue_sign_in_link(session, "tax@maru.example")
    with centre.transaction() as session:
        assert use_sign_in_link(session, token).login == "tax@maru.example"
        with pytest.raises(LinkUsed):
            use_sign_in_link(session, token)
        with pytest.raises(LinkUnknown):
            use_sign_in_link(session, "guess")


def test_migrations_are_one_line() -> None:
    scripts = ScriptDirectory(str(Path(branch.__file__).parent / "migrations"))
    assert len(scripts.get_heads()) == 1
