"""Files as they come: what is read, and what is refused in one sentence."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from matchmaker.lists.columns import PEOPLE
from matchmaker.lists.reading import ListNotReadable, ListTooLarge, Table, read_list
from matchmaker.lists.reading import table as limits
from tests.lists.sheets import PEOPLE_HEADER, csv_file, saved, xlsx_book, xlsx_file

SHORT = ("编号", "姓名")
ROWS = (("A-1", "王一"), ("A-2", "李二"))
READ = ((2, ("A-1", "王一")), (3, ("A-2", "李二")))

line = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x85\u2028\u2029"), max_size=30)


def read(content: bytes) -> Table:
    return read_list(content, PEOPLE)


def refusal_of(content: bytes) -> ListNotReadable:
    with pytest.raises(ListNotReadable) as refused:
        read(content)
    return refused.value


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_is_read_in_the_encodings_and_with_the_signs_of_spreadsheets(self, encoding: str, delimiter: str) -> None:
        assert read(csv_file(SHORT, ROWS, encoding=encoding, delimiter=delimiter)).rows == READ

    def test_counts_rows_as_a_spreadsheet_does(self) -> None:
        content = '编号,姓名,技能\nA-1,王一,"做饭\n修水管"\n\n# 说明,这一行不算,\nA-2,李二,\n'.encode()

        assert read(content).rows == ((2, ("A-1", "王一", "做饭\n修水管")), (5, ("A-2", "李二", "")))

    def test_may_have_titles_above_its_header(self) -> None:
        assert read("某社区名单\n\n姓名,编号\n王一,A-1\n".encode()).rows == ((4, ("A-1", "王一")),)

    def test_names_columns_in_either_language_however_they_are_spelled(self) -> None:
        table = read("External ID*,NAME（必填）,出生日期, Moved_In ,备注2\n1,a,b,c,d\n".encode())

        assert table.columns == ("external_id", "name", "birth_year", "resident_since_date")
        assert table.rows == ((2, ("1", "a", "b", "c")),)
        assert table.unknown == ("备注2",)

    def test_looks_no_further_to_the_right_than_in_a_workbook(self) -> None:
        filler = "," * limits.COLUMNS_AT_MOST

        table = read(f"编号,姓名{filler}电话\nA-1,王一{filler}13800000001\n".encode())

        assert (table.columns, table.rows) == (("external_id", "name"), ((2, ("A-1", "王一")),))

    def test_says_which_columns_are_missing(self) -> None:
        refusal = refusal_of("姓名,电话\n王一,13800000001\n".encode())

        assert "these are missing: Number." in refusal.sentence("en")
        assert "这些列：编号。" in refusal.sentence("zh")

    def test_says_which_column_is_there_twice(self) -> None:
        assert "“姓名”" in refusal_of("编号,姓名,名字\n1,a,b\n".encode()).sentence("zh")

    def test_says_where_a_quotation_mark_is_open(self) -> None:
        assert refusal_of('编号,姓名\nA-1,王一\nA-2,"李二\nA-3,张三\n'.encode()).sentence("en").startswith("Row 3:")

    @pytest.mark.parametrize("content", [b"", b"\xff\xff\xff\xff", b"a\x00b", "编号,姓名\n".encode(), b"\n\n\n"])
    def test_without_a_list_in_it_is_refused(self, content: bytes) -> None:
        refusal_of(content)

    def test_of_too_many_rows_or_bytes_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "ROWS_AT_MOST", 1)
        with pytest.raises(ListTooLarge):
            read(csv_file(SHORT, ROWS))

        with pytest.raises(ListTooLarge):
            read(b"a" * (limits.BYTES_AT_MOST + 1))

    def test_with_a_cell_as_long_as_a_book_is_refused(self) -> None:
        assert "Row 2" in refusal_of(csv_file(SHORT, [("1", "a" * 4_001)])).sentence("en")
        refusal_of(csv_file(SHORT, [("1", "a" * 200_000)]))

    @given(
        cells=st.lists(st.tuples(line, line), min_size=1, max_size=8),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
        delimiter=st.sampled_from([",", ";", "\t"]),
    )
    def test_gives_back_what_was_written(self, cells: list[tuple[str, str]], encoding: str, delimiter: str) -> None:
        rows = [(f"n{number}", name, skill) for number, (name, skill) in enumerate(cells)]

        found = read(csv_file(("编号", "姓名", "技能"), rows, encoding=encoding, delimiter=delimiter))

        assert found.rows == tuple(
            (number, (key, name.strip(), skill.strip())) for number, (key, name, skill) in enumerate(rows, 2)
        )


class TestXlsx:
    def test_is_read_like_csv(self) -> None:
        assert read(xlsx_file(SHORT, ROWS)).rows == READ

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (13800000001, "13800000001"),
            (13800000001.0, "13800000001"),
            (123456789012345678, "1.23E+17"),
            (1.5, "1.5"),
            (date(2026, 12, 3), "2026-12-03"),
            (datetime(2026, 12, 3, 9, 30), "2026-12-03 09:30"),  # noqa: DTZ001  # a spreadsheet knows no zone
            (time(9, 5), "09:05"),
            (True, "TRUE"),
            ("#REF!", "#REF!"),
            (" 王一 ", "王一"),
            (None, ""),
        ],
    )
    def test_gives_each_kind_of_cell_as_it_would_be_typed(self, value: Any, text: str) -> None:
        assert read(xlsx_file(SHORT, [("A-1", value)])).rows[0][1][1] == text

    def test_runs_no_formula(self) -> None:
        """A formula that no spreadsheet has worked out yet has no value."""
        assert read(xlsx_file(SHORT, [("A-1", '=HYPERLINK("http://example.invalid","x")')])).rows == ((2, ("A-1", "")),)

    def test_fills_cells_that_are_merged_downwards(self) -> None:
        book = xlsx_book(("编号", "姓名", "房号"), [("A-1", "王一", "101"), ("A-2", "李二", None)])
        book.active.merge_cells("C2:C3")  # type: ignore[union-attr]  # a sheet

        assert [cells[2] for _, cells in read(saved(book)).rows] == ["101", "101"]

    def test_refuses_cells_that_are_merged_across(self) -> None:
        book = xlsx_book(("编号", "姓名", "房号"), [("A-1", "王一", "101")])
        book.active.merge_cells("B2:C2")  # type: ignore[union-attr]  # a sheet

        assert "第2行" in refusal_of(saved(book)).sentence("zh")

    def test_may_have_a_merged_title(self) -> None:
        book = Workbook()
        for cells in (("某社区名单", None), SHORT, *ROWS):
            book.active.append(cells)  # type: ignore[union-attr]  # a sheet
        book.active.merge_cells("A1:B1")  # type: ignore[union-attr]  # a sheet

        assert [number for number, _ in read(saved(book)).rows] == [3, 4]

    def test_leaves_hidden_sheets_alone(self) -> None:
        book = xlsx_book(SHORT, [("X-1", "藏一")])
        book.worksheets[0].sheet_state = "hidden"
        shown = book.create_sheet()
        for cells in (SHORT, *ROWS):
            shown.append(cells)

        assert read(saved(book)).rows == READ

    def test_with_two_lists_in_sight_is_refused(self) -> None:
        book = xlsx_book(SHORT, ROWS)
        other = book.create_sheet()
        other.append(SHORT)

        assert "two lists" in refusal_of(saved(book)).sentence("en")

    def test_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(self) -> None:
        content = _with_part(xlsx_file(SHORT, ROWS), "xl/bomb.xml", b"0" * 160_000_000)
        assert len(content) < 1_000_000

        with pytest.raises(ListTooLarge):
            read(content)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_with_a_row_of_more_cells_than_a_spreadsheet_has_is_refused_before_it_is_built(self, encoding: str) -> None:
        sheet = f'<?xml version="1.0" encoding="{encoding}"?><worksheet><sheetData><row>{"<c/>" * 300_000}</row>'
        content = _with_part(
            xlsx_file(SHORT, ROWS), "xl/worksheets/sheet2.xml", f"{sheet}</sheetData></worksheet>".encode(encoding)
        )

        with pytest.raises(ListTooLarge):
            read(content)

    @pytest.mark.parametrize("element", ["<row/>", "<si><t/></si>"])
    def test_of_small_pieces_without_end_is_refused(self, element: str) -> None:
        pieces = element.encode() * (8_000_000 // element.count("<") + 1)
        content = _with_part(xlsx_file(SHORT, ROWS), "xl/pieces.xml", pieces)

        with pytest.raises(ListTooLarge):
            read(content)

    def test_that_names_one_sheet_a_thousand_times_is_refused(self) -> None:
        content = _with_part(xlsx_file(SHORT, ROWS), "xl/again.xml", b'<sheet r:id="rId1"/>' * 1_000)

        with pytest.raises(ListTooLarge):
            read(content)

    def test_with_a_long_last_row_is_read(self) -> None:
        assert read(xlsx_file((*SHORT, *[""] * 1_000, "备注"), ROWS)).rows == read(xlsx_file(SHORT, ROWS)).rows

    def test_that_names_an_outside_entity_is_refused(self, tmp_path: Any) -> None:
        secret = tmp_path / "secret"
        secret.write_text("outside")
        declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()

        refusal_of(_with_entity(declared, b"&e;"))

    def test_whose_entities_grow_is_refused(self) -> None:
        refusal_of(_with_entity(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>', b"&b;"))

    @pytest.mark.parametrize("number", ["1048576", "999999999"])
    def test_with_a_row_far_below_is_refused(self, number: str) -> None:
        parts = _parts(xlsx_file(SHORT, ROWS))
        sheet = parts["xl/worksheets/sheet1.xml"]
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="3"', f'r="{number}"'.encode()).replace(
            b'r="A3"', f'r="A{number}"'.encode()
        )

        with pytest.raises(ListTooLarge):
            read(_zipped(parts))

    @pytest.mark.parametrize(
        "content", [b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0 old", b"PK\x03\x04" + b"\x00" * 500]
    )
    def test_that_is_broken_old_or_locked_is_refused(self, content: bytes) -> None:
        refusal_of(content)

    def test_that_is_some_other_archive_is_refused(self) -> None:
        refusal_of(_zipped({"readme.txt": b"hello"}))


def test_headers_of_the_tests_are_known() -> None:
    assert len(read(csv_file(PEOPLE_HEADER, [["x"] * len(PEOPLE_HEADER)])).columns) == len(PEOPLE_HEADER)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    return _zipped(_parts(content) | {name: part})


def _with_entity(declared: bytes, used: bytes) -> bytes:
    parts = _parts(xlsx_file(SHORT, ROWS))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "王一".encode() in sheet
    parts["xl/worksheets/sheet1.xml"] = declared + sheet.replace("王一".encode(), used)
    return _zipped(parts)
