"""The call list: whom, in which order, and for whose eyes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import PostKind
from matchmaker.community.viewers import VISITOR
from matchmaker.notices.actions import log_call, plan_deliveries
from matchmaker.notices.models import Call, NoticeKind
from matchmaker.notices.queries import calls_for, told_in
from matchmaker.notices.ways import phone_of
from tests.notices.messages import SOON, tell, told
from tests.town_rows import appoint, person
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestCallsFor:
    def test_are_for_the_workers_of_the_persons_area(self, town: SmallTown) -> None:
        appoint(town.stranger, PostKind.GRID_HEAD, town.other_grid)
        told(town.elder)
        [call] = Call.objects.all()

        for worker in (town.grid_head, town.coordinator):
            assert list(calls_for(viewer_of(worker), TODAY)) == [call]
        for other in (town.stranger, town.other_coordinator, town.police, town.auditor, town.clerk, town.asker):
            assert list(calls_for(viewer_of(other), TODAY)) == []
        assert list(calls_for(VISITOR, TODAY)) == []

    def test_are_for_the_coordinator_where_the_home_is_not_known(self, town: SmallTown) -> None:
        told(person(None, town.community, "无住处"))

        assert len(calls_for(viewer_of(town.coordinator), TODAY)) == 1
        assert len(calls_for(viewer_of(town.grid_head), TODAY)) == 0

    def test_begin_with_what_is_urgent_and_then_with_who_waits_longest(self, town: SmallTown) -> None:
        first, second, third = (person(town.households[0], town.community, name) for name in "甲乙丙")
        told(first)
        told(second, now=NOW + timedelta(minutes=1))
        tell(third, urgent=True, now=NOW + timedelta(minutes=5))
        plan_deliveries(now=NOW + timedelta(minutes=5))

        assert [call.person for call in calls_for(viewer_of(town.grid_head), TODAY)] == [third, first, second]

    def test_are_none_before_any_day_and_all_at_the_end_of_days(self, town: SmallTown) -> None:
        told(town.elder)
        worker = viewer_of(town.grid_head)

        assert [len(calls_for(worker, day)) for day in (date.min, date.max)] == [0, 1]

    def test_stand_on_their_day_and_each_later_one(self, town: SmallTown) -> None:
        told(town.elder)
        worker = viewer_of(town.grid_head)
        [call] = calls_for(worker, TODAY)

        log_call(viewer=worker, call_id=call.public_id, result="NOT_REACHED", now=NOW + SOON)

        assert list(calls_for(worker, TODAY)) == []
        assert list(calls_for(worker, TOMORROW)) == [call]
        assert list(calls_for(worker, TOMORROW + timedelta(days=7))) == [call]

    def test_say_each_thing_in_one_sentence_with_what_can_be_answered(self, town: SmallTown) -> None:
        told(town.elder, NoticeKind.HELPER_FOUND, NoticeKind.NEED_EXPIRED)
        [call] = calls_for(viewer_of(town.grid_head), TODAY)

        sentences = [told.sentence for told in told_in(call, "zh")]

        assert sentences[0] == "有位邻居愿意来帮忙，您看行不行？（可以答：行；这次不用）"
        assert len(sentences) == 2
        assert told_in(call, "en")[0].sentence.startswith("A neighbour is willing to come")

    def test_take_two_queries_however_many_there_are(self, town: SmallTown) -> None:
        for number in range(12):
            told(person(town.households[number % 3], town.community, f"居民{number}"))
        worker = viewer_of(town.grid_head)

        with CaptureQueriesContext(connection) as asked:
            rows = [
                (call.person.name, phone_of(call.person), told_in(call, "zh")) for call in calls_for(worker, TODAY)[:10]
            ]

        assert len(rows) == 10
        assert len(asked) <= 3
