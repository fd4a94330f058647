"""A certificate as a page to print (PDF), with the address at which it can be checked, and as JSON."""

from io import BytesIO
from typing import Any, Final

from django.utils.timezone import localdate
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from matchmaker.paper import CHINESE_FONT, draw_qr
from matchmaker.privacy.models import Certificate

FORMAT: Final = "matchmaker.certificate"
VERSION: Final = 1
WIDTH, HEIGHT = A4
LEFT: Final = 28 * mm
QR_SIZE: Final = 34 * mm
LINE: Final = 9 * mm
ORIGIN_ZH: Final = "时长来自双方确认的记录，免费开具（《志愿服务条例》第十九条）。"
ORIGIN_EN: Final = "From records that both sides confirmed; free of charge (Volunteer Service Regulation, Art. 19)."


def document_of_paper(paper: Certificate, *, name: str, code: str, address: str) -> dict[str, Any]:
    """What is printed, for machines."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "number": paper.number,
        "code": code,
        "name": name,
        "community": paper.community_name,
        "organization": paper.organization_name,
        "starts_date": paper.starts_date.isoformat(),
        "ends_date": paper.ends_date.isoformat(),
        "visits": paper.visits,
        "minutes": paper.minutes,
        "issued_at": paper.issued_at.isoformat(),
        "check_at": address,
    }


def pdf_of_paper(paper: Certificate, *, name: str, code: str, address: str) -> bytes:
    """One page A4, Chinese first. The address leads to the check; the code is typed there and is in no address."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(f"志愿服务证明 {paper.number}")
    canvas.setAuthor("邻里搭桥")
    canvas.setFont(CHINESE_FONT, 26)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 45 * mm, "志愿服务证明")
    canvas.setFont(CHINESE_FONT, 13)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 54 * mm, "Certificate of volunteer service")
    y = HEIGHT - 78 * mm
    for label, text in _lines(paper, name):
        canvas.setFont(CHINESE_FONT, 11)
        canvas.drawString(LEFT, y, label)
        canvas.setFont(CHINESE_FONT, 15)
        canvas.drawString(LEFT + 48 * mm, y, text)
        y -= LINE * 1.35
    _foot(canvas, paper, code=code, address=address)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _lines(paper: Certificate, name: str) -> list[tuple[str, str]]:
    hours, minutes = divmod(paper.minutes, 60)
    lines = [
        ("姓名  Name", name),
        ("服务时长  Time given", f"{hours} 小时 {minutes} 分钟  ({hours} h {minutes} min)"),
        ("服务次数  Visits", str(paper.visits)),
        ("时间  From – to", f"{paper.starts_date} – {paper.ends_date}"),
        ("社区  Community", paper.community_name),
    ]
    if paper.organization_name:
        lines.append(("组织  Organization", paper.organization_name))
    return [*lines, ("开具日期  Issued", f"{localdate(paper.issued_at)}"), ("编号  Number", paper.number)]


def _foot(canvas: Canvas, paper: Certificate, *, code: str, address: str) -> None:
    top = 78 * mm
    canvas.line(LEFT, top, WIDTH - LEFT, top)
    canvas.setFont(CHINESE_FONT, 14)
    canvas.drawString(LEFT, top - 12 * mm, f"验证码  Code:  {code}")
    canvas.setFont(CHINESE_FONT, 10)
    canvas.drawString(LEFT, top - 21 * mm, "在下面的网址填写编号和验证码，可以核对真伪：")
    canvas.drawString(LEFT, top - 27 * mm, "Type the number and the code here to see whether it is genuine:")
    canvas.drawString(LEFT, top - 33 * mm, address)
    canvas.drawString(LEFT, top - 43 * mm, ORIGIN_ZH)
    canvas.drawString(LEFT, top - 49 * mm, ORIGIN_EN)
    draw_qr(canvas, address, left=WIDTH - LEFT - QR_SIZE, bottom=top - 2 * mm - QR_SIZE, size=QR_SIZE, reserve="m")
