"""Ties and words for each other: one's own alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Tie
from matchmaker.community.queries import ties_for, vouches_for
from matchmaker.community.viewers import VISITOR
from tests.towns import NOW, SmallTown, person, small_town, tie, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestTiesFor:
    def test_shows_ones_own_from_either_side(self, town: SmallTown) -> None:
        seen = ties_for(viewer_of(town.neighbour))

        others = {one.low if one.high == town.neighbour else one.high for one in seen}
        assert others == {town.coordinator, town.helper, town.grid_head}

    @pytest.mark.parametrize("role", ["coordinator", "auditor", "police", "stranger"])
    def test_shows_nobody_the_ties_of_others(self, town: SmallTown, role: str) -> None:
        own = getattr(town, role)

        assert all(own in (one.low, one.high) for one in ties_for(viewer_of(own)))
        assert ties_for(viewer_of(own)).count() == (1 if role == "coordinator" else 0)

    def test_shows_none_that_ended_and_a_visitor_none(self, town: SmallTown) -> None:
        assert list(ties_for(VISITOR)) == []

        Tie.objects.update(ended_at=NOW)

        assert list(ties_for(viewer_of(town.neighbour))) == []

    def test_takes_one_query_with_both_people_and_no_row_more_than_are_read(self, town: SmallTown) -> None:
        for number in range(20):
            tie(town.asker, person(None, town.community, f"居民{number}"), now=NOW - timedelta(days=number))
        viewer = viewer_of(town.asker)

        with CaptureQueriesContext(connection) as asked:
            seen = [(one.low.name, one.high.name, one.renewed_at) for one in ties_for(viewer)[:5]]

        assert len(asked) == 1
        assert [renewed_at for *_, renewed_at in seen] == [NOW - timedelta(days=number) for number in range(5)]


class TestVouchesFor:
    def test_shows_what_one_gave_and_not_what_one_received(self, town: SmallTown) -> None:
        word = vouch(town.neighbour, town.newcomer)

        assert list(vouches_for(viewer_of(town.neighbour))) == [word]
        for other in (town.newcomer, town.coordinator, town.auditor):
            assert list(vouches_for(viewer_of(other))) == []
        assert list(vouches_for(VISITOR)) == []
