"""What the engine is told of a town."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Membership, Person
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import forest_of
from matchmaker.matches.inputs import knowledge_in, town_of
from tests.towns import NOW, SmallTown, small_town, tie, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestTownOf:
    def test_tells_the_ties_that_both_confirmed(self, town: SmallTown) -> None:
        told = town_of(town.community, now=NOW)

        expected = {
            tuple(sorted((one.pk, other.pk)))
            for one, other in (
                (town.coordinator, town.neighbour),
                (town.neighbour, town.helper),
                (town.neighbour, town.grid_head),
            )
        }
        assert {(fact.u, fact.v) for fact in told.ties} == expected

    def test_tells_nothing_of_what_lies_between_others_and_one_who_opted_out(self, town: SmallTown) -> None:
        tie(town.stranger, town.coordinator)
        vouch(town.coordinator, town.stranger)
        Person.objects.filter(pk=town.stranger.pk).update(without_graph=True)

        told = town_of(town.community, now=NOW)

        assert town.stranger.pk not in told.people
        assert not any(town.stranger.pk in (fact.u, fact.v) for fact in told.ties)
        assert told.vouches == ()

    def test_counts_nobody_who_opted_out_as_a_stranger(self, town: SmallTown) -> None:
        before = town_of(town.community, now=NOW)
        Person.objects.filter(pk=town.stranger.pk).update(without_graph=True)

        told = town_of(town.community, now=NOW)

        assert set(before.people) - set(told.people) == {town.stranger.pk}
        assert forest_of(tie_graph(told)).islands == pytest.approx(forest_of(tie_graph(before)).islands - 1)

    def test_starts_trust_at_workers_and_at_no_other_post(self, town: SmallTown) -> None:
        told = town_of(town.community, now=NOW)

        assert told.seeds == {town.coordinator.pk, town.grid_head.pk}

    def test_drops_a_membership_on_the_day_it_ends(self, town: SmallTown) -> None:
        Membership.objects.filter(person=town.member).update(until_date=NOW.date())

        told = town_of(town.community, now=NOW)

        assert {fact.person_id for fact in told.memberships} == {town.clerk.pk}


class TestKnowledgeIn:
    def test_is_measured_again_once_somebody_opts_out(self, town: SmallTown) -> None:
        before, _ = knowledge_in(town.community, now=NOW)
        Person.objects.filter(pk=town.neighbour.pk).update(without_graph=True)

        after, _ = knowledge_in(town.community, now=NOW + timedelta(minutes=1))

        assert len(before.ties) == 3
        assert after.ties == ()
