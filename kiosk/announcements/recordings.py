"""A bank's own recordings of numbers and desks: `<folder>/<language>/<piece>.wav`, and a chime.

Pieces are `letter-a`, the numbers (`12`, or `10` and `2`: 1 to 9, then tens and hundreds are enough), `desk-3` with the
second half of the sentence ("삼 번 창구로 오세요"), and where a language wants them `before` ("number") and `guest`
("번 손님").
"""

from collections.abc import Mapping
from pathlib import Path

SUFFIXES = frozenset({".wav", ".mp3", ".ogg", ".opus", ".m4a"})
CHIME = "chime"


class Recordings:
    """What lies in the folder, looked at once; without a folder nothing does."""

    def __init__(self, folder: Path | None) -> None:
        self._chime = _sounds(folder).get(CHIME) if folder else None
        places = [place for place in folder.iterdir() if place.is_dir()] if folder else []
        self._spoken = {place.name: _sounds(place) for place in places}

    @property
    def chime(self) -> Path | None:
        """The bank's own chime."""
        return self._chime

    @property
    def languages(self) -> dict[str, int]:
        """How many pieces each language has."""
        return {language: len(pieces) for language, pieces in sorted(self._spoken.items()) if pieces}

    def file(self, language: str, piece: str) -> Path | None:
        """The recording of a piece."""
        return self._spoken.get(language, {}).get(piece)

    def pieces(self, language: str, letter: str, serial: int, desk: str) -> list[str]:
        """The pieces of a call in their order, or none when the call cannot be made of recordings alone.

        One voice calls a number: a sentence that is half recorded and half machine would be hard to follow.
        """
        known = self._spoken.get(language, {})
        needed = [f"letter-{letter.lower()}", *_number(serial, known), f"desk-{desk}"]
        if not all(piece in known for piece in needed):
            return []
        before, after = ([piece] if piece in known else [] for piece in ("before", "guest"))
        return [*before, *needed[:-1], *after, needed[-1]]


def _sounds(folder: Path) -> dict[str, Path]:
    found = (file for file in sorted(folder.iterdir()) if file.is_file())
    return {file.stem.lower(): file for file in found if file.suffix.lower() in SUFFIXES}


def _number(number: int, known: Mapping[str, Path]) -> list[str]:
    """A number whole where it was recorded whole, else its highest figure and the rest: 112 or 100 12 or 100 10 2."""
    if str(number) in known or number < 10:
        return [str(number)]
    highest = number - number % 10 ** (len(str(number)) - 1)
    rest = number - highest
    return [str(highest), *(_number(rest, known) if rest else [])]
