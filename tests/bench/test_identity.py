"""The laboratory of the stranger index: what it prints, and that its town does what its words say."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench.identity import interval, main
from bench.identity_world import COMPANION_VISITS, DEFAULT_RATES, Estate, Policy, Rates, estate, live


@pytest.fixture(scope="module")
def begun() -> Estate:
    return estate(1)


def two_villages(folder: Path) -> list[str]:
    """A triangle with a fourth household, and a pair."""
    (folder / "homes.csv").write_text("household,village,leader\n1,7,0\n2,7,0\n3,7,1\n4,7,0\n5,8,0\n6,8,0\n")
    (folder / "ties.csv").write_text("household_a,household_b\n1,2\n2,3\n1,3\n5,6\n")
    return ["--households", str(folder / "homes.csv"), "--ties", str(folder / "ties.csv"), "--part", "villages"]


def written(folder: Path, homes: str, ties: str) -> list[str]:
    (folder / "homes.csv").write_text(homes, encoding="utf-8", newline="")
    (folder / "ties.csv").write_text(ties, encoding="utf-8", newline="")
    return ["--households", str(folder / "homes.csv"), "--ties", str(folder / "ties.csv"), "--part", "villages"]


class TestVillages:
    def test_are_told_as_one_object(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([*two_villages(tmp_path), "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert told["villages"]["7"]["sigma"] == pytest.approx((3 / 2 + 1 - 1) / 3)
        assert told["villages"]["7"]["supported"] == 1.0
        assert told["villages"]["8"]["islands"] == pytest.approx(4 / 3)
        assert told["support"] == pytest.approx(3 / 4)
        assert told["gain_max_rel_error"] <= 1e-9

    def test_are_told_as_a_table(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(two_villages(tmp_path)) == 0

        assert "| 7 | 4 | 3 | 0.500 | 2 | 100.0% |" in capsys.readouterr().out

    @pytest.mark.parametrize("text", ["", "nothing,of,this\n1,2,3\n", "household_a,household_b\n"])
    def test_refuse_a_file_that_is_another(self, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
        given = two_villages(tmp_path)
        (tmp_path / "homes.csv").write_text(text)

        assert main([*given, "--json"]) == 2

        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "homes.csv" in said.err

    def test_refuse_to_be_measured_without_files(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            main(["--part", "villages"])

        assert left.value.code == 2

    def test_without_ties_or_with_one_household_are_told_all_the_same(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given = two_villages(tmp_path)
        (tmp_path / "homes.csv").write_text("household,village,leader\n1,7,0\n2,8,0\n3,8,1\n")
        (tmp_path / "ties.csv").write_text("household_a,household_b\n")

        assert main([*given, "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert told["villages"]["7"]["sigma"] == 0.0
        assert told["villages"]["8"] == {"people": 2, "ties": 0, "sigma": 1.0, "islands": 2.0, "supported": None}
        assert told["support"] is None


HOMES = "household,village,leader\n"
TIES = "household_a,household_b\n"
PAIR = HOMES + "1,7,0\n2,7,1\n"
ONE_TIE = {"people": 2, "ties": 1, "sigma": pytest.approx(1 / 3), "islands": pytest.approx(4 / 3), "supported": 0.0}


class TestOddVillages:
    """Files of the same columns that are not as tidy: one object, or one clear sentence."""

    @pytest.mark.parametrize(
        ("homes", "ties"),
        [
            (PAIR, TIES + "1,2\n"),
            (HOMES + "2,7,1\n\n1,7,0\n", TIES + "2,1\n"),
            ("street,household,leader,village\nA,1,0,7\nB,2,1,7\n", "household_b,since,household_a\n2,1999,1\n"),
            (HOMES + "1,7,0\n1,7,0\n2,7,1\n", TIES + "1,2\n2,1\n1,2\n"),
            (PAIR, TIES + "1,1\n1,2\n2,2\n"),
            (PAIR, TIES + "1,9\n1,2\n"),
            (PAIR, TIES + "1,2\n1\n1,2,3\nx,y\n"),
            (PAIR.replace(",", ";"), TIES.replace(",", "\t") + "1\t2\n"),
            (
                "\ufeffHousehold, Village ,LEADER\r\n1, 7, 0\r\n2, 7, 1\r\n",
                '"household_a","household_b"\r\n"1","2"\r\n',
            ),
        ],
        ids=["plain", "unsorted", "more columns", "twice", "selves", "unknown", "broken", "parted otherwise", "quoted"],
    )
    def test_are_read_as_what_can_be_used_of_them(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], homes: str, ties: str
    ) -> None:
        assert main([*written(tmp_path, homes, ties), "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert told["villages"] == {"7": ONE_TIE}
        assert told["gain_max_rel_error"] <= 1e-9

    def test_name_every_row_that_was_left_out(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(written(tmp_path, PAIR, TIES + "1,1\n1,9\n1,2\n2,1\n")) == 0

        assert [line.split(":")[-2:] for line in capsys.readouterr().err.splitlines()] == [
            ["2", " ties a household to itself"],
            ["3", " household 9 is not among the households"],
            ["5", " repeats line 4"],
        ]

    def test_of_one_household_each_have_no_gain_to_be_off(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*written(tmp_path, HOMES + "1,7,0\n2,8,0\n3,9,0\n", TIES + "1,2\n"), "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        alone = {"people": 1, "ties": 0, "sigma": 0.0, "islands": 1.0, "supported": None}
        assert told == {
            "villages": dict.fromkeys(("7", "8", "9"), alone),
            "support": None,
            "gain_max_rel_error": 0.0,
        }

    @pytest.mark.parametrize(
        ("homes", "ties", "said"),
        [
            (
                HOMES + "h1,7,0\n",
                TIES,
                "homes.csv holds no household that can be used: line 2 household is not a whole",
            ),
            (HOMES + "1,7,yes\n", TIES, "homes.csv holds no household that can be used: line 2 leader is neither"),
            (HOMES, TIES, "homes.csv holds no household that can be used."),
            (PAIR, "", "ties.csv has no column household_a, household_b"),
            (PAIR, '"household_a\n1,2\n', "ties.csv has no column household_a, household_b"),
            (TIES, HOMES, "homes.csv has no column household, village, leader"),
        ],
    )
    def test_that_are_no_villages_are_refused_in_one_sentence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], homes: str, ties: str, said: str
    ) -> None:
        assert main([*written(tmp_path, homes, ties), "--json"]) == 2

        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        assert said in told.err


class TestRealVillages:
    def test_have_gains_that_equal_full_recomputation(self, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
        ties, households = (data_dir / "ties" / f"karnataka_{name}.csv" for name in ("ties", "households"))

        assert main(["--ties", str(ties), "--households", str(households), "--part", "villages", "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        sigmas = [village["sigma"] for village in told["villages"].values()]
        assert len(sigmas) == 26
        assert told["gain_max_rel_error"] <= 1e-9
        assert min(sigmas) == pytest.approx(0.149, abs=0.0005)
        assert np.mean(sigmas) == pytest.approx(0.21, abs=0.005)
        assert told["support"] == pytest.approx(0.833, abs=0.0005)


class TestSketched:
    def test_tells_how_a_city_was_embedded_and_how_well(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--part", "sketch", "--people", "2000", "--json"]) == 0

        told = json.loads(capsys.readouterr().out)["sketch"]["2000"]
        assert told["ties"] == 6_800
        assert told["spearman"] >= 0.95
        assert told["best_of_20_keeps"] >= 0.98
        assert told["median_rel_error"] <= told["told_rel_error"]


class TestInterval:
    def test_is_by_students_t(self) -> None:
        told = interval([1.0, 2.0, 3.0])

        assert told["mean"] == 2.0
        assert told["high"] == pytest.approx(2.0 + 4.302653 / np.sqrt(3.0), rel=1e-6)


class TestLive:
    def test_is_the_same_for_the_same_seed(self, begun: Estate) -> None:
        policy = Policy("identity", "identity", 0.25, needs=200)

        assert live(begun, policy, DEFAULT_RATES) == live(begun, policy, DEFAULT_RATES)

    def test_meets_every_need_and_counts_hours(self, begun: Estate) -> None:
        ended = live(begun, Policy("nearest", "nearest", 0.25, needs=200), DEFAULT_RATES)

        assert (ended.needs_met, ended.hours) == (200, 250)

    def test_leaves_the_town_as_it_was_where_no_tie_lasts(self, begun: Estate) -> None:
        ended = live(begun, Policy("identity", needs=200), Rates(0.0, 0.0))

        assert ended.sigma == pytest.approx(ended.sigma_before)
        assert ended.ties == begun.forest.adjacency.nnz // 2

    def test_makes_a_tie_of_each_pair_that_meets_where_all_last(self, begun: Estate) -> None:
        alone = live(begun, Policy("identity", needs=100), Rates(1.0, 1.0))
        along = live(begun, Policy("identity", "identity", 0.5, needs=100), Rates(1.0, 1.0))

        assert alone.ties - begun.forest.adjacency.nnz // 2 <= 100
        assert along.ties > alone.ties + 75
        assert along.sigma < alone.sigma < along.sigma_before

    def test_brings_nobody_along_more_often_than_they_would(self, begun: Estate) -> None:
        ended = live(begun, Policy("nearest", "nearest", 1.0, needs=400), DEFAULT_RATES)

        willing = len(np.unique(begun.companions))
        assert ended.hours - 400 <= willing * COMPANION_VISITS

    def test_walks_least_where_the_nearest_helps(self, begun: Estate) -> None:
        nearest, identity = (
            live(begun, Policy(helper, needs=200), DEFAULT_RATES) for helper in ("nearest", "identity")
        )

        assert nearest.walk_m < identity.walk_m
        assert identity.sigma < nearest.sigma
