"""Finding a typeface that can draw Korean on a slip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ImageFont

from hardware.errors import PrinterUnavailable

# Folder, regular file, bold file. Noto Sans CJK first: it also draws Chinese and Japanese names.
_KNOWN: Final = (
    (Path("/usr/share/fonts/opentype/noto"), "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    (
        Path(__file__).parents[2] / "web/client/node_modules/pretendard/dist/public/static",
        "Pretendard-Regular.otf",
        "Pretendard-Bold.otf",
    ),
)
_KOREAN_FACE: Final = "Noto Sans CJK KR"


@dataclass(frozen=True)
class Typeface:
    """A regular and a bold font file of one family; sizes are in printer dots (8 to the millimetre)."""

    regular: Path
    bold: Path

    def font(self, size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
        path = self.bold if bold else self.regular
        return ImageFont.truetype(path, size, index=_korean_index(path))


def find_typeface(own_folder: Path | None = None) -> Typeface:
    """The first Korean typeface at hand. Raises PrinterUnavailable saying what to install."""
    for folder, regular, bold in _KNOWN:
        for place in (own_folder, folder):
            if place and (place / regular).is_file() and (place / bold).is_file():
                return Typeface(place / regular, place / bold)
    raise PrinterUnavailable(
        "No Korean font for slips: install fonts-noto-cjk, or name a folder in MARU_AGENT_FONT_DIR."
    )


def _korean_index(path: Path) -> int:
    # A .ttc holds one face for each region; the Japanese one comes first and draws some signs differently.
    if path.suffix != ".ttc":
        return 0
    for index in range(5):
        if ImageFont.truetype(path, 10, index=index).getname()[0] == _KOREAN_FACE:
            return index
    return 0
