"""Files that we hand out: templates to fill in, and the faults of a list. No cell of ours is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from matchmaker.lists.columns import COLUMNS, Column, column_of
from matchmaker.lists.models import ImportFault
from matchmaker.lists.queries import fault_words
from matchmaker.lists.reading.table import COMMENT, FORMULA_SIGNS

TEXT_FORMAT: Final = "@"
ROWS_FORMATTED: Final = 1_000
WIDTH: Final = 16
LISTS: Final = {"PEOPLE": ("人员名单", "People"), "NEEDS": ("需求名单", "Needs"), "OFFERS": ("服务名单", "Offers")}
NOTES: Final = ("说明", "Notes")
LEFT_OUT: Final = ("这份名单写不下的：", "Not in this list, which has no room for them: ")
REPORT: Final = (("行", "列", "问题", "怎么办"), ("Row", "Column", "What is wrong", "What to do"))


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe stands before a sign that begins a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, by which spreadsheets know Chinese; every cell is neutral."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_template(kind: str, language: str) -> bytes:
    """A header, a row that explains each column and an example; rows that begin with # are not read."""
    columns = COLUMNS[kind]
    chinese = language.startswith("zh")
    about = [column.about_zh if chinese else column.about_en for column in columns]
    example = [column.example for column in columns]
    return csv_of([_header(columns, chinese), _remark(about), _remark(example)])


def xlsx_template(kind: str, language: str) -> bytes:
    """A sheet to fill in, with numbers and phones kept as text, and a sheet of notes."""
    columns = COLUMNS[kind]
    chinese = language.startswith("zh")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = LISTS[kind][0 if chinese else 1]
    sheet.append(_header(columns, chinese))
    sheet.append(_remark([column.example for column in columns]))
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTH
        sheet.cell(1, place).font = Font(bold=column.needed)
        for row in range(2, ROWS_FORMATTED + 2):
            sheet.cell(row, place).number_format = TEXT_FORMAT
    sheet.freeze_panes = "A2"
    _add_notes(book, columns, chinese)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def list_file(kind: str, lines: Iterable[Sequence[str]], *, form: str, language: str, left_out: int = 0) -> bytes:
    """A list of this kind with these rows, as `csv` or `xlsx`; it can be read again as an import.

    How many rows it has no room for stands below, as a remark.
    """
    chinese = language.startswith("zh")
    rows = [_header(COLUMNS[kind], chinese), *lines]
    if left_out:
        rows.append(_remark([f"{LEFT_OUT[0 if chinese else 1]}{left_out}"]))
    if form == "csv":
        return csv_of(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(LISTS[kind][0 if chinese else 1])
    for row in rows:
        sheet.append([neutral(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def faults_csv(kind: str, faults: Iterable[ImportFault], language: str) -> bytes:
    """One line for each fault: row, column, what is wrong, what to do."""
    chinese = language.startswith("zh")
    lines = [
        (str(fault.row_number), column_name(kind, fault.column, language), *fault_words(fault, language))
        for fault in faults
    ]
    return csv_of([REPORT[0 if chinese else 1], *lines])


def column_name(kind: str, key: str, language: str) -> str:
    """What the column is called; nothing for a fault of the whole row."""
    column = column_of(kind, key)
    if column is None:
        return ""
    return column.zh if language.startswith("zh") else column.en


def _header(columns: Sequence[Column], chinese: bool) -> list[str]:
    return [column.zh if chinese else column.en for column in columns]


def _remark(cells: Sequence[str]) -> list[str]:
    return [f"{COMMENT} {cells[0]}", *cells[1:]]


def _add_notes(book: Workbook, columns: Sequence[Column], chinese: bool) -> None:
    notes = book.create_sheet(NOTES[0 if chinese else 1])
    for column in columns:
        needed = ("必填" if chinese else "must be filled in") if column.needed else ""
        name, about = (column.zh, column.about_zh) if chinese else (column.en, column.about_en)
        notes.append([name, needed, about])
    for letter, width in (("A", 20), ("B", 16), ("C", 70)):
        notes.column_dimensions[letter].width = width
    for row in notes.iter_rows(min_col=3, max_col=3):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
