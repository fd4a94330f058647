"""How much an XLSX may unpack to, looked at before the library builds anything: bytes, parts, elements, sheets."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from matchmaker.lists.reading.table import ListTooLarge

UNPACKED_AT_MOST: Final = 150_000_000
PARTS_AT_MOST: Final = 500
SIGNS_AT_MOST: Final = 8_000_000
"""Every element begins with "<"; a list of as many rows as may be, in twenty-six columns of text, has fewer."""
SIGNS_IN_A_ROW: Final = 16_384 * 6
"""A spreadsheet has 16,384 columns, and a cell with its text six signs. A row is built whole before it is cut."""
SHEETS_AT_MOST: Final = 500
ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s")


def bounded_parts(content: bytes) -> zipfile.ZipFile:
    """The archive, where it is within all bounds; reading stops at the sizes that it states of itself."""
    parts = zipfile.ZipFile(io.BytesIO(content))
    listed = parts.infolist()
    if len(listed) > PARTS_AT_MOST or sum(part.file_size for part in listed) > UNPACKED_AT_MOST:
        raise ListTooLarge(field="content")
    signs = sheets = 0
    for part in listed:
        text = parts.read(part).replace(b"\x00", b"")  # the same signs where it is written in UTF-16
        signs += text.count(b"<")
        sheets += sum(1 for _ in SHEET.finditer(text))
        if signs > SIGNS_AT_MOST or sheets > SHEETS_AT_MOST or any(count > SIGNS_IN_A_ROW for count in _in_rows(text)):
            raise ListTooLarge(field="content")
    return parts


def _in_rows(text: bytes) -> Iterator[int]:
    """How many signs there are from each beginning of a row to the next."""
    starts = (found.start() for found in ROW.finditer(text))
    last = next(starts, None)
    for start in starts:
        yield text.count(b"<", last, start)
        last = start
    if last is not None:
        yield text.count(b"<", last)
