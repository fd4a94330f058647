"""`python -m bench.graph`: each row measures what it says, and what cannot be measured is said."""

import importlib.util
import json

import numpy as np
import pytest

from bench import graph
from bench.graph_rows import ROWS, SMALL, WALK, City, few_pairs, walks_networkx, walks_ours

HERE = [number for number, row in enumerate(ROWS) if graph.EXTRAS.get(row[1]) is None]
EXTRAS = [number for number in range(len(ROWS)) if number not in HERE]


class TestRows:
    @pytest.mark.parametrize("number", HERE)
    def test_are_measured(self, number: int) -> None:
        row = graph.measured(number, people=1_000)

        assert list(row) == ["task", "library", "cpu_s", "peak_mb"]
        assert (row["task"], row["library"]) == ROWS[number][:2]
        assert row["cpu_s"] > 0.0
        assert row["peak_mb"] >= 0.0

    @pytest.mark.parametrize("people", [2, 5, 50])
    def test_are_measured_of_next_to_nobody(self, people: int) -> None:
        of_this_size = [number for number in HERE if ROWS[number][2] != SMALL]

        rows = [graph.measured(number, people=people) for number in of_this_size]

        assert [(row["task"], row["library"]) for row in rows] == [ROWS[number][:2] for number in of_this_size]
        assert all(np.isfinite(row["cpu_s"]) and row["cpu_s"] >= 0.0 for row in rows)

    def test_of_few_pairs_are_of_people_who_are_there(self) -> None:
        pairs = {people: few_pairs(City.of(people=people)) for people in (2, 5, 50)}

        assert {people: found.shape for people, found in pairs.items()} == {2: (2, 1), 5: (2, 2), 50: (2, 20)}
        assert all(len(np.unique(found)) == found.size and found.max() < people for people, found in pairs.items())

    def test_of_extras_are_measured_where_they_are_there(self) -> None:
        there = [number for number in EXTRAS if importlib.util.find_spec(graph.EXTRAS[ROWS[number][1]])]

        assert len(EXTRAS) == 4
        assert all(graph.measured(number, people=1_000)["cpu_s"] > 0.0 for number in there)

    def test_walk_a_hundred_times_faster_than_networkx_in_a_small_town(self) -> None:
        """The ratio grows with the town: it is above 500 at 100,000 people."""
        city = City.of(people=20_000)

        assert walks_networkx(city)[0] > 100.0 * walks_ours(city)[0]


class TestCommand:
    def test_prints_one_object(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
        monkeypatch.setattr(graph, "ROWS", ROWS[:2])

        assert graph.main(["--people", "1000", "--json"]) == 0

        printed = json.loads(capsys.readouterr().out)
        assert list(printed) == ["rows"]
        assert [(row["task"], row["library"]) for row in printed["rows"]] == [row[:2] for row in ROWS[:2]]

    def test_says_which_rows_are_missing(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
        monkeypatch.setattr(graph, "ROWS", ROWS[:4])
        monkeypatch.setattr(graph, "EXTRAS", {"rustworkx": "no_such_module", "networkx": "nor_this_one"})

        assert graph.main(["--people", "1000"]) == 0

        told = capsys.readouterr()
        assert "No rows of rustworkx and networkx: `pip install rustworkx networkx` brings them." in told.err
        assert "| rustworkx |" not in told.out
        assert "| scipy |" in told.out
        assert WALK not in told.out

    @pytest.mark.parametrize("people", ["1", "-5", "many", "1e6"])
    def test_refuses_what_is_no_city(self, people: str, capsys: pytest.CaptureFixture) -> None:
        with pytest.raises(SystemExit) as stopped:
            graph.main(["--people", people])

        assert stopped.value.code == 2
        assert "no number of people from 2 on" in capsys.readouterr().err
