"""Who is around an open case: for its coordinator alone, and nobody by name who may not be named."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, AreaLevel, Mandate, MandateKind, Person, Vouch
from matchmaker.matches.actions import look_around
from matchmaker.matches.models import CaseLook, SecondLook, SetAside
from matchmaker.matches.queries import case_buildings_for, case_graph, case_graph_for
from matchmaker.matches.queries.around import Part
from matchmaker.matches.queries.case_graph import CaseGraph, Chain
from matchmaker.matches.queries.known import KnownBy
from matchmaker.needs.models import Need, NeedState
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, person, proposal_for, small_town, tie, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """The neighbour knows the asker and gave their word for the helper, who is proposed; the coordinator said why."""
    town = small_town()
    proposal_for(town)
    tie(town.asker, town.neighbour)
    vouch(town.neighbour, town.helper)
    look(town)
    return town


def need() -> Need:
    return Need.objects.select_related("place", "service_type", "for_person").get()


def look(town: SmallTown, reason: str = "想知道谁能陪") -> CaseLook:
    return look_around(viewer=viewer_of(town.coordinator), need_id=need().public_id, reason=reason, now=NOW)


def seen_by(person: Person) -> CaseGraph | None:
    return case_graph_for(viewer_of(person), need(), now=NOW)


def drawn(town: SmallTown) -> CaseGraph:
    found = seen_by(town.coordinator)
    assert found is not None
    return found


def shortest(found: CaseGraph) -> Chain:
    """The way over one neighbour."""
    return next(one for one in found.chains if len(one.dots) == 3)


class TestCaseGraph:
    def test_is_for_the_coordinator_of_the_area_alone(self, town: SmallTown) -> None:
        others = ("asker", "helper", "neighbour", "grid_head", "clerk", "police", "auditor", "other_coordinator")
        for name in others:
            CaseLook.objects.create(need=need(), looked_by=getattr(town, name), reason="想看", looked_at=NOW)

        assert [name for name in others if seen_by(getattr(town, name)) is not None] == []
        assert seen_by(town.coordinator) is not None

    def test_is_none_without_a_look_of_ones_own_that_holds(self, town: SmallTown) -> None:
        other = {"looked_by": town.grid_head, "looked_at": NOW}
        for changed in ({"looked_at": NOW - timedelta(hours=12)}, other):
            CaseLook.objects.update(**changed)
            assert seen_by(town.coordinator) is None
        CaseLook.objects.update(looked_by=town.coordinator, looked_at=NOW - timedelta(hours=11, minutes=59))
        assert seen_by(town.coordinator) is not None
        CaseLook.objects.all().delete()
        assert seen_by(town.coordinator) is None

    def test_ends_with_the_case(self, town: SmallTown) -> None:
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=NOW)

        assert seen_by(town.coordinator) is None

    def test_is_none_of_who_is_helped_themself(self, town: SmallTown) -> None:
        Need.objects.update(for_person=town.coordinator, asked_by=town.coordinator)

        assert seen_by(town.coordinator) is None

    def test_names_those_of_the_case_and_who_may_be_named(self, town: SmallTown) -> None:
        before = {dot.person.pk if dot.person else None: dot.part for dot in drawn(town).dots}
        Person.objects.filter(pk=town.neighbour.pk).update(listed_with_few_ties=True)
        as_noted = {dot.person.pk for dot in drawn(town).dots if dot.person}
        look(town, "再看一次")
        after = {dot.person.pk for dot in drawn(town).dots if dot.person}

        assert before[town.asker.pk] is Part.HELPED
        assert before[town.helper.pk] is Part.PROPOSED
        assert town.neighbour.pk not in before
        assert before[None] is Part.AROUND
        assert town.neighbour.pk not in as_noted
        assert town.neighbour.pk in after

    def test_tells_how_the_helper_comes_to_be_known(self, town: SmallTown) -> None:
        chain = shortest(drawn(town))

        assert chain.helper == town.helper
        assert [line.kinds for line in chain.lines] == [(KnownBy.FRIEND,), (KnownBy.FRIEND, KnownBy.VOUCH)]
        asker, helper = town.asker.name, town.helper.name
        assert (
            case_graph.in_words(chain, "en") == f"{asker} → (friends) a neighbour → (friends, gave their word) {helper}"
        )
        assert case_graph.in_words(chain, "zh") == f"{asker} → (朋友) 一位邻居 → (朋友、引荐) {helper}"

    def test_tells_of_no_word_that_was_set_aside(self, town: SmallTown) -> None:
        moments = dict.fromkeys(("asked_at", "due_at", "taken_at", "answered_at"), NOW)
        answered = {"state": "ANSWERED", "answer": "SET_ASIDE", "reason": "核实过了"}
        look = SecondLook.objects.create(person=town.helper, question="KNOWN_HERE", **answered, **moments)
        word = Vouch.objects.get(voucher=town.neighbour, person=town.helper)
        aside = SetAside.objects.create(look=look, vouch=word, set_aside_at=NOW)

        assert [line.kinds for line in shortest(drawn(town)).lines] == [(KnownBy.FRIEND,), (KnownBy.FRIEND,)]
        SetAside.objects.filter(pk=aside.pk).update(lifted_at=NOW, lift_reason="弄错了")
        assert shortest(drawn(town)).lines[1].kinds == (KnownBy.FRIEND, KnownBy.VOUCH)

    def test_is_no_proxys(self, town: SmallTown) -> None:
        """Not even where the proxy coordinates the area."""
        assert seen_by(town.coordinator) is not None
        days = {"starts_date": NOW.date() - timedelta(days=9), "ends_date": NOW.date() + timedelta(days=9)}
        Mandate.objects.create(
            kind=MandateKind.PROXY, holder=town.coordinator, for_person=town.asker, told_at=NOW, evidence="书面", **days
        )

        assert seen_by(town.coordinator) is None
        assert case_buildings_for(viewer_of(town.coordinator), need(), now=NOW) is None

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

    def test_counts_buildings_of_two_grids_apart_whatever_they_are_called(self, town: SmallTown) -> None:
        """Four people here and four there are no building of eight."""
        Area.objects.filter(level=AreaLevel.CORRIDOR).update(building="1")
        for home in (town.households[0], town.households[-1]):
            for number in range(4):
                tie(town.asker, person(home, town.community, f"居民{number}", now=NOW))
        Person.objects.filter(household__isnull=False).exclude(name__startswith="居民").update(household=None)
        Person.objects.filter(pk=town.asker.pk).update(household=None)
        viewer = viewer_of(town.coordinator)

        found = case_buildings_for(viewer, need(), now=NOW)
        assert found is not None
        assert found.buildings == ()

        for home in (town.households[0], town.households[-1]):
            tie(town.asker, person(home, town.community, "居民5", now=NOW))
        found = case_buildings_for(viewer, need(), now=NOW)
        assert found is not None
        names = {f"{town.grid.name} 1", f"{town.other_grid.name} 1"}
        assert {(one.name, one.people) for one in found.buildings} == {(name, 5) for name in names}

    def test_shows_no_building_of_few(self, town: SmallTown) -> None:
        found = case_buildings_for(viewer_of(town.coordinator), need(), now=NOW)

        assert found is not None
        assert found.buildings == found.between == ()

    def test_is_for_the_same_reader(self, town: SmallTown) -> None:
        assert case_buildings_for(viewer_of(town.police), need(), now=NOW) is None
        assert case_buildings_for(viewer_of(town.grid_head), need(), now=NOW) is None
