from datetime import date
from pathlib import Path

import pytest

from matchmaker.simulation.replay.reading import Fault, ReplayData, ReplayFileError, RequestRow, read_replay
from tests.simulation.replay.files import Files, household_rows, request_rows, tie_rows, write_files


def read(files: Files) -> ReplayData:
    return read_replay(ties=files.ties, households=files.households, demand=files.demand)


class TestReadReplay:
    def test_reads_every_row_of_sound_files(self, tmp_path: Path) -> None:
        data = read(write_files(tmp_path))

        assert len(data.households) == len(household_rows())
        assert len(data.ties) == len(tie_rows())
        assert data.faults == ()
        assert data.requests[0] == RequestRow(100, 1, "Strengthening Communities", False, 0, date(2011, 1, 4))

    def test_does_not_mind_the_order_of_rows(self, tmp_path: Path) -> None:
        straight = write_files(tmp_path / "a")
        turned = write_files(
            tmp_path / "b", ties=tie_rows()[::-1], households=household_rows()[::-1], demand=request_rows()[::-1]
        )

        assert read(turned) == read(straight)

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("900,two,Health,onetime,0,January 4 2011", "helpers_wanted is not a whole number"),
            ("900,0,Health,onetime,0,January 4 2011", "helpers_wanted is below 1"),
            ("900,1,Health,weekly,0,January 4 2011", "recurrence is neither onetime nor ongoing"),
            ("900,1,Health,onetime,25,January 4 2011", "hours is above 24"),
            ("900,1,Health,onetime,0,2011-01-04", "starts is not a date such as January 22 2011"),
            ("900,1,Health,onetime,0,February 30 2011", "starts is not a date such as January 22 2011"),
            ("900,1,Health,onetime,0", "has 5 cells where the header has 6"),
            ('900,1,"Health,onetime,0,January 4 2011', "is not a line of CSV"),
        ],
    )
    def test_names_file_line_and_reason_and_loses_nothing_else(self, tmp_path: Path, row: str, reason: str) -> None:
        rows = request_rows()
        files = write_files(tmp_path, demand=[*rows[:3], row, *rows[3:]])

        data = read(files)

        assert data.faults == (Fault(str(files.demand), 5, reason),)
        assert len(data.requests) == len(rows)

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("1001,1001", "ties a household to itself"),
            ("1001,9999", "household 9999 is not among the households"),
            ("1001,2001", "ties two villages, which are apart here"),
            ("1001,", "household_b is not a whole number"),
            ("1002,1001", "repeats line 2"),
        ],
    )
    def test_leaves_out_ties_that_cannot_be(self, tmp_path: Path, row: str, reason: str) -> None:
        files = write_files(tmp_path, ties=[*tie_rows(), row])

        data = read(files)

        assert [fault.reason for fault in data.faults] == [reason]
        assert len(data.ties) == len(tie_rows())

    def test_trusts_neither_of_two_rows_that_contradict_each_other(self, tmp_path: Path) -> None:
        rows = [*household_rows(), "1036,2,0"]

        data = read(write_files(tmp_path, households=rows))

        assert [fault.reason for fault in data.faults] == ["contradicts another row about the same thing"] * 2
        assert 1036 not in [row.household for row in data.households]

    def test_says_what_is_wrong_with_a_file_as_a_whole(self, tmp_path: Path) -> None:
        files = write_files(tmp_path)

        with pytest.raises(ReplayFileError, match="has no column opportunity_id, helpers_wanted"):
            read(Files(files.ties, files.households, files.ties))
        with pytest.raises(ReplayFileError, match="cannot be read: No such file"):
            read(Files(tmp_path / "absent.csv", files.households, files.demand))
