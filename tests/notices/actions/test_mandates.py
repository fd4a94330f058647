"""The person is told of a mandate apart from the proxy, and both before it ends."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import revoke_mandate
from matchmaker.community.models import Mandate
from matchmaker.jobs.models import OutboxJob
from matchmaker.notices.actions import read_notice, tell_of_ending_mandates, tell_of_holding_mandate, tell_of_mandate
from matchmaker.notices.models import Notice
from tests.community.actions.test_agents import appointed
from tests.community.actions.test_mandates import given
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def for_the_asker(town: SmallTown) -> Mandate:
    return given(town, for_person_id=town.asker.public_id)


class TestTellOfMandate:
    def test_puts_one_notice_before_the_person_alone(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        job = OutboxJob.objects.get()
        assert (job.name, job.payload) == ("notices.tell_of_mandate", {"mandate_id": mandate.pk})

        for _ in range(2):
            tell_of_mandate(mandate_id=mandate.pk, now=NOW)

        notice = Notice.objects.get()
        assert (notice.person, notice.kind, notice.about) == (town.asker, "MANDATE_GIVEN", mandate.public_id)
        mandate.refresh_from_db()
        assert mandate.told_at is None

    def test_counts_as_told_once_the_notice_is_read(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        tell_of_mandate(mandate_id=mandate.pk, now=NOW)

        read_notice(viewer=viewer_of(town.asker), notice_id=Notice.objects.get().public_id, now=LATER)

        mandate.refresh_from_db()
        assert (mandate.told_at, mandate.told_by, mandate.told_channel) == (LATER, town.asker, "APP")

    def test_of_one_that_was_taken_back_is_only_read(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        tell_of_mandate(mandate_id=mandate.pk, now=NOW)
        revoke_mandate(viewer=viewer_of(town.asker), mandate_id=mandate.public_id, now=NOW)

        notice = read_notice(viewer=viewer_of(town.asker), notice_id=Notice.objects.get().public_id, now=LATER)

        mandate.refresh_from_db()
        assert (notice.read_at, mandate.told_at) == (LATER, None)

    def test_says_nothing_of_one_that_was_taken_back_or_told(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        revoke_mandate(viewer=viewer_of(town.asker), mandate_id=mandate.public_id, now=NOW)

        tell_of_mandate(mandate_id=mandate.pk, now=NOW)

        assert not Notice.objects.exists()


class TestTellOfHoldingMandate:
    def test_puts_one_notice_before_the_holder_once_the_person_knows(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        tell_of_mandate(mandate_id=mandate.pk, now=NOW)
        tell_of_holding_mandate(mandate_id=mandate.pk, now=NOW)
        assert not Notice.objects.filter(person=mandate.holder).exists()

        read_notice(viewer=viewer_of(town.asker), notice_id=Notice.objects.get().public_id, now=LATER)
        job = OutboxJob.objects.get(name="notices.tell_of_holding_mandate")
        for _ in range(2):
            tell_of_holding_mandate(**job.payload, now=LATER)

        notice = Notice.objects.get(person=mandate.holder)
        assert (notice.kind, notice.about) == ("MANDATE_HOLDS", mandate.public_id)

    def test_of_one_that_was_taken_back_says_nothing(self, town: SmallTown) -> None:
        mandate = for_the_asker(town)
        tell_of_mandate(mandate_id=mandate.pk, now=NOW)
        read_notice(viewer=viewer_of(town.asker), notice_id=Notice.objects.get().public_id, now=LATER)
        revoke_mandate(viewer=viewer_of(town.asker), mandate_id=mandate.public_id, now=LATER)

        tell_of_holding_mandate(mandate_id=mandate.pk, now=LATER)

        assert not Notice.objects.filter(person=mandate.holder).exists()


class TestTellOfEndingMandates:
    def test_reminds_both_once_a_fortnight_before(self, town: SmallTown) -> None:
        given(town)
        soon = NOW + timedelta(days=76)

        assert tell_of_ending_mandates(now=soon - timedelta(days=1)) == 0
        assert tell_of_ending_mandates(now=soon) == 1
        assert tell_of_ending_mandates(now=soon + timedelta(days=1)) == 0

        told = Notice.objects.filter(kind="MANDATE_ENDING").order_by("person_id")
        assert [notice.person for notice in told] == [town.neighbour, town.elder]

    def test_reminds_an_agent(self, town: SmallTown) -> None:
        appointed(town)

        assert tell_of_ending_mandates(now=NOW + timedelta(days=80)) == 1
        assert Notice.objects.get().person == town.stranger
