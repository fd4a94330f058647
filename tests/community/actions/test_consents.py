"""Consents: heard, written or given here; withdrawn as easily."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community import consent_texts
from matchmaker.community.actions import give_consent, withdraw_consent
from matchmaker.community.actions.consents import KnownHereEndsByLeaving, WitnessNeeded
from matchmaker.community.models import Consent, ConsentKind, Person
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.records.models import Record
from tests.community.actions.test_mandates import given as mandate_given
from tests.community.actions.test_mandates import told
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def heard(town: SmallTown, worker: Person | None = None, **words: Any) -> Consent:
    """The grid head hears the elder agree."""
    usual: dict[str, Any] = {
        "viewer": viewer_of(worker or town.grid_head),
        "person_id": town.elder.public_id,
        "kind": "CARE_DATA",
        "manner": "SPOKEN",
        "now": NOW,
    }
    return give_consent(**usual | words)


class TestGiveConsent:
    def test_is_heard_by_a_worker_of_the_area(self, town: SmallTown) -> None:
        consent = heard(town)

        consent.refresh_from_db()
        assert (consent.person, consent.manner, consent.heard_by) == (town.elder, "SPOKEN", town.grid_head)
        assert (consent.text_version, consent.paper_kept_at) == (consent_texts.VERSION, "")
        record = Record.objects.get()
        assert (record.kind, record.body) == ("consent.given", {"consent": consent.pk, "of": "CARE_DATA"})

    def test_on_paper_says_where_the_paper_is(self, town: SmallTown) -> None:
        assert heard(town, manner="WRITTEN", paper_kept_at=" 档案柜2 ").paper_kept_at == "档案柜2"
        assert self.refused(InvalidInput, town, manner="WRITTEN") == "paper_kept_at"

    def test_is_ones_own_here(self, town: SmallTown) -> None:
        consent = give_consent(viewer=viewer_of(town.asker), kind="CARE_DATA", manner="IN_APP", now=NOW)

        assert (consent.person, consent.heard_by, consent.manner) == (town.asker, None, "IN_APP")

    def test_is_never_heard_by_the_proxy_alone(self, town: SmallTown) -> None:
        told(town, mandate_given(town, viewer=viewer_of(town.grid_head), holder_id=town.coordinator.public_id))

        assert self.refused(WitnessNeeded, town, viewer=viewer_of(town.coordinator)) == "manner"
        assert heard(town, town.coordinator, manner="WRITTEN", paper_kept_at="档案柜").heard_by == town.coordinator

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_heard_by_others(self, town: SmallTown, role: str) -> None:
        self.refused(NotFound, town, viewer=viewer_of(getattr(town, role)))

    @pytest.mark.parametrize(
        ("words", "field"),
        [({"kind": "ANYTHING"}, "kind"), ({"manner": "IN_APP"}, "manner"), ({"manner": ""}, "manner")],
    )
    def test_is_refused_where_it_says_nothing(self, town: SmallTown, words: dict[str, Any], field: str) -> None:
        assert self.refused(InvalidInput, town, **words) == field

    def refused(self, refusal: type[DomainError], town: SmallTown, **words: Any) -> str | None:
        before = (Consent.objects.count(), Record.objects.count())
        with pytest.raises(refusal) as caught:
            heard(town, **words)
        assert (Consent.objects.count(), Record.objects.count()) == before
        return caught.value.field


class TestWithdrawConsent:
    def test_by_phone_names_who_heard_it(self, town: SmallTown) -> None:
        consent = heard(town)

        withdraw_consent(viewer=viewer_of(town.coordinator), consent_id=consent.public_id, channel="PHONE", now=LATER)

        consent.refresh_from_db()
        assert (consent.withdrawn_at, consent.withdrawal_channel) == (LATER, "PHONE")
        assert consent.withdrawal_heard_by == town.coordinator
        job = OutboxJob.objects.get()
        assert (job.name, job.payload) == ("needs.close_without_consent", {"consent_id": consent.pk})

    def test_is_ones_own_right_and_counts_once(self, town: SmallTown) -> None:
        consent = give_consent(viewer=viewer_of(town.asker), kind="CARE_DATA", manner="IN_APP", now=NOW)

        for at in (NOW, LATER):
            withdraw_consent(viewer=viewer_of(town.asker, now=at), consent_id=consent.public_id, now=at)

        consent.refresh_from_db()
        assert (consent.withdrawn_at, consent.withdrawal_channel, consent.withdrawal_heard_by) == (NOW, "APP", None)
        assert Record.objects.filter(kind="consent.withdrawn").count() == 1

    def test_wants_to_know_how_the_person_said_it(self, town: SmallTown) -> None:
        consent = heard(town)

        with pytest.raises(InvalidInput):
            withdraw_consent(viewer=viewer_of(town.grid_head), consent_id=consent.public_id, now=LATER)

        consent.refresh_from_db()
        assert consent.withdrawn_at is None

    def test_to_being_known_here_is_to_leave(self, town: SmallTown) -> None:
        """Withdrawn on paper alone, everything would stay as it was."""
        consent = heard(town, kind="KNOWN_HERE")

        with pytest.raises(KnownHereEndsByLeaving):
            withdraw_consent(viewer=viewer_of(town.grid_head), consent_id=consent.public_id, channel="PHONE", now=LATER)

        consent.refresh_from_db()
        assert consent.withdrawn_at is None
        assert not OutboxJob.objects.exists()

    @pytest.mark.parametrize("role", ["asker", "neighbour", "police", "other_coordinator"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        consent = heard(town)

        with pytest.raises(NotFound):
            withdraw_consent(
                viewer=viewer_of(getattr(town, role)), consent_id=consent.public_id, channel="PHONE", now=LATER
            )

        consent.refresh_from_db()
        assert consent.withdrawn_at is None


class TestTexts:
    @pytest.mark.parametrize("kind", ConsentKind.values)
    def test_exist_in_both_languages(self, kind: str) -> None:
        assert consent_texts.text_of(kind, "zh-hans").endswith("同意吗？")
        assert consent_texts.text_of(kind, "en").endswith("agree?")
