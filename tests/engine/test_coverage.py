"""The 15-minute circle, worked by hand."""

from pathlib import Path

import numpy as np
import pytest

from matchmaker.community.street_files import read_street_file
from matchmaker.engine.coverage import (
    AGE_UNKNOWN,
    MINUTES,
    PACES,
    Residents,
    Shares,
    circles,
    coverage,
    walks_to,
)
from matchmaker.engine.places import DETOUR
from matchmaker.engine.streets import straight_metres, streets_of
from tests.engine.test_streets import at, ladder

CLINIC = at(300.0)


def people(*listed: tuple[tuple[float, float], float, int], times: int = 5) -> Residents:
    """So many of each: where they live, their pace and their age."""
    each = [one for one in listed for _ in range(times)]
    return Residents(
        np.asarray([home[0] for home, _, _ in each]),
        np.asarray([home[1] for home, _, _ in each]),
        np.asarray([pace for _, pace, _ in each]),
        np.asarray([age for _, _, age in each]),
    )


YOUNG_AND_OLD = people((at(300.0, 100.0), 75.0, 30), (at(300.0, 100.0), 40.0, 70))
"""On the other road: 700 m along streets, ten minutes for the young and eighteen for the old."""


class TestCoverage:
    def test_counts_each_at_their_own_pace_along_the_streets(self) -> None:
        (covered,) = coverage(YOUNG_AND_OLD, {"HEALTH": [CLINIC]}, ladder())

        assert (covered.young, covered.old) == (Shares(5, (0, 5, 5)), Shares(5, (0, 0, 0)))
        assert (covered.all.within, covered.all.percent, covered.gap) == ((0, 5, 5), 50, 100)

    def test_guesses_by_the_detour_without_a_map(self) -> None:
        (covered,) = coverage(YOUNG_AND_OLD, {"HEALTH": [CLINIC]})

        assert covered.all.within == (10, 10, 10)  # 134 m
        assert covered.gap == 0

    def test_takes_the_nearest_place_of_each_type(self) -> None:
        covered = coverage(YOUNG_AND_OLD, {"A": [CLINIC, at(310.0, 100.0), CLINIC], "B": [CLINIC], "C": []}, ladder())

        assert [(one.code, one.places, one.all.within) for one in covered] == [
            ("A", 2, (10, 10, 10)),
            ("B", 1, (0, 5, 5)),
            ("C", 0, (0, 0, 0)),
        ]

    def test_tells_nothing_of_fewer_than_five(self) -> None:
        four = people((CLINIC, 75.0, 30), (CLINIC, 50.0, 70), times=4)
        (covered,) = coverage(four, {"HEALTH": [CLINIC]})

        assert (covered.all.percent, covered.young.percent, covered.old.percent, covered.gap) == (100, None, None, None)

    def test_counts_people_of_unknown_age_among_all_alone(self) -> None:
        (covered,) = coverage(people((CLINIC, 75.0, AGE_UNKNOWN)), {"HEALTH": [CLINIC]})

        assert (covered.all.people, covered.young.people, covered.old.people) == (5, 0, 0)

    def test_of_nobody_is_nothing(self) -> None:
        (covered,) = coverage(people(times=0), {"HEALTH": [CLINIC]}, ladder())

        assert (covered.all, covered.all.percent) == (Shares(0, (0, 0, 0)), None)

    def test_never_looks_further_than_anybody_walks(self) -> None:
        assert walks_to(at(0.0), people((at(2_001.0), 75.0, 30), times=1), None).tolist() == [np.inf]


class TestCircles:
    def test_count_who_lives_within_each_pace_and_time(self) -> None:
        found = circles(CLINIC, YOUNG_AND_OLD, ladder())

        assert len(found) == len(PACES) * len(MINUTES)
        assert [(one.metres, one.people) for one in found if one.pace.from_age == 13] == [
            (375.0, 0),
            (750.0, 10),
            (1125.0, 10),
        ]
        assert [one.people for one in found if one.pace.from_age == 85] == [0, 0, 0]  # 570 m in a quarter of an hour


class TestRealTown:
    def test_reaches_less_than_the_disk_and_less_than_the_guess_says(self, data_dir: Path) -> None:
        file = read_street_file(data_dir / "streets" / "helsinki_centre.osm.pbf")
        streets = streets_of(file.latitudes, file.longitudes, file.tails, file.heads)
        rng = np.random.default_rng(1)
        homes = rng.choice(len(streets), size=400, replace=False)
        residents = Residents(streets.latitudes[homes], streets.longitudes[homes], np.full(400, 75.0), np.full(400, 30))
        middle = (float(np.median(streets.latitudes)), float(np.median(streets.longitudes)))

        walks = walks_to(middle, residents, streets)

        straight = straight_metres(*middle, residents.latitudes, residents.longitudes)
        assert bool(np.all(walks >= straight - 0.01))
        assert 1.1 < float(np.median(walks / straight)) < 1.6
        assert float(np.median(walks / straight)) == pytest.approx(DETOUR, abs=0.2)
        (covered,) = coverage(residents, {"HEALTH": [middle]}, streets)
        assert covered.all.within == tuple(int((walks <= 75.0 * minutes).sum()) for minutes in MINUTES)
