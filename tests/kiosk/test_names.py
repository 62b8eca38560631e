"""Names that a reader of another language must be able to find."""

import pytest

from kiosk.app import Process
from signaling.names import desk_name


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("1번 창구", "ko", "1번 창구"),
        ("4번 상담석", "ko", "4번 상담석"),
        ("1번 창구", "en", "Desk 1"),
        ("4번 상담석", "en", "Desk 4"),
        ("VIP", "en", "VIP"),
    ],
)
def test_a_desk_is_found_by_its_number(process: Process, name: str, language: str, said: str) -> None:
    with process.app.app_context():
        assert desk_name(name, language) == said
