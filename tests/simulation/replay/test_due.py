"""A city's labels against the due clock: a small file by hand, and the real one."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matchmaker.simulation.replay.due import replay_due
from matchmaker.simulation.replay.reading import ReplayFileError

HEADER = "case,opened,target,closed,on_time_status"
OPENED = "01/05/2015 12:40:41 PM"
NOON, LATER = "01/06/2015 12:00:00 PM", "01/06/2015 12:00:01 PM"
ROWS = (
    f"1,{OPENED},{NOON},{NOON},ONTIME",
    f"2,{OPENED},{NOON},{LATER},OVERDUE",
    f"3,{OPENED},{NOON},,OVERDUE",
    f"4,{OPENED},,{LATER},ONTIME",
    f"5,{OPENED},,,ONTIME",
    f"6,{OPENED},01/13/2016 12:00:00 AM,,ONTIME",
    f"7,{OPENED},{NOON},{LATER},",
)


def file_of(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "requests.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


class TestReplayDue:
    def test_agrees_with_what_is_labelled_by_the_rule(self, tmp_path: Path) -> None:
        figures = replay_due(file_of(tmp_path, *ROWS))

        assert (figures.rows, figures.unlabelled, figures.labelled, figures.agreeing) == (7, 1, 6, 6)
        assert figures.pairs == {("ONTIME", "ONTIME"): 4, ("OVERDUE", "OVERDUE"): 2}
        assert (figures.differing, figures.faults) == ((), ())

    def test_names_the_line_on_which_they_differ(self, tmp_path: Path) -> None:
        figures = replay_due(file_of(tmp_path, ROWS[0], f"2,{OPENED},{NOON},{LATER},ONTIME"))

        assert (figures.agreeing, figures.labelled, figures.differing) == (1, 2, (3,))

    def test_names_a_row_that_cannot_be_read_and_goes_on(self, tmp_path: Path) -> None:
        figures = replay_due(file_of(tmp_path, f"1,{OPENED},tomorrow,,ONTIME", f"2,{OPENED},,,LATE", ROWS[0]))

        assert [fault.line for fault in figures.faults] == [2, 3]
        assert figures.labelled == 1

    def test_says_which_column_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ReplayFileError, match="has no column target, closed"):
            replay_due(file_of(tmp_path, header="case,opened,on_time_status"))
        with pytest.raises(ReplayFileError, match="cannot be read"):
            replay_due(tmp_path / "absent.csv")


class TestCommand:
    def test_prints_the_counts(self, tmp_path: Path) -> None:
        out = StringIO()

        call_command("replay_due", requests=file_of(tmp_path, *ROWS), stdout=out)

        assert [line.split() for line in out.getvalue().splitlines()] == [
            ["rows", "7"],
            ["without", "a", "label", "1"],
            ["with", "a", "label", "6"],
            ["where", "both", "agree", "6"],
            ["city", "ONTIME", "clock", "ONTIME", "4"],
            ["city", "OVERDUE", "clock", "OVERDUE", "2"],
        ]

    def test_ends_with_one_sentence_for_a_wrong_file(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="has no column"):
            call_command("replay_due", requests=file_of(tmp_path, header="a,b"))


class TestRealData:
    def test_all_labels_of_the_city_agree(self, data_dir: Path) -> None:
        figures = replay_due(data_dir / "due" / "boston_requests_2015.csv")

        assert figures.faults == ()
        assert (figures.rows, figures.labelled, figures.agreeing) == (14_047, 14_037, 14_037)
        assert figures.pairs == {("ONTIME", "ONTIME"): 10_520, ("OVERDUE", "OVERDUE"): 3_517}
