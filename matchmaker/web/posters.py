"""Posters for stairwells as one PDF: what this is, in large letters, the code to scan, and the code to type."""

import io
from collections.abc import Callable, Sequence
from typing import Final

from django.utils.timezone import localdate
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from matchmaker.community.actions.posters import Poster
from matchmaker.community.invitation_codes import spoken_code
from matchmaker.paper import CHINESE_FONT, draw_qr

LATIN_FONT: Final = "Helvetica"
QR_MM: Final = 92.0
INK: Final = (0.11, 0.14, 0.15)
BRAND: Final = (0.04, 0.36, 0.36)

Lines = tuple[tuple[str, str, float, float], ...]
"""Font, text, size in points, height above the bottom in millimetres."""


def posters_pdf(posters: Sequence[Poster], *, address_of: Callable[[str], str]) -> bytes:
    """One A4 page for each stairwell, in the order given; `address_of` makes the web address of a code."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True)
    canvas.setTitle("邻里搭桥")
    for poster in posters:
        _page(canvas, poster, address_of(poster.code))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, poster: Poster, address: str) -> None:
    width = A4[0]
    canvas.setFillColorRGB(*BRAND)
    canvas.rect(0, A4[1] - 12 * mm, width, 12 * mm, stroke=0, fill=1)
    canvas.setFillColorRGB(*INK)
    for font, text, size, height_mm in _lines(poster, address):
        canvas.setFont(font, _fitting(text, font, size, width - 30 * mm))
        canvas.drawCentredString(width / 2, height_mm * mm, text)
    # A quarter of the code is in reserve, for posters get torn.
    draw_qr(canvas, address, left=(width - QR_MM * mm) / 2, bottom=112 * mm, size=QR_MM * mm, reserve="q")


def _lines(poster: Poster, address: str) -> Lines:
    corridor = poster.corridor
    place = f"{corridor.parent.name if corridor.parent else ''} {corridor.name}".strip()
    until = f"{localdate(poster.expires_at)}"
    return (
        (CHINESE_FONT, "邻居帮一把，见面就认识", 34, 255),
        (LATIN_FONT, "A neighbour helps, and two people get to know each other", 14, 245),
        (CHINESE_FONT, place, 26, 226),
        (CHINESE_FONT, "用手机扫一扫，请人帮忙，或帮邻居一把", 20, 212),
        (CHINESE_FONT, "扫不了？在网页上输入邀请码：", 16, 98),
        ("Courier-Bold", spoken_code(poster.code), 30, 84),
        (LATIN_FONT, address, 11, 74),
        (CHINESE_FONT, "没有手机也可以：请到社区服务站，工作人员帮您登记", 18, 54),
        (LATIN_FONT, "No phone? The community station registers you and asks for you.", 12, 46),
        (CHINESE_FONT, "说“这次不方便”随时可以，不会影响您", 16, 34),
        (CHINESE_FONT, f"紧急情况请直接打 120、110、119    有效期到 {until}", 12, 18),
    )


def _fitting(text: str, font: str, size: float, width: float) -> float:
    """The size at which the text fits on the page, no larger than wished."""
    needed = pdfmetrics.stringWidth(text, font, size)
    return size if needed <= width else size * width / needed
