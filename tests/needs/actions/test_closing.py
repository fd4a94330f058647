from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaker.community.models import Person
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs import tasks
from matchmaker.needs.actions import expire_needs, release_helper, withdraw_need
from matchmaker.needs.actions.locking import NeedNotOpen
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LAST_START = datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def refused(refusal: type[DomainError], need: Need, person: Person) -> None:
    """The refusal came, and nothing changed."""
    before = Need.objects.values().get(pk=need.pk)
    counts = [table.objects.count() for table in (Record, OutboxJob, Notice)]
    with pytest.raises(refusal):
        withdraw_need(viewer=viewer_of(person), need_id=need.public_id, now=LATER)
    assert Need.objects.values().get(pk=need.pk) == before
    assert [table.objects.count() for table in (Record, OutboxJob, Notice)] == counts


class TestWithdrawNeed:
    def test_closes_the_need_and_what_is_under_way(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=LATER)

        need.refresh_from_db()
        assert (need.state, need.closed_at) == (NeedState.WITHDRAWN, LATER)
        assert list(OutboxJob.objects.values_list("name", "payload")) == [("matches.close_need", {"need_id": need.pk})]
        assert Record.objects.order_by("seq").values_list("kind", flat=True).last() == "need.withdrawn"
        assert not Notice.objects.exists()

    def test_by_a_worker_tells_the_person(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        withdraw_need(viewer=viewer_of(town.grid_head), need_id=need.public_id, now=LATER)

        assert list(Notice.objects.values_list("person", "kind")) == [(town.asker.pk, "NEED_WITHDRAWN")]

    def test_is_refused_the_second_time(self, town: SmallTown) -> None:
        need = open_need_for(town)
        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=LATER)

        refused(NeedNotOpen, need, town.asker)

    def test_is_refused_to_others(self, town: SmallTown) -> None:
        need = open_need_for(town)

        refused(NotFound, need, town.helper)
        refused(NotFound, need, town.other_coordinator)
        refused(NotAllowed, need, town.auditor)


class TestExpireNeeds:
    def test_closes_what_is_due_and_nothing_else(self, town: SmallTown) -> None:
        due = open_need_for(town, verified=False)
        later = open_need_for(town, verified=False, windows=(Window(date(2026, 3, 5), time(9), time(11)),))

        assert expire_needs(now=LAST_START - timedelta(seconds=1)) == 0
        assert expire_needs(now=LAST_START) == 1

        due.refresh_from_db()
        later.refresh_from_db()
        assert (due.state, due.closed_at) == (NeedState.EXPIRED, LAST_START)
        assert later.state == NeedState.OPEN
        assert list(OutboxJob.objects.values_list("name", "payload")) == [("matches.close_need", {"need_id": due.pk})]
        assert list(Notice.objects.values_list("person", "kind", "about")) == [
            (town.asker.pk, "NEED_EXPIRED", due.public_id)
        ]

    def test_changes_nothing_the_second_time(self, town: SmallTown) -> None:
        open_need_for(town)
        expire_needs(now=LAST_START)
        counts = [table.objects.count() for table in (Record, OutboxJob, Notice)]

        assert expire_needs(now=LAST_START) == 0

        assert [table.objects.count() for table in (Record, OutboxJob, Notice)] == counts

    def test_closes_a_need_with_some_helpers_as_met(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        Need.objects.update(helpers_found=1)
        OutboxJob.objects.all().delete()

        expire_needs(now=LAST_START)

        need.refresh_from_db()
        assert need.state == NeedState.MET
        assert list(OutboxJob.objects.values_list("name", "payload")) == [("matches.close_need", {"need_id": need.pk})]
        assert not Notice.objects.filter(kind="NEED_EXPIRED").exists()
        assert Record.objects.order_by("seq").values_list("kind", flat=True).last() == "need.met_in_part"

    def test_is_what_the_task_does(self, town: SmallTown) -> None:
        need = open_need_for(town)

        tasks.expire_needs()  # the real clock is far beyond the town's

        need.refresh_from_db()
        assert need.state == NeedState.EXPIRED


class TestReleaseHelper:
    def test_opens_a_met_need_again_with_a_new_due_time(self, town: SmallTown) -> None:
        windows = (Window(date(2026, 3, 12), time(9), time(11)),)
        need = open_need_for(town, urgency=2, windows=windows)
        Need.objects.update(state=NeedState.MET, helpers_found=1, closed_at=NOW)
        three_days_later = NOW + timedelta(days=3)

        release_helper(need_id=need.pk, now=three_days_later)

        need.refresh_from_db()
        assert (need.state, need.closed_at, need.helpers_found) == (NeedState.OPEN, None, 0)
        assert need.answer_by == three_days_later + timedelta(days=1)

    def test_never_makes_it_due_after_the_last_moment_to_begin(self, town: SmallTown) -> None:
        need = open_need_for(town)
        Need.objects.update(state=NeedState.MET, helpers_found=1, closed_at=NOW)

        release_helper(need_id=need.pk, now=LATER)

        need.refresh_from_db()
        assert need.answer_by == LAST_START

    def test_leaves_a_withdrawn_need_closed(self, town: SmallTown) -> None:
        need = open_need_for(town)
        Need.objects.update(state=NeedState.WITHDRAWN, helpers_found=1, closed_at=NOW)

        release_helper(need_id=need.pk, now=LATER)

        need.refresh_from_db()
        assert (need.state, need.helpers_found) == (NeedState.WITHDRAWN, 0)
