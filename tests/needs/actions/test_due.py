"""Due times as needs are opened, changed and reopened, and who hears of it when one passes."""

from datetime import timedelta

import pytest
from django.db.models import F

from matchmaker.needs.actions import change_need, expire_needs, raise_overdue, settle, withdraw_need
from matchmaker.needs.models import Need, ServiceType, Urgency
from matchmaker.needs.queries import is_overdue, only_overdue
from matchmaker.notices.models import DutyAlarm
from tests.towns import NOW, SmallTown, load_service_types_once, need_draft, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def changed(need: Need, **draft: object) -> Need:
    later = NOW + 2 * HOUR
    return change_need(
        viewer=viewer_of(need.for_person, now=later),
        need_id=need.public_id,
        draft=need_draft(NOW, **draft),
        now=later,
    )


class TestDueAt:
    def test_is_by_urgency_and_leaves_half_of_the_search(self, town: SmallTown) -> None:
        """Tomorrow from nine to eleven for an hour: the search ends in 25 hours at the latest."""
        whenever = open_need_for(town)
        soon = open_need_for(town, urgency=Urgency.SOON)
        urgent = open_need_for(town, urgency=Urgency.URGENT)

        assert whenever.answer_by == NOW + 25 * HOUR
        assert whenever.due_at == soon.due_at == NOW + 12.5 * HOUR
        assert urgent.due_at == NOW + HOUR

    def test_is_what_the_type_says_where_it_says_so(self, town: SmallTown) -> None:
        ServiceType.objects.filter(code="SHOPPING").update(due_hours={"WHENEVER": 3})

        assert open_need_for(town).due_at == NOW + 3 * HOUR
        assert open_need_for(town, urgency=Urgency.URGENT).due_at == NOW + HOUR

    def test_does_not_move_for_other_words(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)

        assert changed(need, urgency=Urgency.URGENT, details="三袋米").due_at == NOW + HOUR

    def test_begins_anew_with_another_urgency(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert changed(need, urgency=Urgency.URGENT).due_at == NOW + 3 * HOUR


class TestIsOverdue:
    def test_is_told_alike_by_the_clock_and_by_the_database(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)
        for moment, late in ((NOW + HOUR, False), (NOW + HOUR + timedelta(seconds=1), True)):
            assert is_overdue(need, now=moment) is late
            assert only_overdue(Need.objects.all(), True, now=moment).exists() is late
            assert only_overdue(Need.objects.all(), False, now=moment).exists() is not late

    def test_looks_at_the_end_of_what_has_ended(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)
        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=NOW + HOUR)

        need.refresh_from_db()
        assert not is_overdue(need, now=NOW + 99 * HOUR)
        assert not only_overdue(Need.objects.all(), True, now=NOW + 99 * HOUR).exists()

    def test_is_never_so_without_a_due_time(self, town: SmallTown) -> None:
        need = open_need_for(town)
        Need.objects.update(due_at=None)
        need.refresh_from_db()

        assert not is_overdue(need, now=NOW + 999 * HOUR)
        assert only_overdue(Need.objects.all(), False, now=NOW + 999 * HOUR).get() == need


class TestRaiseOverdue:
    def test_tells_the_lowest_post_once_for_each_due_time(self, town: SmallTown) -> None:
        need = open_need_for(town)
        late = NOW + 13 * HOUR

        assert raise_overdue(now=NOW + 12.5 * HOUR) == 0
        assert raise_overdue(now=late) == 1
        assert raise_overdue(now=late + HOUR) == 0

        alarm = DutyAlarm.objects.get()
        assert (alarm.kind, alarm.about, alarm.area) == ("NEED_OVERDUE", need.public_id, need.place)
        assert [call.person for call in alarm.calls.all()] == [town.grid_head]

    def test_tells_again_of_a_new_due_time(self, town: SmallTown) -> None:
        open_need_for(town)
        raise_overdue(now=NOW + 13 * HOUR)
        Need.objects.update(due_at=F("due_at") + HOUR)

        assert raise_overdue(now=NOW + 14 * HOUR) == 1
        assert DutyAlarm.objects.count() == 2

    def test_says_nothing_of_what_has_ended(self, town: SmallTown) -> None:
        open_need_for(town)
        expire_needs(now=NOW + 26 * HOUR)

        assert raise_overdue(now=NOW + 27 * HOUR) == 0

    def test_is_over_once_help_was_found(self, town: SmallTown) -> None:
        need = open_need_for(town)
        raise_overdue(now=NOW + 13 * HOUR)

        settle(need, now=NOW + 14 * HOUR)

        assert DutyAlarm.objects.get().closed_at == NOW + 14 * HOUR
