"""What rests on a consent that was withdrawn is closed, and what is over stays as it was."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import withdraw_consent
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import close_need
from matchmaker.matches.models import MatchState
from matchmaker.needs.actions import close_without_consent, raise_overdue
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices.models import DutyAlarm
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def elders_need(town: SmallTown) -> Need:
    return open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")


def withdrawn(town: SmallTown, need: Need) -> int:
    """The elder rang and withdrew the consent of this need."""
    assert need.consent is not None
    consent = withdraw_consent(
        viewer=viewer_of(town.grid_head), consent_id=need.consent.public_id, channel="PHONE", now=NOW
    )
    return consent.pk


class TestCloseWithoutConsent:
    def test_ends_the_search_of_the_need_that_rested_on_it(self, town: SmallTown) -> None:
        need, other = elders_need(town), elders_need(town)

        assert close_without_consent(consent_id=withdrawn(town, need), now=NOW) == 1

        assert list(Need.objects.order_by("pk").values_list("pk", "state")) == [
            (need.pk, NeedState.WITHDRAWN),
            (other.pk, NeedState.OPEN),
        ]
        assert OutboxJob.objects.filter(name="matches.close_need", payload={"need_id": need.pk}).count() == 1

    def test_lets_the_duty_post_rest(self, town: SmallTown) -> None:
        need = elders_need(town)
        raise_overdue(now=need.due_at + timedelta(minutes=1))
        assert DutyAlarm.objects.get(about=need.public_id).closed_at is None

        close_without_consent(consent_id=withdrawn(town, need), now=NOW)

        assert DutyAlarm.objects.get(about=need.public_id).closed_at == NOW

    def test_calls_off_visits_that_are_ahead(self, town: SmallTown) -> None:
        need = elders_need(town)
        match = match_for(town, need=need)

        assert close_without_consent(consent_id=withdrawn(town, need), now=NOW) == 1
        close_need(need_id=need.pk, now=NOW)

        match.refresh_from_db()
        assert match.state == MatchState.CANCELLED

    def test_is_safe_to_do_twice_and_leaves_what_is_over(self, town: SmallTown) -> None:
        need = elders_need(town)
        match_for(town, need=need)
        consent_id = withdrawn(town, need)

        assert close_without_consent(consent_id=consent_id, now=NOW + timedelta(days=3)) == 0
        need.refresh_from_db()
        assert need.state == NeedState.MET
        assert close_without_consent(consent_id=consent_id, now=NOW) == 1
        assert close_without_consent(consent_id=consent_id, now=NOW) == 0

    def test_does_nothing_while_the_consent_stands(self, town: SmallTown) -> None:
        need = elders_need(town)

        assert close_without_consent(consent_id=need.consent_id or 0, now=NOW) == 0
        need.refresh_from_db()
        assert need.state == NeedState.OPEN

    def test_erases_what_was_written_for_it(self, town: SmallTown) -> None:
        need, other = elders_need(town), elders_need(town)

        close_without_consent(consent_id=withdrawn(town, need), now=NOW)

        assert list(Need.objects.order_by("pk").values_list("details", flat=True)) == ["", "买菜，两袋米"]
        assert other.details == "买菜，两袋米"
