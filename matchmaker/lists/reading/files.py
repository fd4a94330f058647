"""Which kind of file this is, by its first bytes; its name does not matter."""

from collections.abc import Sequence
from typing import Final

from matchmaker.lists.columns import Column
from matchmaker.lists.reading.csv_files import csv_lines
from matchmaker.lists.reading.table import BYTES_AT_MOST, ListNotReadable, ListTooLarge, Table, table_from
from matchmaker.lists.reading.xlsx_files import xlsx_lines

ZIP: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"


def read_list(content: bytes, columns: Sequence[Column]) -> Table:
    """The rows of a CSV or XLSX file under these columns; ListNotReadable or ListTooLarge says why not."""
    if len(content) > BYTES_AT_MOST:
        raise ListTooLarge(field="content")
    if content.startswith(OLD_OFFICE):
        raise ListNotReadable(
            "This is an old or locked spreadsheet. Open it, remove the password, and save it as XLSX.",
            message_zh="这是旧格式或加了密码的表格。请打开后取消密码，另存为 XLSX。",
            field="content",
        )
    if content.startswith(ZIP):
        return table_from(xlsx_lines(content, columns), columns)
    return table_from(csv_lines(content, columns), columns)
