"""The neighbourhood by building for its coordinator, and by person only with a written reason that can be read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, AreaLevel, Person, PostKind, Tie, TieKind, Vouch
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches.actions import look_around
from matchmaker.matches.models import CaseLook
from matchmaker.matches.queries import neighbourhood
from matchmaker.matches.queries.case_looks import case_look_by_id, people_looked_at
from matchmaker.matches.queries.neighbourhood import (
    Neighbourhood,
    by_building,
    neighbourhood_of,
    parts_of,
    path_between,
    seen_with,
)
from matchmaker.needs.models import Need, NeedState
from matchmaker.privacy.queries import own_data
from matchmaker.records.models import Record
from tests.matches.rows_explored import more_buildings
from tests.town_rows import appoint, area, person
from tests.towns import NOW, SmallTown, proposal_for, small_town, tie, viewer_of

pytestmark = pytest.mark.django_db

MONTH = 12 * NOW.year + NOW.month - 1
ALL = ("KIN", "FRIEND", "HELPED", "MET", "VOUCH")


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def crowded(town: SmallTown) -> list[Person]:
    """Buildings 11, 13 in the first grid, 12, 14 in the second; six in each. 11 knows 12 twice, 12 knows 14."""
    crowd = more_buildings(town, 4, 24)
    tie(crowd[0], crowd[1])
    tie(crowd[4], crowd[1], kind=TieKind.KIN)
    tie(crowd[0], crowd[4], kind=TieKind.MET)
    tie(crowd[1], crowd[3], kind=TieKind.HELPED)
    return crowd


def seen(town: SmallTown) -> Neighbourhood:
    return neighbourhood_of(viewer_of(town.coordinator), town.community.public_id, now=NOW)[1]


def counts(found: Neighbourhood) -> dict[tuple[str, str], int]:
    names = [node.home.name or node.home.grid for node in found.nodes]
    return {(names[link.one], names[link.other]): link.count for link in found.links}


class TestBuildings:
    def test_are_for_the_coordinator_of_the_area_alone(self, town: SmallTown) -> None:
        crowded(town)

        for name in ("asker", "grid_head", "clerk", "police", "auditor", "other_coordinator"):
            with pytest.raises(NotFound):
                neighbourhood_of(viewer_of(getattr(town, name)), town.community.public_id, now=NOW)
        with pytest.raises(NotFound):
            neighbourhood_of(viewer_of(town.coordinator), town.other_community.public_id, now=NOW)

    def test_count_people_and_ties_between_and_within(self, town: SmallTown) -> None:
        crowded(town)

        found = seen(town)

        assert {node.home.name: node.people for node in found.nodes} == {"11": 6, "12": 6, "13": 6, "14": 6, "": 6}
        # The ties of the small town run between buildings of three, which are one without a name in each grid.
        small = {("第1网格", "第1网格"): 2, ("第1网格", "第2网格"): 1}
        assert counts(found) == {("11", "12"): 2, ("11", "11"): 1, ("12", "14"): 1, **small}

    def test_of_few_people_are_put_together_in_their_grid(self, town: SmallTown) -> None:
        found = seen(town)

        assert {(node.home.grid, node.home.name, node.people) for node in found.nodes} == {
            ("第1网格", "", 6),
            ("第2网格", "", 6),
        }

    def test_of_two_communities_with_the_same_names_are_two(self, town: SmallTown) -> None:
        crowd = more_buildings(town, 1, 6)
        grid = area(AreaLevel.GRID, town.other_community, "第1网格")
        corridor = area(AreaLevel.CORRIDOR, grid, "11号楼1单元", building="11", east=0.03)
        home = area(AreaLevel.HOUSEHOLD, corridor, "101室", east=0.03)
        for number in range(5):
            person(home, town.other_community, f"远邻{number}", birth_year=1980)
        appoint(crowd[0], PostKind.COORDINATOR, town.sub_district)

        found = neighbourhood_of(viewer_of(crowd[0]), town.sub_district.public_id, now=NOW)[1]

        told = {(node.home.grid, node.people) for node in found.nodes if node.home.name == "11"}
        assert told == {(f"{town.community.name} 第1网格", 6), (f"{town.other_community.name} 第1网格", 5)}

    def test_leave_out_who_asked_to_be_matched_without_ties(self, town: SmallTown) -> None:
        crowd = crowded(town)
        Person.objects.filter(pk=crowd[1].pk).update(without_graph=True)

        found = seen(town)

        assert {node.home.name: node.people for node in found.nodes}["12"] == 5
        assert ("11", "12") not in counts(found)

    def test_are_summed_up_by_grid_where_there_are_too_many(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crowded(town)
        monkeypatch.setattr(neighbourhood, "MOST_NODES", 3)

        found = seen(town)

        assert found.summed_up
        assert {(node.home.grid, node.people) for node in found.nodes} == {("第1网格", 18), ("第2网格", 18)}

    def test_ask_as_often_however_many_there_are(self, town: SmallTown) -> None:
        viewer, found = viewer_of(town.coordinator), []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                neighbourhood_of(viewer, town.community.public_id, now=NOW)
            found.append(len(queries))
            if len(found) == 1:
                crowded(town)

        assert found[0] == found[1] == 5


class TestSlider:
    def test_goes_back_to_what_was_made_by_then(self, town: SmallTown) -> None:
        """Ties of the town were made a year ago."""
        crowded(town)
        Tie.objects.filter(kind=TieKind.KIN).update(made_at=NOW)

        before = seen_with(seen(town), ALL, MONTH - 1)

        assert counts(before)["11", "12"] == 1
        assert counts(seen_with(seen(town), ["KIN"], MONTH)) == {("11", "12"): 1}
        assert counts(seen_with(seen(town), ALL, MONTH - 13)) == {}

    def test_never_brings_back_what_has_faded(self, town: SmallTown) -> None:
        """Who met once and nothing came of it for a year is in no month any more, nor is a tie that was ended."""
        crowd = crowded(town)
        year_ago = NOW - timedelta(days=365)
        Tie.objects.filter(kind=TieKind.MET).update(made_at=year_ago, renewed_at=year_ago)
        Tie.objects.filter(high=crowd[3]).update(ended_at=NOW)

        found = seen(town)

        assert ("11", "11") not in counts(found)
        assert ("12", "14") not in counts(found)

    def test_tells_a_month_alike_of_buildings_and_of_people(self, town: SmallTown) -> None:
        """One in the morning of 1 March is still February in UTC."""
        need = proposal_for(town).need
        for rows in (Tie.objects, Vouch.objects):
            rows.update(made_at=NOW - timedelta(days=1, hours=8))
        viewer = viewer_of(town.coordinator)
        look = look_around(viewer=viewer, need_id=need.public_id, reason="想知道谁能陪", now=NOW)

        assert seen(town).months == (MONTH, MONTH)
        assert people_looked_at(viewer, look, now=NOW).months == (MONTH, MONTH)


class TestIslandsAndWays:
    def test_are_those_of_the_ties_that_are_seen(self, town: SmallTown) -> None:
        crowded(town)
        found = seen(town)
        at = {node.home.name: node.number for node in found.nodes if node.home.name}

        assert [len(part) for part in parts_of(found)] == [3, 2, 1]
        assert path_between(found, at["11"], at["14"]) == [at["11"], at["12"], at["14"]]
        assert path_between(found, at["11"], at["13"]) == []
        assert path_between(seen_with(found, ["KIN"], MONTH), at["11"], at["14"]) == []


class TestLook:
    def take(self, town: SmallTown, reason: str = "想知道谁能陪") -> CaseLook:
        need = Need.objects.first() or proposal_for(town).need
        return look_around(viewer=viewer_of(town.coordinator), need_id=need.public_id, reason=reason, now=NOW)

    def test_is_refused_without_a_reason_and_to_everybody_else(self, town: SmallTown) -> None:
        need = proposal_for(town).need

        for reason in ("", "  ", "长" * 501):
            with pytest.raises(DomainError):
                self.take(town, reason)
        for name in ("grid_head", "asker"):
            with pytest.raises(NotAllowed):
                look_around(viewer=viewer_of(getattr(town, name)), need_id=need.public_id, reason="想看", now=NOW)
        with pytest.raises(NotFound):
            look_around(viewer=viewer_of(town.stranger), need_id=need.public_id, reason="想看", now=NOW)
        assert CaseLook.objects.count() == 0

    def test_is_one_however_often_the_reason_is_sent(self, town: SmallTown) -> None:
        looks = {self.take(town).pk, self.take(town).pk, self.take(town, "换一个理由").pk}

        assert len(looks) == CaseLook.objects.count() == 2

    def test_is_recorded_and_read_by_whom_it_names(self, town: SmallTown) -> None:
        tie(town.asker, town.neighbour)
        self.take(town)
        told = {
            name: own_data(viewer_of(getattr(town, name)), now=NOW).sections
            for name in ("asker", "helper", "neighbour")
        }
        read = {name: next(one.rows for one in rows if one.code == "case_looks") for name, rows in told.items()}

        assert [row["why"] for row in read["asker"]] == [row["why"] for row in read["helper"]] == ["想知道谁能陪"]
        assert list(read["neighbour"]) == []
        assert Record.objects.filter(kind="case.looked").get().body["need"] == Need.objects.get().pk

    def test_shows_dots_without_names_but_of_the_case(self, town: SmallTown) -> None:
        tie(town.asker, town.neighbour)
        found = people_looked_at(viewer_of(town.coordinator), self.take(town), now=NOW)

        assert found.by_person
        assert {node.name for node in found.nodes if node.name} == {town.asker.name, town.helper.name}
        assert len([node for node in found.nodes if not node.name]) >= 3

    def test_puts_no_dot_into_the_one_small_building_of_a_grid(self, town: SmallTown) -> None:
        """Buildings 1 and 2, three people each, are one without a name; without building 2 it would be building 1."""
        tie(town.asker, town.neighbour)
        before = people_looked_at(viewer_of(town.coordinator), self.take(town), now=NOW)
        Person.objects.filter(household__parent__building="2").update(household=None)
        Person.objects.filter(pk=town.neighbour.pk).update(household=Area.objects.get(pk=town.asker.household_id))

        found = people_looked_at(viewer_of(town.coordinator), self.take(town), now=NOW)

        assert {node.home.grid for node in before.nodes if not node.name} >= {"第1网格"}
        assert {(node.home.grid, node.home.name) for node in found.nodes if not node.name} <= {
            ("", ""),
            ("第2网格", ""),
        }

    def test_names_nobody_whom_it_did_not_note(self, town: SmallTown) -> None:
        """Who agrees to be listed afterwards is named in the next look, which they can read of."""
        tie(town.asker, town.neighbour)
        look = self.take(town)
        Person.objects.filter(pk=town.neighbour.pk).update(listed_with_few_ties=True)

        found = people_looked_at(viewer_of(town.coordinator), look, now=NOW)

        assert town.neighbour.name not in {node.name for node in found.nodes}

    def test_is_over_after_twelve_hours_and_with_the_case(self, town: SmallTown) -> None:
        look, viewer = self.take(town), viewer_of(town.coordinator)

        with pytest.raises(NotFound):
            case_look_by_id(viewer, look.public_id, now=NOW + timedelta(hours=12))
        with pytest.raises(NotFound):
            case_look_by_id(viewer_of(town.other_coordinator), look.public_id, now=NOW)
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=NOW)
        with pytest.raises(NotFound):
            people_looked_at(viewer, case_look_by_id(viewer, look.public_id, now=NOW), now=NOW)

    def test_sums_up_by_building_where_there_are_too_many(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for one in more_buildings(town, 2, 30):
            tie(town.asker, one)
        look = self.take(town)
        monkeypatch.setattr("matchmaker.matches.queries.case_looks.MOST_NODES", 20)

        found = people_looked_at(viewer_of(town.coordinator), look, now=NOW)

        assert found.summed_up
        assert not found.by_person
        assert all(node.people >= 5 and not node.name for node in found.nodes)

    def test_by_building_keeps_every_tie_between_those_shown(self, town: SmallTown) -> None:
        crowd = more_buildings(town, 2, 30)
        for one in crowd:
            tie(town.asker, one)
        for one, other in ((0, 1), (2, 3), (0, 2), (4, 6), (1, 3)):
            tie(crowd[one], crowd[other])
        found = people_looked_at(viewer_of(town.coordinator), self.take(town), now=NOW)

        summed = by_building(found)

        assert {node.home.name: node.people for node in summed.nodes} == {"11": 15, "12": 15}
        assert counts(summed) == {("11", "12"): 2, ("11", "11"): 2, ("12", "12"): 1}
