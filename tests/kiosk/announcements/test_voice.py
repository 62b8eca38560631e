"""The voice: spoken once and kept, in a process of its own with a time limit, and silent in one line where there is none."""

import os
import shutil
import stat
import wave
from pathlib import Path

import pytest

from branch.content.catalogue import load
from kiosk.announcements import voice as voices
from kiosk.announcements.errors import VoiceUnavailable
from kiosk.announcements.recordings import Recordings
from kiosk.announcements.voice import Voice

SENTENCE = "에이, 십이 번 손님."


def voice(folder: Path, *, program: str = voices.PROGRAM, most_bytes: int = 10_000_000) -> Voice:
    return Voice(load().announcements, folder, program=program, most_bytes=most_bytes)


def script(folder: Path, words: str) -> str:
    """A program that stands in the voice's place and does as it is told."""
    file = folder / "speaker"
    file.write_text(f"#!/bin/sh\n{words}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def seconds(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def test_a_sentence_is_spoken_and_lasts_as_long_as_one(tmp_path: Path) -> None:
    spoken = voice(tmp_path).say("ko", SENTENCE)
    assert 0.5 < seconds(spoken) < 6
    assert seconds(voice(tmp_path).say("en", "Please come to Desk 3.")) > 0.5


def test_a_sentence_is_spoken_once_and_kept_over_a_restart(tmp_path: Path) -> None:
    spoken = voice(tmp_path).say("ko", SENTENCE)
    made = spoken.stat().st_mtime_ns, spoken.stat().st_ino
    os.utime(spoken, (1, 1))
    again = voice(tmp_path, program=script(tmp_path, "exit 1")).say("ko", SENTENCE)
    assert again == spoken
    assert again.stat().st_ino == made[1]
    assert again.stat().st_mtime > 1, "what was used last goes last"


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    speaker = voice(tmp_path, most_bytes=300_000)
    first = speaker.say("ko", "하나")
    os.utime(first, (1, 1))
    others = [speaker.say("ko", f"{SENTENCE} {SENTENCE} {turn}") for turn in range(3)]
    assert not first.exists()
    assert others[-1].exists()
    assert sum(file.stat().st_size for file in tmp_path.glob("*.wav")) <= 300_000


def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "PATIENCE", 0.2)
    speaker = voice(tmp_path / "kept", program=script(tmp_path, "exec sleep 60"))
    with pytest.raises(VoiceUnavailable):
        speaker.say("ko", SENTENCE)
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("words", ["exit 1", "true"])
def test_a_program_that_fails_leaves_nothing_behind(tmp_path: Path, words: str) -> None:
    with pytest.raises(VoiceUnavailable):
        voice(tmp_path / "kept", program=script(tmp_path, words)).say("ko", SENTENCE)
    assert list((tmp_path / "kept").iterdir()) == []


def test_without_a_program_there_is_the_chime_alone(tmp_path: Path) -> None:
    silent = voice(tmp_path, program="no-such-voice")
    assert not silent.speaks
    assert not silent.can_say("ko")
    with pytest.raises(VoiceUnavailable):
        silent.say("ko", SENTENCE)
    assert 0.8 < seconds(silent.chime()) < 2


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """A folder with the least that a bank has to record, and one number whole."""
    korean = tmp_path / "ko"
    korean.mkdir()
    figures = [*range(1, 10), *range(10, 100, 10), *range(100, 1000, 100)]
    for piece in ("letter-A", "guest", "desk-3", "112", *map(str, figures)):
        (korean / f"{piece}.wav").write_bytes(b"RIFF")
    (tmp_path / "chime.ogg").write_bytes(b"OggS")
    return tmp_path


@pytest.mark.parametrize(
    ("serial", "pieces"),
    [
        (3, ["3"]),
        (12, ["10", "2"]),
        (20, ["20"]),
        (105, ["100", "5"]),
        (112, ["112"]),
        (113, ["100", "10", "3"]),
        (999, ["900", "90", "9"]),
    ],
)
def test_a_number_is_made_of_what_was_recorded(studio: Path, serial: int, pieces: list[str]) -> None:
    recorded = Recordings(studio).pieces("ko", "A", serial, "3")
    assert recorded == ["letter-a", *pieces, "guest", "desk-3"]


@pytest.mark.parametrize(
    ("letter", "serial", "desk", "missing"),
    [("B", 1, "3", None), ("A", 1, "9", None), ("A", 12, "3", "10.wav")],
)
def test_half_a_recording_is_none(
    studio: Path, letter: str, serial: int, desk: str, missing: str | None
) -> None:
    if missing:
        (studio / "ko" / missing).unlink()
    assert Recordings(studio).pieces("ko", letter, serial, desk) == []
    assert Recordings(studio).pieces("en", letter, serial, desk) == []


def test_the_banks_own_chime_comes_first(studio: Path, tmp_path: Path) -> None:
    own = Voice(load().announcements, tmp_path / "kept", recorded=studio, most_bytes=1000)
    assert own.chime() == studio / "chime.ogg"
    shutil.rmtree(studio / "ko")
    assert Recordings(studio).languages == {}
