from datetime import date, time, timedelta
from typing import Any

import pytest

from matchmaker.community.models import Consent, Person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs.actions import change_need
from matchmaker.needs.actions.asking import ConsentNeeded
from matchmaker.needs.actions.changing import HelpAgreedAlready
from matchmaker.needs.actions.locking import NeedNotOpen
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedWindow
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, need_draft, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def changed(need: Need, person: Person, **draft: Any) -> Need:
    return change_need(viewer=viewer_of(person), need_id=need.public_id, draft=need_draft(**draft), now=LATER)


def refused(refusal: type[DomainError], need: Need, person: Person, **draft: Any) -> str | None:
    """The field at fault; nothing changed."""
    before = Need.objects.values().get(pk=need.pk)
    windows = list(NeedWindow.objects.order_by("pk").values())
    counts = [table.objects.count() for table in (Record, OutboxJob, Consent)]
    with pytest.raises(refusal) as caught:
        changed(need, person, **draft)
    assert Need.objects.values().get(pk=need.pk) == before
    assert list(NeedWindow.objects.order_by("pk").values()) == windows
    assert [table.objects.count() for table in (Record, OutboxJob, Consent)] == counts
    return caught.value.field


class TestChangeNeed:
    def test_says_what_the_new_draft_says(self, town: SmallTown) -> None:
        need = open_need_for(town)
        window = Window(date(2026, 3, 5), time(14), time(16))

        changed(need, town.asker, minutes=90, windows=(window,), helpers_wanted=2)

        need.refresh_from_db()
        assert (need.minutes, need.helpers_wanted, need.changed_at, need.opened_at) == (90, 2, LATER, NOW)
        assert list(need.windows.values_list("date", "starts", "ends")) == [(window.date, window.starts, window.ends)]
        assert Record.objects.order_by("seq").values_list("kind", flat=True).last() == "need.changed"

    def test_keeps_the_verification_and_searches_again(self, town: SmallTown) -> None:
        need = open_need_for(town)
        OutboxJob.objects.all().delete()

        changed(need, town.asker, minutes=90)

        need.refresh_from_db()
        assert need.verified_by == town.coordinator
        assert list(OutboxJob.objects.order_by("pk").values_list("name", "payload")) == [
            ("matches.close_need", {"need_id": need.pk}),
            ("matches.propose_next", {"need_id": need.pk}),
        ]

    @pytest.mark.parametrize(
        "draft",
        [
            {"details": "换一件事"},
            {"risks": "家里有狗"},
            {"risk_class": 1},
            {"service_type": "DIGITAL_HELP"},
        ],
    )
    def test_wants_verifying_anew_where_what_was_verified_changed(self, town: SmallTown, draft: dict[str, Any]) -> None:
        need = open_need_for(town)
        OutboxJob.objects.all().delete()

        changed(need, town.asker, **draft)

        need.refresh_from_db()
        assert (need.verified_at, need.verified_by) == (None, None)
        assert list(OutboxJob.objects.values_list("name", flat=True)) == ["matches.close_need"]

    def test_by_a_worker_at_the_desk_stays_verified(self, town: SmallTown) -> None:
        need = open_need_for(town)

        changed(need, town.grid_head, details="换一件事", consent="SPOKEN")

        need.refresh_from_db()
        assert (need.verified_at, need.verified_by) == (LATER, town.grid_head)
        assert need.asked_by == town.asker

    def test_asks_for_consent_where_the_new_type_does(self, town: SmallTown) -> None:
        need = open_need_for(town)
        assert refused(ConsentNeeded, need, town.asker, service_type="COMPANY") == "consent"

        changed(need, town.asker, service_type="COMPANY", consent="IN_APP")

        need.refresh_from_db()
        assert need.consent == Consent.objects.get()

    def test_rests_on_the_consent_that_was_given(self, town: SmallTown) -> None:
        need = open_need_for(town, service_type="COMPANY", consent="IN_APP")

        changed(need, town.asker, service_type="COMPANY", minutes=90)

        assert Consent.objects.count() == 1

    def test_asks_again_once_the_consent_was_withdrawn(self, town: SmallTown) -> None:
        need = open_need_for(town, service_type="COMPANY", consent="IN_APP")
        Consent.objects.update(withdrawn_at=NOW)

        assert refused(ConsentNeeded, need, town.asker, service_type="COMPANY") == "consent"

    def test_is_refused_once_help_is_agreed(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        Need.objects.update(helpers_found=1)

        refused(HelpAgreedAlready, need, town.asker)

    def test_is_refused_once_the_need_is_closed(self, town: SmallTown) -> None:
        need = open_need_for(town)
        Need.objects.update(state="EXPIRED", closed_at=NOW)

        refused(NeedNotOpen, need, town.asker)

    def test_is_refused_for_another_person(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert refused(InvalidInput, need, town.asker, for_person=town.neighbour.public_id) == "for_person"

    def test_is_refused_with_a_faulty_draft(self, town: SmallTown) -> None:
        assert refused(InvalidInput, open_need_for(town), town.asker, minutes=0) == "minutes"

    def test_is_refused_to_others(self, town: SmallTown) -> None:
        need = open_need_for(town)

        refused(NotFound, need, town.neighbour)
        refused(NotFound, need, town.other_coordinator)
        refused(NotAllowed, need, town.auditor)
