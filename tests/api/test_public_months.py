"""A month that was told: the same for everybody, with nothing where nothing is told."""

import pytest

from matchmaker.community.models import Area
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import PublicMonth, ScoreCard
from tests.graphql_client import ask, client_for, global_id
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db

MONTHS = """query ($area: ID) { publicMonths(areaId: $area) { nodes {
  community { id } month scoreCard { name } wait all { asked met } byGrid { met }
  kinds { code wait byGrid told { asked met } } grids { name kinds { code told { asked } } }
  ways { way count } vacant { area kind }
} } }"""
NOTHING = {"asked": None, "met": None}
FIGURES = {
    "all": {"asked": 10, "met": 0},
    "wait": "",
    "by_grid": {"asked": 5, "met": None},
    "kinds": [{"code": "SHOPPING", "told": {"asked": 10, "met": 5}, "wait": "WEEK", "by_grid": True}],
    "grids": [{"name": "", "name_en": "", "told": {"asked": 5, "met": 0}, "kinds": {"SHOPPING": NOTHING}}],
    "ways": {"ALL": None, "RULES_ALONE": 10},  # as PostgreSQL keeps it, by length
    "vacant": [{"area": "一网格", "area_en": "", "kind": "GRID_HEAD"}],
}  # fmt: skip


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    publish_score_cards(now=NOW)
    for community in (town.community, town.other_coordinator.community):
        month = NOW.date().replace(day=1)
        card = ScoreCard.objects.earliest("pk")
        PublicMonth.objects.create(community=community, month=month, published_at=NOW, score_card=card, figures=FIGURES)
    return town


def told(town: SmallTown, area: Area | None = None, *, to: str = "") -> list[dict[str, object]]:
    client = client_for(getattr(town, to) if to else None)
    nodes: list[dict[str, object]] = ask(client, MONTHS, area=area and global_id("Area", area))["publicMonths"]["nodes"]
    return nodes


class TestPublicMonths:
    def test_are_the_same_for_a_visitor_and_a_worker(self, town: SmallTown) -> None:
        assert told(town) == told(town, to="coordinator")
        assert len(told(town)) == 2

    def test_tell_what_was_stored_and_nothing_where_nothing_is_told(self, town: SmallTown) -> None:
        (month,) = told(town, town.community)

        assert month["community"] == {"id": global_id("Area", town.community)}
        assert month["all"] == {"asked": 10, "met": 0}
        assert month["wait"] is None
        assert month["byGrid"] == {"met": None}
        assert month["kinds"] == [{"code": "SHOPPING", "wait": "WEEK", "byGrid": True, "told": {"asked": 10, "met": 5}}]
        assert month["grids"] == [{"name": "", "kinds": [{"code": "SHOPPING", "told": {"asked": None}}]}]
        assert month["ways"] == [{"way": "RULES_ALONE", "count": 10}, {"way": "ALL", "count": None}]
        assert month["vacant"] == [{"area": "一网格", "kind": "GRID_HEAD"}]

    def test_of_a_place_that_is_none_are_none(self, town: SmallTown) -> None:
        assert told(town, town.grid) == []
