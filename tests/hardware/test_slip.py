"""The slip on paper: bytes rendered back as a printer would, and read by a decoder and by eye."""

from __future__ import annotations

import dataclasses
import json

import cv2
import numpy
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from hardware.client import Slip
from hardware.errors import BadJob, PrinterUnavailable
from hardware.printer import fonts
from hardware.printer.drivers import as_stream
from hardware.printer.fonts import find_typeface
from hardware.printer.layout import INK_BELOW, MEASURES, draw_slip
from hardware.printer.slip import TicketSlip, read_slip
from tests.hardware.helpers import korean_slip, print_on_paper

WIDTHS = sorted(MEASURES)
ALIKE = 0.97  # the very same dots are 1; one other digit in the number is 0.90


def ordered(slip: Slip) -> TicketSlip:
    return read_slip(json.dumps(dataclasses.asdict(slip)).encode())


def printed(slip: Slip, width: int) -> Image.Image:
    return print_on_paper(as_stream(draw_slip(ordered(slip), find_typeface(), width))).picture


def likeness(picture: Image.Image, words: str, size: int, bold: bool) -> float:
    """How well the words, drawn in that size, are found anywhere on the paper: 1 is the same dots."""
    font = find_typeface().font(size, bold)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(words))
    patch = Image.new("L", (right - left + 2, bottom - top + 2), 255)
    ImageDraw.Draw(patch).text((1 - left, 1 - top), words, font=font, fill=0)
    dots = (numpy.array(patch) >= INK_BELOW).astype(numpy.uint8) * 255
    paper = numpy.array(picture.convert("L"))
    return float(cv2.matchTemplate(paper, dots, cv2.TM_CCOEFF_NORMED).max())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_stream_prints_the_very_picture(width: int) -> None:
    picture = draw_slip(ordered(korean_slip()), find_typeface(), width)
    paper = print_on_paper(as_stream(picture))
    assert paper.picture.size == picture.size == (width, picture.height)
    assert paper.picture.tobytes() == picture.tobytes()
    assert paper.fed > 0, "the slip must leave the printer"
    assert paper.cut is (width == 576), "58 mm printers have no cutter"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("length", [40, 200])
def test_the_qr_on_paper_is_the_way_on(width: int, length: int) -> None:
    url = korean_slip().url.ljust(length, "a")
    codes = zxingcpp.read_barcodes(printed(dataclasses.replace(korean_slip(), url=url), width))
    assert [code.text for code in codes] == [url]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_korean_slip_says_everything_in_korean(width: int) -> None:
    measures = MEASURES[width]
    paper = printed(korean_slip(), width)
    assert likeness(paper, "마루은행 성수지점", measures.branch, True) > ALIKE
    assert likeness(paper, "A-012", measures.number, True) > ALIKE
    assert likeness(paper, "내 앞", measures.small, False) > ALIKE
    assert likeness(paper, "3명", measures.value, True) > ALIKE
    assert likeness(paper, "예상 대기", measures.small, False) > ALIKE
    assert likeness(paper, "5~10분", measures.value, True) > ALIKE
    assert likeness(paper, "휴대폰으로 이어 보기", measures.branch, True) > ALIKE
    assert likeness(paper, "2026년 11월 21일(토) 오전 10:00", measures.small, False) > ALIKE
    # The measure itself must be able to say no.
    assert likeness(paper, "마루은행 강남지점", measures.branch, True) < ALIKE
    assert likeness(paper, "A-013", measures.number, True) < ALIKE


def test_the_service_stands_white_on_black() -> None:
    paper = printed(korean_slip(), 576)
    inverted = Image.eval(paper.convert("L"), lambda grey: 255 - grey)
    assert likeness(inverted, "입출금", MEASURES[576].body, True) > ALIKE


def test_an_english_slip_says_it_in_english() -> None:
    slip = dataclasses.replace(korean_slip(), language="en", branch="Maru Bank Seongsu Branch")
    paper, measures = printed(slip, 576), MEASURES[576]
    assert likeness(paper, "Expected wait", measures.small, False) > ALIKE
    assert likeness(paper, "Continue on your phone", measures.branch, True) > ALIKE
    assert likeness(paper, "Sat 21 Nov 2026, 10:00", measures.small, False) > ALIKE


@pytest.mark.parametrize(
    ("wait", "said"), [((0, 0), "곧"), ((0, 5), "5분 이내"), ((10, 10), "약 10분"), ((5, 10), "5~10분")]
)
def test_the_wait_is_said_as_a_teller_would(wait: tuple[int, int], said: str) -> None:
    paper = printed(dataclasses.replace(korean_slip(), wait=wait), 576)
    assert likeness(paper, said, MEASURES[576].value, True) > ALIKE


@pytest.mark.parametrize("width", WIDTHS)
def test_long_words_stay_on_the_paper(width: int) -> None:
    slip = dataclasses.replace(
        korean_slip(),
        branch="아주아주긴이름을가진마루은행서울특별시성동구성수이로지점출장소",
        service="외국인 고객을 위한 해외 송금과 환전 그리고 카드 상담",
        number="가나다-12345",
        ahead=1234,
        wait=(1000, 1440),
    )
    dots = numpy.array(printed(slip, width))[
        3 * MEASURES[width].board + 4 :
    ]  # below the boards, edge to edge
    assert dots[:, :4].all()
    assert dots[:, -4:].all()
    assert dots.shape[0] < 2000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("job", "../etc/passwd"),
        ("job", ""),
        ("number", "A\n012"),
        ("ahead", -1),
        ("wait", (10, 5)),
        ("issued_at", "2026-11-21T10:00:00"),
        ("url", "javascript:alert(1)"),
        ("branch", "가" * 61),
        ("language", "ko/../.."),
    ],
)
def test_a_slip_that_cannot_be_is_refused_by_name(field: str, value: object) -> None:
    order = dataclasses.asdict(korean_slip()) | {field: value}
    with pytest.raises(BadJob, match=field):
        read_slip(json.dumps(order).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"job": "a", "more": 1}'])
def test_what_is_no_slip_is_a_bad_job(body: bytes) -> None:
    with pytest.raises(BadJob):
        read_slip(body)


def test_client_and_agent_name_the_fields_alike() -> None:
    assert {field.name for field in dataclasses.fields(Slip)} == set(TicketSlip.model_fields)


def test_without_a_korean_font_the_printer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_KNOWN", ())
    with pytest.raises(PrinterUnavailable, match="fonts-noto-cjk"):
        find_typeface()


@pytest.mark.parametrize("known", fonts._KNOWN, ids=lambda known: str(known[1]))
def test_each_known_typeface_draws_hangul(known: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_KNOWN", (known,))
    try:
        typeface = find_typeface()
    except PrinterUnavailable:
        pytest.skip(f"{known[1]} is not on this machine")
    assert bytes(typeface.font(40).getmask("마")) != bytes(typeface.font(40).getmask("루"))
