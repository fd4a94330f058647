"""The city's snapshot has what the towns of its communities have, and the ties between them."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import F

from matchmaker.community.models import Area, Person, Tie, Vouch
from matchmaker.engine.graph import snapshot_of
from matchmaker.engine.snapshot import View
from matchmaker.matches import actions
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.inputs import city_of, town_of
from tests.towns import NOW, SmallTown, match_for, small_town, tie, viewer_of, vouch

pytestmark = pytest.mark.django_db

WELL = OutcomeDraft(happened=True, went_well=1, greet_again=True)


@pytest.fixture
def town() -> SmallTown:
    """With everything that makes a word: ties, a vouch, memberships, and a visit that went well."""
    town = small_town()
    vouch(town.coordinator, town.newcomer)
    match = match_for(town)
    visit = match.visits.get()
    for side in (town.helper, town.asker):
        actions.record_outcome(viewer=viewer_of(side), visit_id=visit.public_id, draft=WELL, now=visit.ends_at)
    Tie.objects.update(made_at=F("made_at") - timedelta(days=40), renewed_at=F("renewed_at") - timedelta(days=40))
    return town


def edges_of(view: View) -> dict[tuple[int, int], float]:
    pairs = view.adjacency.tocoo()
    ends = zip(view.ids[pairs.coords[0]].tolist(), view.ids[pairs.coords[1]].tolist(), strict=True)
    return dict(zip(ends, pairs.data.tolist(), strict=True))


class TestCityOf:
    def test_knows_what_the_town_of_the_community_knows(self, town: SmallTown) -> None:
        later = NOW + timedelta(days=30)
        elsewhere = set(Person.objects.exclude(community=town.community).values_list("pk", flat=True))

        city, told = city_of(now=later), snapshot_of(town_of(town.community, now=later))

        for view in ("neighbourhood", "trust"):
            ours, theirs = getattr(city, view)(), getattr(told, view)()
            assert edges_of(ours) == pytest.approx(edges_of(theirs), rel=1e-9)
            assert set(ours.ids.tolist()) == set(theirs.ids.tolist()) | elsewhere
        assert len(edges_of(city.trust())) > len(edges_of(city.neighbourhood())) > 6
        assert elsewhere

    def test_holds_ties_across_communities(self, town: SmallTown) -> None:
        tie(town.stranger, town.other_coordinator)

        assert (town.stranger.pk, town.other_coordinator.pk) in edges_of(city_of(now=NOW).neighbourhood())

    def test_leaves_out_who_left_or_opted_out_and_words_that_ended(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.neighbour.pk).update(left_at=NOW)
        Person.objects.filter(pk=town.asker.pk).update(without_graph=True)
        Vouch.objects.update(revoked_at=NOW)

        city = city_of(now=NOW)

        assert edges_of(city.neighbourhood()) == {}
        assert not {town.neighbour.pk, town.asker.pk} & set(city.trust().ids.tolist())
        assert all(-min(pair) > 0 for pair in edges_of(city.trust()))  # only memberships are left

    def test_puts_neighbours_side_by_side(self, town: SmallTown) -> None:
        ids = city_of(now=NOW).neighbourhood().ids.tolist()

        path_of = dict(Person.objects.values_list("pk", "household__path"))
        community_of = dict(Person.objects.values_list("pk", "community__path"))
        places = [(community_of[pk], path_of[pk] or "") for pk in ids]
        assert len(set(places)) > 1
        assert len(set(places)) == 1 + sum(one != other for one, other in pairwise(places))
        assert Area.objects.filter(path__in={path for path, _ in places}).count() == 2

    def test_takes_five_queries_or_fewer(self, town: SmallTown, django_assert_max_num_queries) -> None:
        with django_assert_max_num_queries(5):
            city_of(now=NOW)
