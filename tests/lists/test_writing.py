"""What we hand out: templates that can be read again, and cells that no spreadsheet runs."""

import csv
import io

import pytest
from openpyxl import load_workbook

from matchmaker.lists.columns import COLUMNS
from matchmaker.lists.models import ImportFault, ImportRun
from matchmaker.lists.reading import ListNotReadable, read_list
from matchmaker.lists.writing import csv_of, csv_template, faults_csv, neutral, xlsx_template
from tests.lists.sheets import saved


@pytest.mark.parametrize("kind", sorted(COLUMNS))
@pytest.mark.parametrize("language", ["zh", "en"])
class TestTemplates:
    def test_as_csv_name_every_column_and_hold_no_row(self, kind: str, language: str) -> None:
        content = csv_template(kind, language)

        with pytest.raises(ListNotReadable, match="no row below it"):
            read_list(content, COLUMNS[kind])
        filled = content + b"x\r\n"
        table = read_list(filled, COLUMNS[kind])
        assert table.columns == tuple(column.key for column in COLUMNS[kind])
        assert table.unknown == ()
        assert [number for number, _ in table.rows] == [4]

    def test_as_xlsx_are_read_once_filled_in(self, kind: str, language: str) -> None:
        book = load_workbook(io.BytesIO(xlsx_template(kind, language)))
        assert len(book.worksheets) == 2
        book.worksheets[0].cell(3, 1).value = "x"

        table = read_list(saved(book), COLUMNS[kind])

        assert table.columns == tuple(column.key for column in COLUMNS[kind])
        assert [(number, cells[0]) for number, cells in table.rows] == [(3, "x")]


class TestNeutral:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", "＋1", "－1", "＠SUM(A1)"])
    def test_puts_an_apostrophe_before_what_begins_a_formula(self, text: str) -> None:
        assert neutral(text) == f"'{text}"

    @pytest.mark.parametrize("text", ["", "1+1", "王一", "a=b", "一＋二", "'=1"])
    def test_leaves_everything_else(self, text: str) -> None:
        assert neutral(text) == text

    def test_holds_for_every_cell_of_a_file(self) -> None:
        assert csv_of([("a", '=cmd|"/c calc"')]).decode("utf-8-sig") == 'a,"\'=cmd|""/c calc"""\r\n'


class TestFaultsFile:
    def test_has_a_line_for_each_fault_in_the_readers_language(self) -> None:
        run = ImportRun(kind="PEOPLE")
        faults = [
            ImportFault(run=run, row_number=9, column="phone", code="SHORTENED_NUMBER", said={"text": "=1.38E+10"}),
            ImportFault(run=run, row_number=12, column="", code="MISSING"),
        ]

        chinese, english = (
            list(csv.reader(io.StringIO(faults_csv("PEOPLE", faults, language).decode("utf-8-sig"))))
            for language in ("zh", "en")
        )

        assert chinese[0] == ["行", "列", "问题", "怎么办"]
        assert chinese[1][:2] == ["9", "电话"]
        assert "“=1.38E+10”" in chinese[1][2]
        assert english[1][:2] == ["9", "Phone"]
        assert english[2] == ["12", "", "This cell is empty.", "Fill it in."]
