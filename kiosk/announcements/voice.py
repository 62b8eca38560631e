"""Who calls the numbers: a bank's recordings, else espeak-ng in a process of its own, else nobody.

A sentence is spoken once and kept as a file. The program gets a few seconds, is asked for two sentences at a time, and never
holds up the hub: waiting for it is waiting for a pipe.
"""

import re
import shutil
import subprocess
from pathlib import Path
from threading import BoundedSemaphore

import structlog

from branch.content.display import Announcements
from kiosk.announcements import chime
from kiosk.announcements.cache import Cache
from kiosk.announcements.errors import VoiceUnavailable
from kiosk.announcements.recordings import Recordings

log = structlog.get_logger()
PROGRAM = "espeak-ng"
PATIENCE = 4.0  # seconds; a sentence takes about a hundredth
AT_ONCE = 2
SIGN = re.compile(r"\d+")


class Voice:
    """Speaks for one branch; `folder` keeps what was spoken."""

    def __init__(
        self,
        content: Announcements,
        folder: Path,
        *,
        recorded: Path | None = None,
        most_bytes: int,
        program: str = PROGRAM,
    ) -> None:
        self.content = content
        self.recordings = Recordings(recorded)
        self._cache = Cache(folder, most_bytes)
        self._program = shutil.which(program)
        self._turns = BoundedSemaphore(AT_ONCE)
        self._failing = False

    @property
    def speaks(self) -> bool:
        """Whether there is a program that turns sentences into sound."""
        return self._program is not None

    def can_say(self, language: str) -> bool:
        """Whether a sentence in this language can be spoken by the program."""
        content = self.content.root.get(language)
        return self.speaks and content is not None and content.voice is not None

    def chime(self) -> Path:
        """The sound before every call."""
        return self.recordings.chime or self._cache.file("chime", chime.RATE, make=chime.write)

    def say(self, language: str, sentence: str) -> Path:
        """The sentence as a sound file. Raises VoiceUnavailable."""
        content = self.content.root.get(language)
        if self._program is None or content is None or content.voice is None:
            raise VoiceUnavailable()
        manner = [self._program, "-v", content.voice, "-s", str(content.speed), "-b", "1", "--stdin"]
        return self._cache.file(*manner[1:], sentence, make=lambda file: self._speak(manner, sentence, file))

    def _speak(self, manner: list[str], sentence: str, file: Path) -> None:
        command = [*manner, "-w", str(file)]
        try:
            with self._turns:
                subprocess.run(
                    command, input=sentence.encode(), capture_output=True, timeout=PATIENCE, check=True
                )
            if not file.exists():
                raise OSError("no file was written")
        except (OSError, subprocess.SubprocessError) as error:
            self._failed(error)
            raise VoiceUnavailable() from None
        if self._failing:
            self._failing = False
            log.info("the voice speaks again")

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            log.warning("the voice failed: calls are a chime and a caption", reason=type(error).__name__)
        self._failing = True


def sign_of(desk_id: str, desk_name: str) -> str:
    """How a desk is named among recordings: by the number on its sign, else by its id."""
    found = SIGN.search(desk_name)
    return found[0] if found else desk_id
