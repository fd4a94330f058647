"""What an asker learns at once, before anybody is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import PersonBlock
from matchmaker.community.viewers import Viewer
from matchmaker.matches.queries import first_answer, say_first_answer
from matchmaker.needs.models import Need
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def said(town: SmallTown, need: Need, language: str = "en") -> list[str]:
    answer = first_answer(viewer_of(town.asker), need, now=NOW)
    assert answer is not None
    return say_first_answer(answer, language)


class TestFirstAnswer:
    def test_counts_who_could_come_and_says_when_without_a_name(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.helper)
        open_offer_for(town, person=town.neighbour)
        need = open_need_for(town, verified=False)

        answer = first_answer(viewer_of(town.asker), need, now=NOW)

        assert answer is not None
        assert answer.could_come == 2
        assert answer.earliest_at is not None
        assert answer.earliest_at >= NOW
        words = " ".join(say_first_answer(answer, "en") + say_first_answer(answer, "zh-hans"))
        assert "2 neighbours or organizations could come" in words
        assert "附近有2位邻居或组织可能可以来" in words
        assert town.helper.name not in words

    def test_does_not_count_who_is_blocked(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.helper)
        open_offer_for(town, person=town.neighbour)
        PersonBlock.objects.create(person=town.helper, blocked=town.asker, made_at=NOW)
        need = open_need_for(town, verified=False)

        assert "One neighbour or organization could come" in said(town, need)[0]

    def test_says_why_nobody_yet_and_which_station_to_go_to(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        words = said(town, need)

        assert words[0] == "Nobody near could come yet; we keep looking. The reason:"
        assert "测试服务站" in words[-1]
        assert said(town, need, "zh")[0].startswith("附近暂时还没有人能来")

    def test_is_told_before_anybody_verified_the_need(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.helper)
        need = open_need_for(town, verified=False)

        assert need.verified_at is None
        assert said(town, need)[0].startswith("One neighbour")

    def test_is_for_the_asker_and_workers_of_the_area(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        told = {
            role: first_answer(viewer_of(getattr(town, role)), need, now=NOW) is not None
            for role in ("asker", "coordinator", "grid_head", "helper", "police", "auditor", "other_coordinator")
        }

        assert [role for role, is_told in told.items() if is_told] == ["asker", "coordinator", "grid_head"]

    def test_stops_once_the_need_is_over(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)
        Need.objects.filter(pk=need.pk).update(state="WITHDRAWN", closed_at=NOW)
        need.refresh_from_db()

        assert first_answer(viewer_of(town.asker), need, now=NOW) is None

    def test_asks_as_often_however_many_offers_there_are(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)
        viewer = viewer_of(town.asker)
        counts = []
        for helpers in ([town.helper], [town.neighbour, town.newcomer]):
            for helper in helpers:
                open_offer_for(town, person=helper)
            counts.append(_queries_of(viewer, need))

        assert counts[0] == counts[1]


def _queries_of(viewer: Viewer, need: Need) -> int:
    first_answer(viewer, need, now=NOW)  # what is kept in memory was caught up with
    with CaptureQueriesContext(connection) as seen:
        first_answer(viewer, need, now=NOW)
    return len(seen)
