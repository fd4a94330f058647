"""XLSX, read as values: no formula is run, no link is followed, nothing is unpacked beyond its bounds."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from matchmaker.lists.columns import Column
from matchmaker.lists.reading.table import (
    COLUMNS_AT_MOST,
    HEADER_WITHIN,
    ROWS_AT_MOST,
    ListNotReadable,
    ListTooLarge,
    Numbered,
    headers_known,
)
from matchmaker.lists.reading.xlsx_bounds import bounded_parts

EXACT_BELOW: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number; what was longer has lost its end."""
MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    DefusedXmlException,
    ParseError,
    InvalidFileException,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the library raises over a file that is no workbook or a broken one."""

if not DEFUSEDXML:
    raise ImportError("openpyxl must read XML through defusedxml")


def xlsx_lines(content: bytes, columns: Sequence[Column]) -> Iterator[Numbered]:
    """Each row of the one sheet that is shown and has our header; cells merged downwards hold their value in each row.

    The rows are read as they are asked for, but every fault of the file is a ListNotReadable.
    """
    try:
        parts = bounded_parts(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = _sheet_with_header(book, columns)
        merged = _merged_downwards(parts, sheet)
        rows = list(_rows(sheet))
    except DAMAGED as error:
        raise ListNotReadable(field="content") from error
    return _filled(rows, merged, columns)


def _sheet_with_header(book: Workbook, columns: Sequence[Column]) -> Any:
    """The one sheet in sight whose first rows name the needed columns; else the first in sight, to be refused."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise ListNotReadable(field="content")
    needed = sum(column.needed for column in columns)
    found = [sheet for sheet in shown if _known_in(sheet, columns) >= needed]
    if len(found) > 1:
        raise ListNotReadable(
            "There are two lists in this workbook. Please save each sheet as a file of its own.",
            message_zh="这个文件里有两张名单，请把每张工作表单独存成一个文件。",
            field="content",
        )
    return found[0] if found else shown[0]


def _known_in(sheet: Any, columns: Sequence[Column]) -> int:
    return max((headers_known(cells, columns) for _, cells in islice(_rows(sheet), HEADER_WITHIN)), default=0)


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_AT_MOST, values_only=True), 1):
        if number > ROWS_AT_MOST + HEADER_WITHIN:
            raise ListTooLarge(field="content")
        yield number, [_text(cell) for cell in cells] or [""]


def _text(value: Any) -> str:
    """The cell as it would be typed: whole numbers without a point, dates as 2026-12-03, times as 09:00."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


def _number(value: int | float) -> str:
    if abs(value) >= EXACT_BELOW:
        return f"{value:.2E}"
    return str(int(value)) if value == int(value) else repr(value)


def _merged_downwards(parts: zipfile.ZipFile, sheet: Any) -> list[tuple[int, int, int, int]]:
    """(first column, first row, last column, last row) of each merged area of the sheet."""
    areas = MERGED.findall(parts.read(sheet._worksheet_path.lstrip("/")))
    return [tuple(range_boundaries(area.decode())) for area in areas[:ROWS_AT_MOST]]  # type: ignore[misc]  # four whole numbers


def _filled(
    rows: list[tuple[int, list[str]]], merged: list[tuple[int, int, int, int]], columns: Sequence[Column]
) -> Iterator[Numbered]:
    """The rows, with merged cells filled; below the header, an area over several columns could mean anything."""
    known = [headers_known(cells, columns) for _, cells in rows[:HEADER_WITHIN]]
    header = known.index(max(known)) + 1 if known else 0
    filled = 0
    for left, top, right, bottom in merged:
        filled += bottom - top + 1
        if filled > ROWS_AT_MOST * 2:  # areas that lie over each other would be filled for ever
            raise ListTooLarge(field="content")
        if top <= header or top > len(rows) or left > COLUMNS_AT_MOST:
            continue
        if right > left:
            raise ListNotReadable(
                f"Row {top} has cells merged across columns. Please unmerge them, so that each column has its own.",
                message_zh=f"第{top}行有横向合并的单元格。请取消合并，每一列单独填写。",
                field="content",
            )
        value = rows[top - 1][1][left - 1]
        for place in range(top, min(bottom, len(rows))):
            rows[place][1][left - 1] = value
    return iter(rows)
