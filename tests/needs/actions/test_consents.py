"""What rests on a consent that was withdrawn is closed, and what is over stays as it was."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from matchmaker.community.actions import withdraw_consent
from matchmaker.community.models import Consent
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import close_need
from matchmaker.matches.models import MatchState
from matchmaker.needs.actions import close_without_consent, raise_overdue
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedState, Urgency
from matchmaker.notices.models import DutyAlarm
from tests.town_rows import change
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def elders_need(town: SmallTown, **draft: Any) -> Need:
    return open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", **draft)


def childs_emergency(town: SmallTown) -> Need:
    """The grid head heard the mother of a child about care that cannot wait."""
    change(town.newcomer, birth_year=NOW.year - 10)
    today = Window(NOW.date(), time(9), time(13))
    return open_need_for(
        town,
        person=town.newcomer,
        asked_by=town.grid_head,
        service_type="COMPANY",
        urgency=Urgency.EMERGENCY,
        windows=(today,),
        minutes=30,
        consent="SPOKEN",
        channel="PHONE",
    )


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

    @pytest.mark.parametrize("kind", ["CARE_DATA", "MINOR", "EMERGENCY"])
    def test_ends_what_rested_on_several_given_together(self, town: SmallTown, kind: str) -> None:
        """A need points to one of them; the guardian who withdraws another has withdrawn all the same."""
        need, other = childs_emergency(town), elders_need(town)
        consent = Consent.objects.get(person=town.newcomer, kind=kind)
        withdraw_consent(
            viewer=viewer_of(town.coordinator), consent_id=consent.public_id, channel="PHONE", now=NOW + MINUTE
        )

        assert close_without_consent(consent_id=consent.pk, now=NOW + MINUTE) == 1

        need.refresh_from_db()
        other.refresh_from_db()
        assert (need.state, need.details, other.state) == (NeedState.WITHDRAWN, "", NeedState.OPEN)

    def test_knows_by_the_clock_of_the_community_what_is_over(self, town: SmallTown) -> None:
        change(town.community, time_zone="America/New_York")
        evening = Window(date(2026, 3, 3), time(20), time(22))
        need = elders_need(town, windows=(evening,))
        match_for(town, need=need)
        consent_id = withdrawn(town, need)
        last_start = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # nine in the evening of the third, for one hour

        assert close_without_consent(consent_id=consent_id, now=last_start) == 0
        assert close_without_consent(consent_id=consent_id, now=last_start - timedelta(minutes=1)) == 1

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
