"""The duty post is rung for what cannot wait, and left alone once help is found."""

from datetime import timedelta

import pytest

from matchmaker.needs.actions import change_need, expire_needs, raise_overdue, release_helper, withdraw_need
from matchmaker.needs.models import Need, NeedState, Urgency
from matchmaker.notices.models import DutyAlarm
from tests.duty_rows import asked_at_once
from tests.needs.actions.test_opening import mandate
from tests.towns import NOW, SmallTown, load_service_types_once, need_draft, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def kinds() -> list[tuple[str, bool]]:
    """Each alarm's kind and whether it still rings."""
    rows = DutyAlarm.objects.order_by("pk")
    return [(alarm.kind, alarm.closed_at is None) for alarm in rows]


class TestRingIfUrgent:
    def test_rings_at_once_and_before_anybody_verified(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False, urgency=Urgency.URGENT)

        alarm = DutyAlarm.objects.get()
        assert (alarm.kind, alarm.about, alarm.raised_at) == ("URGENT_NEED", need.public_id, NOW)
        assert [call.person for call in alarm.calls.all()] == [town.grid_head]

    @pytest.mark.parametrize("urgency", [Urgency.WHENEVER, Urgency.SOON])
    def test_is_silent_for_what_can_wait(self, town: SmallTown, urgency: Urgency) -> None:
        open_need_for(town, urgency=urgency)

        assert kinds() == []

    def test_passes_over_a_worker_whose_own_need_it_is(self, town: SmallTown) -> None:
        open_need_for(town, person=town.grid_head, verified=False, urgency=Urgency.URGENT)

        assert [call.person for call in DutyAlarm.objects.get().calls.all()] == [town.coordinator]

    def test_passes_over_a_worker_who_asked_as_a_proxy(self, town: SmallTown) -> None:
        mandate(town.grid_head, town.elder)

        open_need_for(town, person=town.elder, asked_by=town.grid_head, verified=False, urgency=Urgency.URGENT)

        assert [call.person for call in DutyAlarm.objects.get().calls.all()] == [town.coordinator]

    def test_rings_when_it_becomes_urgent_and_not_when_it_stays_so(self, town: SmallTown) -> None:
        need = open_need_for(town)
        draft = need_draft(urgency=Urgency.URGENT)
        viewer = viewer_of(town.asker)

        change_need(viewer=viewer, need_id=need.public_id, draft=draft, now=NOW)
        change_need(viewer=viewer, need_id=need.public_id, draft=draft, now=LATER)

        assert kinds() == [("URGENT_NEED", True)]

    def test_rings_again_when_a_helper_fell_out(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)
        Need.objects.update(state=NeedState.MET, closed_at=NOW, helpers_found=1)

        release_helper(need_id=need.pk, now=LATER)

        assert kinds() == [("URGENT_NEED", True), ("URGENT_NEED", True)]


class TestSettle:
    def test_ends_it_when_the_need_is_taken_back(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)

        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=LATER)

        assert kinds() == [("URGENT_NEED", False)]

    def test_ends_it_when_it_can_wait_after_all(self, town: SmallTown) -> None:
        need = open_need_for(town, urgency=Urgency.URGENT)

        change_need(viewer=viewer_of(town.asker), need_id=need.public_id, draft=need_draft(), now=LATER)

        assert kinds() == [("URGENT_NEED", False)]

    @pytest.mark.parametrize(("helpers_found", "rings"), [(0, True), (1, False)])
    def test_ends_it_when_the_search_ends_with_some_of_the_helpers_and_not_with_nobody(
        self, town: SmallTown, helpers_found: int, rings: bool
    ) -> None:
        open_need_for(town, urgency=Urgency.URGENT, helpers_wanted=2)
        raise_overdue(now=NOW + timedelta(hours=2))
        Need.objects.update(helpers_found=helpers_found)
        assert kinds() == [("URGENT_NEED", True), ("NEED_OVERDUE", True)]

        expire_needs(now=NOW + timedelta(days=2))

        assert kinds() == [("URGENT_NEED", rings), ("NEED_OVERDUE", rings)]

    def test_leaves_an_emergency_that_nobody_took_ringing(self, town: SmallTown) -> None:
        asked_at_once(town)

        expire_needs(now=NOW + timedelta(days=2))

        assert Need.objects.get().state == NeedState.EXPIRED
        assert kinds() == [("EMERGENCY", True)]
