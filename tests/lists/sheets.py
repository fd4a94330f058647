"""Files of lists, as people save them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

PEOPLE_HEADER = ("编号", "姓名", "电话", "出生年份", "网格", "楼号", "单元", "房号")


def csv_file(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ","
) -> bytes:
    """A CSV file of these rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_book(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Workbook:
    """A workbook whose first sheet has these rows."""
    book = Workbook()
    assert book.active is not None
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    return book


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    return saved(xlsx_book(header, rows))


def resident(number: int, **changed: str) -> tuple[str, ...]:
    """A row of a list of people: somebody without a home, with the number given."""
    cells = {
        "编号": f"L-{number:05d}",
        "姓名": f"名单居民{number}",
        "电话": f"138{number:08d}",
        "出生年份": str(1940 + number % 60),
        "网格": "",
        "楼号": "",
        "单元": "",
        "房号": "",
    }
    return tuple((cells | changed).values())
