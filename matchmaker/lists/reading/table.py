"""A list as it was read: rows of text under known columns, each with its number in the spreadsheet."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matchmaker.errors import DomainError
from matchmaker.lists.columns import Column

BYTES_AT_MOST: Final = 20_000_000
ROWS_AT_MOST: Final = 50_000
COLUMNS_AT_MOST: Final = 64
CELL_LENGTH: Final = 4_000
HEADER_WITHIN: Final = 10
"""Titles may stand above the header; it is looked for in so many rows."""
COMMENT: Final = "#"
"""A row whose first cell begins so is a remark, as in our own templates."""

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; in the files we hand out an apostrophe stands before it."""

Cells = Sequence[str]
Numbered = tuple[int, Cells]


class ListNotReadable(DomainError):
    code = "LIST_NOT_READABLE"
    message = "This file cannot be read as a list. Save it as XLSX or as CSV (UTF-8) and try again."
    message_zh = "这个文件读不出来。请另存为 XLSX 或 CSV（UTF-8）后再上传。"


class ListTooLarge(DomainError):
    code = "LIST_TOO_LARGE"
    message = f"A list has at most {ROWS_AT_MOST} rows and {BYTES_AT_MOST // 1_000_000} MB. Please split it."
    message_zh = f"名单最多{ROWS_AT_MOST}行、{BYTES_AT_MOST // 1_000_000} MB，请分成几个文件。"


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (number in the spreadsheet, cells in the order of `columns`); `unknown` are headers nobody knows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    unknown: tuple[str, ...] = ()


def table_from(lines: Iterable[Numbered], columns: Sequence[Column]) -> Table:
    """The rows below the header; ListNotReadable where there is no header or it lacks a column that is needed."""
    stream = iter(lines)
    places, unknown = _header(stream, columns)
    keys = tuple(column.key for column in columns if column.key in places)
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in stream:
        if number > ROWS_AT_MOST + HEADER_WITHIN or len(rows) > ROWS_AT_MOST:
            raise ListTooLarge
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith(COMMENT):
            continue
        rows.append((number, tuple(_cell(cells, places[key], number) for key in keys)))
    if len(rows) > ROWS_AT_MOST:
        raise ListTooLarge
    if not rows:
        raise ListNotReadable(
            "There is a header but no row below it. Please fill in the list.",
            message_zh="只有表头，下面没有内容。请填写后再上传。",
            field="content",
        )
    return Table(columns=keys, rows=tuple(rows), unknown=unknown)


def headers_known(cells: Cells, columns: Sequence[Column]) -> int:
    """How many of these cells name one of the columns: how much a row looks like a header."""
    names = names_of(columns)
    return len({names[text] for cell in cells if (text := plain(cell)) in names})


def names_of(columns: Iterable[Column]) -> Mapping[str, str]:
    """Every name a column goes by, in its plain spelling, and the column's key."""
    return {plain(name): column.key for column in columns for name in (column.key, *column.names)}


def plain(text: str) -> str:
    """How names are compared: half width, lower case, without blanks, underlines, stars or what stands in brackets."""
    text = unicodedata.normalize("NFKC", text).casefold().partition("(")[0]
    return "".join(sign for sign in text if sign.isalnum())


def _header(stream: Iterator[Numbered], columns: Sequence[Column]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column stands. The stream is left at the first row below the header."""
    names = names_of(columns)
    needed = [column for column in columns if column.needed]
    missing = needed
    for _, (_number, cells) in zip(range(HEADER_WITHIN), stream, strict=False):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            key = names.get(plain(cell))
            if key in places:
                raise _column_twice(columns, key)
            if key is not None:
                places[key] = place
        lacking = [column for column in needed if column.key not in places]
        if not lacking:
            unknown = tuple(cell.strip() for cell in cells if cell.strip() and plain(cell) not in names)
            return places, unknown
        missing = min(missing, lacking, key=len)
    raise _columns_missing(missing)


def _cell(cells: Cells, place: int, number: int) -> str:
    text = _as_typed(cells[place]).strip() if place < len(cells) else ""
    if len(text) > CELL_LENGTH:
        raise ListNotReadable(
            f"Row {number} has a cell of more than {CELL_LENGTH} characters.",
            message_zh=f"第{number}行有一格超过{CELL_LENGTH}个字。",
            field="content",
        )
    return text


def _as_typed(text: str) -> str:
    """Without the apostrophe that our own files put before a formula's sign."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def _columns_missing(missing: Sequence[Column]) -> ListNotReadable:
    english = ", ".join(column.en for column in missing)
    chinese = "、".join(column.zh for column in missing)
    return ListNotReadable(
        f"The first rows should name the columns; these are missing: {english}. The template shows how.",
        message_zh=f"前几行里没有找到这些列：{chinese}。可以先下载模板，照着填。",
        field="content",
    )


def _column_twice(columns: Sequence[Column], key: str | None) -> ListNotReadable:
    column = next(column for column in columns if column.key == key)
    return ListNotReadable(
        f"The column {column.en} is there twice. Please keep one.",
        message_zh=f"“{column.zh}”这一列出现了两次，请只留一列。",
        field="content",
    )
