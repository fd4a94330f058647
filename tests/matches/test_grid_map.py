"""The map of grids: tiles from north to south, requests with nobody yet, and who reaches help on foot."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, AreaLevel
from matchmaker.errors import NotFound
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import Round, RoundState, ScoreCard, UnmetNeed
from matchmaker.matches.queries.grid_map import GridMap, grid_map_for
from matchmaker.needs.models import Need
from tests.town_rows import area, person
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, small_town, viewer_of
from tests.way import ONE_MORE

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """Six people in each grid; the search found nobody for the asker's shopping and the stranger's clinic."""
    town = small_town()
    publish_score_cards(now=NOW)
    done = Round.objects.create(
        community=town.community, score_card=ScoreCard.objects.earliest("pk"), state=RoundState.DONE, seed=7,
        horizon_start_at=NOW, requested_at=NOW, finished_at=NOW, requested_by=town.coordinator,
    )  # fmt: skip
    clinic = {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}
    for need in (open_need_for(town, person=town.asker), open_need_for(town, person=town.stranger, **clinic)):
        UnmetNeed.objects.create(round=done, need=need, helpers_missing=1, rule_code="SKILLS", reasons=[ONE_MORE])
    return town


def map_of(town: SmallTown, role: str = "coordinator", *, kind: str = "", of: Area | None = None) -> GridMap:
    return grid_map_for(viewer_of(getattr(town, role)), of.public_id if of else None, kind)


def told(found: GridMap) -> dict[str, tuple[int, int, int]]:
    return {one.grid.name: (one.column, one.row, one.unmet) for one in found.grids}


class TestGridMapFor:
    def test_counts_requests_with_nobody_where_they_are(self, town: SmallTown) -> None:
        assert told(map_of(town)) == {"第1网格": (0, 0, 1), "第2网格": (1, 0, 1)}
        assert told(map_of(town, kind="SHOPPING")) == {"第1网格": (0, 0, 1), "第2网格": (1, 0, 0)}

    def test_counts_for_a_heading_what_stands_below_it(self, town: SmallTown) -> None:
        heading = Need.objects.get(for_person=town.asker).service_type.parent
        assert heading is not None

        assert told(map_of(town, kind=heading.code))["第1网格"][2] == 1

    def test_leaves_out_a_request_that_somebody_is_asked_for(self, town: SmallTown) -> None:
        Need.objects.filter(for_person=town.asker).update(helpers_found=1)

        assert told(map_of(town))["第1网格"][2] == 0

    def test_says_how_many_of_each_grid_get_there_on_foot(self, town: SmallTown) -> None:
        far = area(AreaLevel.GRID, town.community, "远处网格")
        corridor = area(AreaLevel.CORRIDOR, far, "20号楼1单元", building="20", east=0.03)
        home = area(AreaLevel.HOUSEHOLD, corridor, "101室", east=0.03)
        for number in range(5):
            person(home, town.community, f"远邻{number}")
        open_offer_for(town, organization=town.organization, service_types=("SHOPPING",))

        near = {one.grid.name: (one.people, one.percent) for one in map_of(town, kind="SHOPPING").grids}

        assert near["第1网格"][1] == near["第2网格"][1] == 100
        assert near["远处网格"] == (5, 0)

    def test_says_nothing_of_a_grid_of_few(self, town: SmallTown) -> None:
        few = area(AreaLevel.GRID, town.community, "小网格")
        corridor = area(AreaLevel.CORRIDOR, few, "21号楼1单元", building="21", east=0.001)
        home = area(AreaLevel.HOUSEHOLD, corridor, "101室", east=0.001)
        for number in range(4):
            person(home, town.community, f"少数{number}")

        (found,) = [one for one in map_of(town).grids if one.grid == few]

        assert (found.people, found.percent) == (None, None)

    def test_counts_apart_what_lies_in_no_grid(self, town: SmallTown) -> None:
        Need.objects.filter(for_person=town.asker).update(place=town.community)

        found = map_of(town)

        assert (found.elsewhere, told(found)["第1网格"][2]) == (1, 0)

    def test_is_of_the_grid_alone_for_whoever_works_there(self, town: SmallTown) -> None:
        assert list(told(map_of(town, "grid_head"))) == ["第1网格"]

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            map_of(town, role, of=town.community)

    def test_asks_as_often_for_many_grids_as_for_few(self, town: SmallTown) -> None:
        counts = []
        for many in (0, 6):
            for number in range(many):
                area(AreaLevel.GRID, town.community, f"又一网格{number}")
            with CaptureQueriesContext(connection) as queries:
                found = map_of(town, kind="SHOPPING")
            counts.append((len(found.grids), len(queries)))

        assert [grids for grids, _ in counts] == [2, 8]
        assert counts[0][1] == counts[1][1]

    def test_knows_no_kind_that_there_is_not(self, town: SmallTown) -> None:
        with pytest.raises(NotFound):
            map_of(town, kind="NOTHING")

    def test_reads_the_greatest_area_of_the_viewer_where_none_is_named(self, town: SmallTown) -> None:
        found = map_of(town, "other_coordinator")

        assert found.area == town.other_community
        assert [(one.grid.name, one.unmet, one.people) for one in found.grids] == [("另一网格", 0, None)]
