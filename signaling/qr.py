"""QR codes on screens (ISO/IEC 18004)."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def picture(url: str) -> bytes:
    """The code of an address as SVG, error correction M, black on white."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2)
    code.add_data(url)
    drawn = BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(drawn)
    return drawn.getvalue()


def inline(url: str) -> str:
    """The same picture as an address of its own (RFC 2397), for a code that no route would give out twice."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture(url)).decode()}"
