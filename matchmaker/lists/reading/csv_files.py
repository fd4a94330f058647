"""CSV as spreadsheets write it: UTF-8 with or without its mark, GB18030, UTF-16; commas, semicolons or tabs."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from matchmaker.lists.columns import Column
from matchmaker.lists.reading.table import COLUMNS_AT_MOST, HEADER_WITHIN, ListNotReadable, Numbered, headers_known

DELIMITERS: Final = (",", ";", "\t")
ENCODINGS: Final = ("utf-8-sig", "gb18030")
WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_lines(content: bytes, columns: Sequence[Column]) -> Iterator[Numbered]:
    """Each row with its number; a quoted line break does not begin a new one."""
    text = _text_of(content)
    delimiter = max(DELIMITERS, key=lambda sign: _known_with(text, sign, columns))
    return _rows(text, delimiter)


def _text_of(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(WIDE_MARKS) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ListNotReadable(field="content")


def _known_with(text: str, delimiter: str, columns: Sequence[Column]) -> int:
    """How many columns the best of the first rows names when it is cut at this sign."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        first = (cells[:COLUMNS_AT_MOST] for cells in islice(reader, HEADER_WITHIN))
        return max((headers_known(cells, columns) for cells in first), default=0)
    except csv.Error:
        return 0


def _rows(text: str, delimiter: str) -> Iterator[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListNotReadable(
                f"Row {number}: a quotation mark is open or stands in the wrong place.",
                message_zh=f"第{number}行：引号没有成对，或位置不对。",
                field="content",
            ) from error
        yield number, cells[:COLUMNS_AT_MOST] or [""]
