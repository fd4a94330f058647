"""What all papers to print (PDF) share: Chinese letters by the name of their font, and a code to scan.

The letters are those of the reader's own machine (the PDF names the standard Chinese font and does not carry it), so
that a paper stays small and no font has to be fetched.
"""

from typing import Final

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE_FONT: Final = "STSong-Light"
QUIET_MODULES: Final = 4
"""The empty margin that the standard of the code asks for."""

pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))


def draw_qr(canvas: Canvas, text: str, *, left: float, bottom: float, size: float, reserve: str) -> None:
    """The code of the text in a square of `size` points, its margin too; `reserve` (l, m, q, h) is what may be torn."""
    rows = [list(row) for row in segno.make_qr(text, error=reserve).matrix_iter(scale=1, border=QUIET_MODULES)]
    side = size / len(rows)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                path.rect(left + across * side, bottom + (len(rows) - 1 - down) * side, side, side)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
