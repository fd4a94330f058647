"""The real files, cut to two villages and nine requests, so that ten replays pass in about a minute."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from matchmaker.simulation.replay.reading import ReplayData, read_replay
from matchmaker.simulation.replay.run import ReplayFigures, ReplaySettings, replay

pytestmark = pytest.mark.django_db

SEEDS = range(1, 6)
VILLAGES = 2
NEEDS = 9


@pytest.fixture
def real_data(data_dir: Path) -> ReplayData:
    """All rows of the files."""
    ties, demand = data_dir / "ties", data_dir / "demand"
    return read_replay(
        ties=ties / "karnataka_ties.csv",
        households=ties / "karnataka_households.csv",
        demand=demand / "nyc_volunteer_opportunities.csv",
    )


def few_villages(data: ReplayData) -> ReplayData:
    numbers = sorted({home.village for home in data.households})[:VILLAGES]
    homes = tuple(home for home in data.households if home.village in numbers)
    names = {home.household for home in homes}
    return replace(data, households=homes, ties=tuple(pair for pair in data.ties if set(pair) <= names))


def replayed(data: ReplayData, policy: str, seed: int) -> ReplayFigures:
    """The figures; the database is as before."""
    with transaction.atomic():
        figures = replay(data, ReplaySettings(policy, seed, helpers_cap=2, max_needs=NEEDS))
        transaction.set_rollback(True)
    return figures


class TestReplayOfRealData:
    def test_reads_every_row(self, real_data: ReplayData) -> None:
        assert real_data.faults == ()
        assert (len(real_data.households), len(real_data.ties), len(real_data.requests)) == (5_741, 27_349, 665)
        assert sum(request.helpers_wanted for request in real_data.requests) == 52_388

    def test_fewest_ties_ends_too(self, real_data: ReplayData) -> None:
        figures = replayed(few_villages(real_data), "fewest_ties", 1)

        assert figures.matched > 0
        assert figures.stranger_index_after < figures.stranger_index_before

    def test_identity_leaves_a_town_no_stranger_than_nearest_does(self, real_data: ReplayData) -> None:
        data = few_villages(real_data)

        identity = [replayed(data, "identity", seed) for seed in SEEDS]
        nearest = [replayed(data, "nearest", seed) for seed in SEEDS]

        before = {figures.stranger_index_before for figures in identity + nearest}
        assert len(before) == 1
        assert _mean_after(identity) <= _mean_after(nearest)


def _mean_after(runs: list[ReplayFigures]) -> float:
    return sum(figures.stranger_index_after for figures in runs) / len(runs)
