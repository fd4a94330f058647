"""Who is around an open case: for its coordinator alone, and nobody by name who may not be named."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person
from matchmaker.matches.queries import case_buildings_for, case_graph, case_graph_for
from matchmaker.matches.queries.around import Part
from matchmaker.matches.queries.case_graph import CaseGraph
from matchmaker.matches.queries.known import KnownBy
from matchmaker.needs.models import Need, NeedState
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, proposal_for, small_town, tie, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """The neighbour knows the asker and gave their word for the helper, who is proposed."""
    town = small_town()
    proposal_for(town)
    tie(town.asker, town.neighbour)
    vouch(town.neighbour, town.helper)
    return town


def need() -> Need:
    return Need.objects.select_related("place", "service_type", "for_person").get()


def seen_by(person: Person) -> CaseGraph | None:
    return case_graph_for(viewer_of(person), need(), now=NOW)


def drawn(town: SmallTown) -> CaseGraph:
    found = seen_by(town.coordinator)
    assert found is not None
    return found


class TestCaseGraph:
    def test_is_for_the_coordinator_of_the_area_alone(self, town: SmallTown) -> None:
        others = ("asker", "helper", "neighbour", "grid_head", "clerk", "police", "auditor", "other_coordinator")

        assert [name for name in others if seen_by(getattr(town, name)) is not None] == []
        assert seen_by(town.coordinator) is not None

    def test_ends_with_the_case(self, town: SmallTown) -> None:
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=NOW)

        assert seen_by(town.coordinator) is None

    def test_is_none_of_who_is_helped_themself(self, town: SmallTown) -> None:
        Need.objects.update(for_person=town.coordinator, asked_by=town.coordinator)

        assert seen_by(town.coordinator) is None

    def test_names_those_of_the_case_and_who_may_be_named(self, town: SmallTown) -> None:
        before = {dot.person.pk if dot.person else None: dot.part for dot in drawn(town).dots}
        Person.objects.filter(pk=town.neighbour.pk).update(listed_with_few_ties=True)
        after = {dot.person.pk for dot in drawn(town).dots if dot.person}

        assert before[town.asker.pk] is Part.HELPED
        assert before[town.helper.pk] is Part.PROPOSED
        assert town.neighbour.pk not in before
        assert before[None] is Part.AROUND
        assert town.neighbour.pk in after

    def test_tells_how_the_helper_comes_to_be_known(self, town: SmallTown) -> None:
        (chain,) = [one for one in drawn(town).chains if len(one.dots) == 3][:1]

        assert chain.helper == town.helper
        assert [line.kinds for line in chain.lines] == [(KnownBy.FRIEND,), (KnownBy.FRIEND, KnownBy.VOUCH)]
        asker, helper = town.asker.name, town.helper.name
        assert (
            case_graph.in_words(chain, "en") == f"{asker} → (friends) a neighbour → (friends, gave their word) {helper}"
        )
        assert case_graph.in_words(chain, "zh") == f"{asker} → (朋友) 一位邻居 → (朋友、引荐) {helper}"

    def test_leaves_out_who_is_matched_without_ties(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.neighbour.pk).update(without_graph=True)
        found = drawn(town)

        assert not found.chains
        assert all(dot.part is not Part.AROUND or dot.person != town.neighbour for dot in found.dots)
        Person.objects.filter(pk=town.asker.pk).update(without_graph=True)
        assert seen_by(town.coordinator) is None

    def test_leaves_out_who_lives_elsewhere(self, town: SmallTown) -> None:
        count = len(drawn(town).dots)
        tie(town.asker, town.other_coordinator)

        assert len(drawn(town).dots) == count

    def test_is_the_same_picture_each_time(self, town: SmallTown) -> None:
        crowd(town, 12)

        assert drawn(town) == drawn(town)

    def test_draws_the_nearest_and_counts_the_rest(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        people = crowd(town, 30)
        for one in people:
            tie(town.asker, one)
        monkeypatch.setattr(case_graph, "PEOPLE_DRAWN", 20)

        found = drawn(town)

        assert len(found.dots) == 20
        assert found.left_out >= 30 - 18

    def test_takes_the_same_queries_for_a_crowd(self, town: SmallTown) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                drawn(town)
            return len(captured)

        few = queries()
        for one in crowd(town, 30):
            tie(town.asker, one)

        assert queries() <= few + 3
        assert queries() <= 20


class TestCaseBuildings:
    def test_sums_up_buildings_of_five_and_more(self, town: SmallTown) -> None:
        people = crowd(town, 24)
        for one in people:
            tie(town.asker, one)
        tie(people[0], people[3])

        found = case_buildings_for(viewer_of(town.coordinator), need(), now=NOW)

        assert found is not None
        assert {building.name for building in found.buildings} == {"1", "2", "3", "4"}
        assert all(building.people >= 5 for building in found.buildings)
        assert sum(one.ties for one in found.between) >= 18

    def test_shows_no_building_of_few(self, town: SmallTown) -> None:
        found = case_buildings_for(viewer_of(town.coordinator), need(), now=NOW)

        assert found is not None
        assert found.buildings == found.between == ()

    def test_is_for_the_same_reader(self, town: SmallTown) -> None:
        assert case_buildings_for(viewer_of(town.police), need(), now=NOW) is None
        assert case_buildings_for(viewer_of(town.grid_head), need(), now=NOW) is None
