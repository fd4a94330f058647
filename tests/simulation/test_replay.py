"""The replay command, on a small made-up village of its own."""

import json
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = (
    "opportunity_id,helpers_wanted,title,summary,category,organization,postcode,recurrence,hours,created,starts,ends,"
    "status,latitude,longitude"
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Forty households in a ring with a few chords, and five requests."""
    households = [f"{1000 + number},1,0" for number in range(40)]
    ring = [f"{1000 + number},{1000 + (number + 1) % 40}" for number in range(40)]
    chords = [f"{1000 + number},{1000 + (number + 7) % 40}" for number in range(0, 40, 4)]
    requests = [
        f"{number},2,Help,Help,Education,Club,10009,onetime,0,January 19 2011,January 22 2011,,approved,,"
        for number in range(1, 6)
    ]
    return {
        "households": written(tmp_path / "households.csv", "household,village,leader", households),
        "ties": written(tmp_path / "ties.csv", "household_a,household_b", ring + chords),
        "demand": written(tmp_path / "demand.csv", COLUMNS, requests),
    }


def written(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def replayed(files: dict[str, Path]) -> dict[str, object]:
    out = StringIO()
    named = [f"--{name}={path}" for name, path in files.items()]
    call_command("replay", *named, "--policy=identity", "--seed=3", "--json", stdout=out, stderr=StringIO())
    figures: dict[str, object] = json.loads(out.getvalue())
    return figures


class TestReplay:
    def test_prints_one_object_with_every_figure(self, files: dict[str, Path]) -> None:
        figures = replayed(files)

        assert figures["helpers_wanted"] == 10
        assert figures["seed"] == 3
        assert 0 < int(str(figures["matched"])) <= 10
        assert float(str(figures["stranger_index_after"])) <= float(str(figures["stranger_index_before"]))
        assert {"mean_walk_m", "minutes_booked"} <= figures.keys()

    def test_gives_the_same_figures_for_permuted_rows(self, files: dict[str, Path]) -> None:
        straight = replayed(files)
        for path in files.values():
            header, *rows = path.read_text(encoding="utf-8").splitlines()
            Random(5).shuffle(rows)
            written(path, header, rows)

        assert replayed(files) == straight

    def test_names_a_faulty_row_and_keeps_the_rest(self, files: dict[str, Path]) -> None:
        with files["demand"].open("a", encoding="utf-8") as stream:
            stream.write("x,many,Help,Help,Education,Club,10009,onetime,0,,,,approved,,\n")

        figures = replayed(files)

        assert figures["helpers_wanted"] == 10
