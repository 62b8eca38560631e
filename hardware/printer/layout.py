"""The slip as a picture: one column, drawn from top to bottom, black on white at the printer's own dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from hardware.printer.fonts import Typeface
from hardware.printer.slip import TicketSlip
from hardware.printer.words import Words, words_for

TALLEST: Final = 2400
# A thermal head prints a dot or none. Below this grey a dot is printed; a little dark keeps strokes whole.
INK_BELOW: Final = 150


@dataclass(frozen=True)
class Measures:
    """Sizes in dots for one paper width."""

    width: int
    margin: int
    branch: int
    body: int
    small: int
    value: int
    number: int
    gap: int
    board: int
    qr_module: int


# Printable width of 80 mm and 58 mm paper at 203 dpi.
MEASURES: Final = {
    576: Measures(576, 28, 36, 30, 26, 50, 176, 24, 16, 9),
    384: Measures(384, 14, 29, 25, 22, 38, 122, 18, 12, 7),
}


def draw_slip(slip: TicketSlip, typeface: Typeface, width: int) -> Image.Image:
    """Draw a slip `width` dots wide and as tall as it needs; mode "1", 0 is a printed dot."""
    sheet = _Sheet(MEASURES[width], typeface)
    words = words_for(slip.language)
    _draw_head(sheet, slip, words)
    _draw_turn(sheet, slip, words)
    _draw_phone(sheet, slip, words)
    sheet.text(words.issued(slip.issued_at), sheet.measures.small)
    return sheet.finish()


def _draw_head(sheet: _Sheet, slip: TicketSlip, words: Words) -> None:
    sheet.floor_boards()
    sheet.gap()
    if slip.reprint:
        sheet.text(f"※ {words.again} {slip.reprint}", sheet.measures.branch, bold=True)
        sheet.gap(0.5)
    sheet.text(slip.branch, sheet.measures.branch, bold=True)
    sheet.gap(0.5)
    sheet.label(slip.service, sheet.measures.body)
    sheet.gap(1.6)


def _draw_turn(sheet: _Sheet, slip: TicketSlip, words: Words) -> None:
    sheet.line_of(slip.number, sheet.measures.number, bold=True)
    sheet.gap(1.4)
    sheet.pair(
        (words.ahead_label, words.ahead(slip.ahead)),
        (words.wait_label, words.wait(*slip.wait)),
    )
    sheet.gap()
    sheet.text(words.next_step, sheet.measures.body)
    sheet.gap()


def _draw_phone(sheet: _Sheet, slip: TicketSlip, words: Words) -> None:
    sheet.cut_line()
    sheet.gap()
    sheet.text(words.phone, sheet.measures.branch, bold=True)
    sheet.qr(slip.url)
    sheet.text(words.phone_how, sheet.measures.small)
    sheet.gap()
    sheet.rule()
    sheet.gap(0.6)


class _Sheet:
    """Paper with a pen that only moves down."""

    def __init__(self, measures: Measures, typeface: Typeface) -> None:
        self.measures = measures
        self._typeface = typeface
        self._image = Image.new("L", (measures.width, TALLEST), 255)
        self._pen = ImageDraw.Draw(self._image)
        self._top = 0

    def finish(self) -> Image.Image:
        """Cut the paper below the last line and turn grey into dots, without dithering."""
        paper = self._image.crop((0, 0, self.measures.width, self._top + self.measures.gap))
        return paper.point(lambda grey: 255 if grey >= INK_BELOW else 0).convert(
            "1", dither=Image.Dither.NONE
        )

    def gap(self, times: float = 1.0) -> None:
        self._top += round(self.measures.gap * times)

    def text(self, words: str, size: int, bold: bool = False) -> None:
        """Centred text, broken between words, never inside one unless the word is wider than the paper."""
        font = self._typeface.font(size, bold)
        for line in _lines(words, font, self._room):
            self._centred(line, font)
            self._top += round(size * 1.4)

    def line_of(self, words: str, size: int, bold: bool = False) -> None:
        """One centred line that is never broken: it shrinks until it fits; only its ink takes height."""
        font = self._fitting(words, size, self._room, bold, smallest=self.measures.small)
        left, top, right, bottom = font.getbbox(words)
        x = (self.measures.width - (right - left)) / 2 - left
        self._pen.text((x, self._top - top), words, font=font, fill=0)
        self._top += round(bottom - top)

    def label(self, words: str, size: int) -> None:
        """White words in a black lozenge as wide as they are; far too long for that, they are plain text."""
        pad = size * 0.7
        font = self._fitting(words, size, self._room - 2 * pad, smallest=self.measures.small - 3)
        length = font.getlength(words)
        if length + 2 * pad > self._room:
            self.text(words, size, bold=True)
            return
        height = round(size * 1.7)
        middle = self.measures.width / 2
        box = (middle - length / 2 - pad, self._top, middle + length / 2 + pad, self._top + height)
        self._pen.rounded_rectangle(box, radius=height / 2, fill=0)
        self._pen.text((middle, self._top + height / 2), words, font=font, fill=255, anchor="mm")
        self._top += height

    def pair(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Two label-and-value columns with a thin line between them."""
        measures = self.measures
        start, middle = self._top, measures.width / 2
        height = round(measures.small * 1.4 + measures.value * 1.3)
        columns = (
            (left, (middle + measures.margin) / 2),
            (right, (middle + measures.width - measures.margin) / 2),
        )
        for (label, value), centre in columns:
            self._column(label, value, centre)
        self._pen.line((middle, start + 4, middle, start + height - 4), fill=0, width=2)
        self._top = start + height

    def _column(self, label: str, value: str, centre: float) -> None:
        measures = self.measures
        room = self._room / 2 - 2 * measures.margin
        value_font = self._fitting(value, measures.value, room)
        label_font = self._fitting(label, measures.small, room, bold=False)
        self._pen.text((centre, self._top), label, font=label_font, fill=0, anchor="ma")
        baseline = self._top + round(measures.small * 1.4 + measures.value)
        self._pen.text((centre, baseline), value, font=value_font, fill=0, anchor="ms")

    def _fitting(
        self, words: str, size: int, room: float, bold: bool = True, smallest: int = 14
    ) -> ImageFont.FreeTypeFont:
        """The largest font from `size` down to `smallest` in which the words fit the room, if any does."""
        font = self._typeface.font(size, bold)
        while font.getlength(words) > room and size > smallest:
            size -= 1
            font = self._typeface.font(size, bold)
        return font

    def qr(self, url: str) -> None:
        """The address as a QR code of whole dots a module, with its quiet zone of four modules."""
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, box_size=self._module_for(url))
        code.add_data(url)
        picture = code.make_image().convert("L")
        self._image.paste(picture, ((self.measures.width - picture.width) // 2, self._top))
        self._top += picture.height

    def _module_for(self, url: str) -> int:
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(url)
        code.make(fit=True)
        across: int = code.modules_count + 8
        return max(2, min(self.measures.qr_module, self.measures.width // across))

    def rule(self) -> None:
        ends = (self.measures.margin, self.measures.width - self.measures.margin)
        self._pen.line((ends[0], self._top, ends[1], self._top), fill=0, width=2)
        self._top += 2

    def cut_line(self) -> None:
        """A dashed line: above it the turn, below it the way on."""
        for start in range(self.measures.margin, self.measures.width - self.measures.margin, 14):
            self._pen.line((start, self._top, start + 7, self._top), fill=0, width=2)
        self._top += 2

    def floor_boards(self) -> None:
        """Three courses of floor boards with staggered joints: the mark of the house."""
        board, width = self.measures.board, self.measures.width
        for course in range(4):
            line = self._top + course * board
            self._pen.line((0, line, width, line), fill=0, width=2)
        for course, offset in enumerate((0.30, 0.62, 0.12)):
            for joint in (offset, offset + 0.5):
                x, line = round(width * (joint % 1)), self._top + course * board
                self._pen.line((x, line, x, line + board), fill=0, width=2)
        self._top += 3 * board

    @property
    def _room(self) -> int:
        return self.measures.width - 2 * self.measures.margin

    def _centred(self, line: str, font: ImageFont.FreeTypeFont) -> None:
        self._pen.text((self.measures.width / 2, self._top), line, font=font, fill=0, anchor="ma")


def _lines(words: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break between words into as few lines as fit, then even them out so that no word hangs alone."""
    lines = _greedy(words, font, room)
    while len(lines) > 1 and room > font.size:
        narrower = _greedy(words, font, room - font.size / 2)
        if len(narrower) > len(lines):
            break
        lines, room = narrower, room - font.size / 2
    return lines


def _greedy(words: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    lines = [""]
    for word in words.split():
        joined = f"{lines[-1]} {word}".strip()
        if font.getlength(joined) <= room:
            lines[-1] = joined
            continue
        lines += _pieces(word, font, room)
    return [line for line in lines if line]


def _pieces(word: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and font.getlength(pieces[-1] + sign) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces
