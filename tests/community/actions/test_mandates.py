"""Mandates: entered by a worker for someone in their care, within a scope, taken back at any time."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import give_mandate, revoke_mandate, tell_of_mandate
from matchmaker.community.actions.mandates import MandateForOneself, MandateOver, MandateWantsAnotherWitness
from matchmaker.community.models import Mandate, MandateKind, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import DomainError, InvalidInput, NotFound, SignInRequired
from matchmaker.jobs.models import OutboxJob
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def given(town: SmallTown, **wishes: object) -> Mandate:
    """The grid head enters that the neighbour may speak for the elder."""
    words: dict[str, object] = {
        "viewer": viewer_of(town.grid_head),
        "holder_id": town.neighbour.public_id,
        "for_person_id": town.elder.public_id,
        "evidence": "当面口头委托",
        "ends_date": TODAY + timedelta(days=90),
        "now": NOW,
    }
    return give_mandate(**words | wishes)  # type: ignore[arg-type]  # each test changes one of the words


def told(town: SmallTown, mandate: Mandate) -> Mandate:
    """The grid head rang the elder, or went by."""
    return tell_of_mandate(viewer=viewer_of(town.grid_head), mandate_id=mandate.public_id, channel="DOORSTEP", now=NOW)


def speaks(holder: Person, town: SmallTown, *, code: str = "SHOPPING", sensitive: bool = False, days: int = 0) -> bool:
    viewer = viewer_of(holder, now=NOW + timedelta(days=days))
    return viewer.speaks_for(town.elder.pk, service_type_code=code, sensitive=sensitive)


class TestGiveMandate:
    def test_lets_the_holder_speak_once_the_person_was_told_and_until_its_last_day(self, town: SmallTown) -> None:
        mandate = given(town)

        assert mandate.kind == MandateKind.PROXY
        assert (mandate.told_at, mandate.entered_by) == (None, town.grid_head)
        assert not speaks(town.neighbour, town)
        record = Record.objects.get()
        assert (record.kind, record.body) == ("mandate.given", {"mandate": mandate.pk})
        told(town, mandate)
        assert speaks(town.neighbour, town)
        assert speaks(town.neighbour, town, days=90)
        assert not speaks(town.neighbour, town, days=91)
        assert not speaks(town.helper, town)

    def test_sent_twice_is_one_and_ends_with_one_word(self, town: SmallTown) -> None:
        first, second = given(town), given(town)
        told(town, second)

        revoke_mandate(viewer=viewer_of(town.elder), mandate_id=first.public_id, now=NOW)

        assert first == second
        assert not speaks(town.neighbour, town)
        assert Record.objects.filter(kind="mandate.given").count() == 1
        assert OutboxJob.objects.filter(name="notices.tell_of_mandate").count() == 1

    def test_given_again_after_it_was_taken_back_is_another(self, town: SmallTown) -> None:
        first = given(town)
        revoke_mandate(viewer=viewer_of(town.elder), mandate_id=first.public_id, now=NOW)

        assert given(town) != first
        assert given(town, scope=["SHOPPING"]) != given(town)

    def test_without_a_scope_covers_all_but_sensitive_types(self, town: SmallTown) -> None:
        told(town, given(town))

        assert speaks(town.neighbour, town, code="READING")
        assert not speaks(town.neighbour, town, code="CARE", sensitive=True)

    def test_with_a_scope_covers_it_alone(self, town: SmallTown) -> None:
        told(town, given(town, scope=["CARE"]))

        assert speaks(town.neighbour, town, code="CARE", sensitive=True)
        assert not speaks(town.neighbour, town, code="SHOPPING")

    def test_is_entered_by_a_worker_of_the_area(self, town: SmallTown) -> None:
        for role in (town.asker, town.clerk, town.police, town.auditor, town.other_coordinator, town.elder):
            self.refused(NotFound, town, viewer=viewer_of(role))
        self.refused(SignInRequired, town, viewer=VISITOR)

    def test_is_refused_for_oneself(self, town: SmallTown) -> None:
        self.refused(MandateForOneself, town, holder_id=town.elder.public_id)

    def test_is_refused_to_a_holder_elsewhere(self, town: SmallTown) -> None:
        self.refused(NotFound, town, holder_id=town.other_coordinator.public_id)

    @pytest.mark.parametrize("days", [-1, 367])
    def test_is_refused_beyond_a_year(self, town: SmallTown, days: int) -> None:
        self.refused(InvalidInput, town, ends_date=TODAY + timedelta(days=days))

    @pytest.mark.parametrize("evidence", ["", "  ", "长" * 201])
    def test_is_refused_without_evidence(self, town: SmallTown, evidence: str) -> None:
        self.refused(InvalidInput, town, evidence=evidence)

    @pytest.mark.parametrize("evidence", ["签了字\x00", "两行\n写的", "\ud800"])
    def test_is_refused_with_evidence_that_cannot_be_stored(self, town: SmallTown, evidence: str) -> None:
        self.refused(InvalidInput, town, evidence=evidence)

    @staticmethod
    def refused(refusal: type[DomainError], town: SmallTown, **wishes: object) -> None:
        with pytest.raises(refusal):
            given(town, **wishes)

        assert not Mandate.objects.exists()
        assert not Record.objects.exists()


class TestRevokeMandate:
    @pytest.mark.parametrize("role", ["elder", "neighbour", "grid_head", "coordinator"])
    def test_silences_the_holder_at_once(self, town: SmallTown, role: str) -> None:
        mandate = told(town, given(town))
        channel = "" if role in ("elder", "neighbour") else "PHONE"

        revoke_mandate(viewer=viewer_of(getattr(town, role)), mandate_id=mandate.public_id, now=NOW, channel=channel)

        assert not speaks(town.neighbour, town)
        mandate.refresh_from_db()
        assert (mandate.revoked_by, mandate.revoked_channel) == (getattr(town, role), channel or "APP")
        body = {"mandate": mandate.pk, "channel": channel or "APP"}
        assert Record.objects.filter(kind="mandate.revoked", body=body).count() == 1

    def test_counts_once(self, town: SmallTown) -> None:
        mandate = given(town)
        revoke_mandate(viewer=viewer_of(town.elder), mandate_id=mandate.public_id, now=NOW)

        later = NOW + timedelta(days=1)
        revoke_mandate(viewer=viewer_of(town.neighbour, now=later), mandate_id=mandate.public_id, now=later)

        mandate.refresh_from_db()
        assert mandate.revoked_at == NOW
        assert Record.objects.filter(kind="mandate.revoked").count() == 1

    def test_does_not_find_the_mandates_of_others(self, town: SmallTown) -> None:
        mandate = told(town, given(town))

        for role in (town.helper, town.clerk, town.auditor, town.other_coordinator):
            with pytest.raises(NotFound):
                revoke_mandate(viewer=viewer_of(role), mandate_id=mandate.public_id, now=NOW)

        assert speaks(town.neighbour, town)


class TestTellOfMandate:
    def test_names_who_told_the_person_and_how(self, town: SmallTown) -> None:
        mandate = told(town, given(town))

        mandate.refresh_from_db()
        assert (mandate.told_at, mandate.told_by, mandate.told_channel) == (NOW, town.grid_head, "DOORSTEP")
        assert Record.objects.get(kind="mandate.told").body == {"mandate": mandate.pk, "channel": "DOORSTEP"}

    def test_is_done_once(self, town: SmallTown) -> None:
        mandate = told(town, given(town))
        later = NOW + timedelta(days=1)

        tell_of_mandate(
            viewer=viewer_of(town.coordinator, now=later), mandate_id=mandate.public_id, channel="PHONE", now=later
        )

        mandate.refresh_from_db()
        assert (mandate.told_at, mandate.told_by) == (NOW, town.grid_head)

    def test_is_refused_to_the_proxy(self, town: SmallTown) -> None:
        mandate = given(town, holder_id=town.coordinator.public_id)

        self.refused(MandateWantsAnotherWitness, town.coordinator, mandate)

    @pytest.mark.parametrize("channel", ["", "APP", "PIGEON"])
    def test_wants_to_know_how(self, town: SmallTown, channel: str) -> None:
        self.refused(InvalidInput, town.grid_head, given(town), channel)

    def test_is_not_found_by_others(self, town: SmallTown) -> None:
        mandate = given(town)

        for role in (town.neighbour, town.clerk, town.other_coordinator):
            self.refused(NotFound, role, mandate)

    def test_is_refused_once_it_was_revoked(self, town: SmallTown) -> None:
        mandate = given(town)
        revoke_mandate(viewer=viewer_of(town.elder), mandate_id=mandate.public_id, now=NOW)

        self.refused(MandateOver, town.grid_head, mandate)

    @staticmethod
    def refused(refusal: type[DomainError], who: Person, mandate: Mandate, channel: str = "PHONE") -> None:
        with pytest.raises(refusal):
            tell_of_mandate(viewer=viewer_of(who), mandate_id=mandate.public_id, channel=channel, now=NOW)

        mandate.refresh_from_db()
        assert mandate.told_at is None


class TestWitness:
    def test_of_a_mandate_is_never_its_holder(self, town: SmallTown) -> None:
        with pytest.raises(MandateWantsAnotherWitness):
            given(town, holder_id=town.grid_head.public_id)

        assert not Mandate.objects.exists()

    def test_who_revokes_for_the_person_says_how_they_were_told(self, town: SmallTown) -> None:
        mandate = given(town)

        with pytest.raises(InvalidInput):
            revoke_mandate(viewer=viewer_of(town.grid_head), mandate_id=mandate.public_id, now=NOW)

        mandate.refresh_from_db()
        assert mandate.revoked_at is None
