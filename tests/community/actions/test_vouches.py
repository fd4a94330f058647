"""Words for each other: a few at a time, for a year, taken back at any time."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import revoke_vouch, vouch_for
from matchmaker.community.actions.vouches import (
    HOLDS_FOR,
    PEOPLE_A_YEAR,
    QUOTA,
    VouchesOfTheYearSpent,
    VouchForOneself,
    VouchQuotaSpent,
)
from matchmaker.community.models import Person, Vouch
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, person, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def spend_quota(town: SmallTown) -> list[Vouch]:
    return [vouch(town.neighbour, person(None, town.community, f"新居民{n}")) for n in range(QUOTA)]


class TestVouchFor:
    def test_gives_a_word_that_holds_for_a_year(self, town: SmallTown) -> None:
        given = vouch_for(viewer=viewer_of(town.neighbour), person_id=town.newcomer.public_id, now=NOW)

        stored = Vouch.objects.get()
        assert stored == given
        assert (stored.voucher, stored.person) == (town.neighbour, town.newcomer)
        assert (stored.made_at, stored.expires_at, stored.revoked_at) == (NOW, NOW + HOLDS_FOR, None)

    def test_is_recorded_by_ids_alone(self, town: SmallTown) -> None:
        given = vouch_for(viewer=viewer_of(town.neighbour), person_id=town.newcomer.public_id, now=NOW)

        record = Record.objects.get()
        assert (record.kind, record.body, record.at) == ("vouch.given", {"vouch": given.pk}, NOW)
        assert record.chain.key == f"community:{town.community.pk}"
        assert len(record.commitments) == 2

    def test_begins_the_year_anew_when_given_again(self, town: SmallTown) -> None:
        old = vouch(town.neighbour, town.newcomer, now=NOW - timedelta(days=300))

        vouch_for(viewer=viewer_of(town.neighbour), person_id=town.newcomer.public_id, now=NOW)

        renewed = Vouch.objects.get()
        assert (renewed.pk, renewed.made_at, renewed.expires_at) == (old.pk, NOW, NOW + HOLDS_FOR)

    def test_can_be_given_again_after_it_was_taken_back(self, town: SmallTown) -> None:
        viewer = viewer_of(town.neighbour)
        first = vouch_for(viewer=viewer, person_id=town.newcomer.public_id, now=NOW)
        revoke_vouch(viewer=viewer, vouch_id=first.public_id, now=NOW)

        second = vouch_for(viewer=viewer, person_id=town.newcomer.public_id, now=NOW)

        assert second.pk != first.pk
        assert Vouch.objects.filter(revoked_at__isnull=True).get() == second

    def test_is_refused_once_the_quota_is_spent(self, town: SmallTown) -> None:
        spend_quota(town)

        with pytest.raises(VouchQuotaSpent):
            vouch_for(viewer=viewer_of(town.neighbour), person_id=town.newcomer.public_id, now=NOW)

        assert (Vouch.objects.count(), Record.objects.count()) == (QUOTA, 0)

    def test_can_be_renewed_though_the_quota_is_spent(self, town: SmallTown) -> None:
        given = spend_quota(town)

        vouch_for(viewer=viewer_of(town.neighbour), person_id=given[0].person.public_id, now=NOW + timedelta(days=9))

        assert Vouch.objects.count() == QUOTA
        assert Vouch.objects.get(pk=given[0].pk).made_at == NOW + timedelta(days=9)

    @pytest.mark.parametrize("freed_by", [{"revoked_at": NOW}, {"expires_at": NOW}])
    def test_counts_no_word_that_ran_out_or_was_taken_back(self, town: SmallTown, freed_by: dict[str, object]) -> None:
        given = spend_quota(town)
        Vouch.objects.update(made_at=NOW - timedelta(days=365))
        Vouch.objects.filter(pk=given[0].pk).update(**freed_by)

        vouch_for(viewer=viewer_of(town.neighbour), person_id=town.newcomer.public_id, now=NOW)

        assert Vouch.objects.filter(person=town.newcomer).count() == 1

    def test_is_refused_once_it_went_round_to_many_within_a_year(self, town: SmallTown) -> None:
        viewer = viewer_of(town.neighbour)
        for number in range(PEOPLE_A_YEAR):
            resident = person(None, town.community, f"新居民{number}")
            given = vouch_for(viewer=viewer, person_id=resident.public_id, now=NOW)
            revoke_vouch(viewer=viewer, vouch_id=given.public_id, now=NOW)
        records = Record.objects.count()

        with pytest.raises(VouchesOfTheYearSpent):
            vouch_for(viewer=viewer, person_id=town.newcomer.public_id, now=NOW + timedelta(days=300))

        assert (Vouch.objects.count(), Record.objects.count()) == (PEOPLE_A_YEAR, records)
        vouch_for(viewer=viewer, person_id=resident.public_id, now=NOW + timedelta(days=300))
        vouch_for(viewer=viewer, person_id=town.newcomer.public_id, now=NOW + timedelta(days=366))
        assert Vouch.objects.filter(revoked_at__isnull=True).count() == 2

    def test_is_refused_for_oneself(self, town: SmallTown) -> None:
        with pytest.raises(VouchForOneself):
            vouch_for(viewer=viewer_of(town.neighbour), person_id=town.neighbour.public_id, now=NOW)

        assert (Vouch.objects.count(), Record.objects.count()) == (0, 0)

    def test_does_not_find_people_elsewhere_or_gone(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.newcomer.pk).update(left_at=NOW)

        for absent in (town.other_coordinator, town.newcomer):
            with pytest.raises(NotFound):
                vouch_for(viewer=viewer_of(town.neighbour), person_id=absent.public_id, now=NOW)

        assert (Vouch.objects.count(), Record.objects.count()) == (0, 0)

    def test_is_refused_to_a_visitor_and_to_one_who_has_left_since(self, town: SmallTown) -> None:
        viewer = viewer_of(town.neighbour)
        Person.objects.filter(pk=town.neighbour.pk).update(left_at=NOW)

        with pytest.raises(SignInRequired):
            vouch_for(viewer=VISITOR, person_id=town.newcomer.public_id, now=NOW)
        with pytest.raises(NotFound):
            vouch_for(viewer=viewer, person_id=town.newcomer.public_id, now=NOW)

        assert (Vouch.objects.count(), Record.objects.count()) == (0, 0)


class TestRevokeVouch:
    def test_takes_the_word_back_once(self, town: SmallTown) -> None:
        given = vouch(town.neighbour, town.newcomer)
        later = NOW + timedelta(hours=1)

        for now in (later, later + timedelta(hours=1)):
            revoke_vouch(viewer=viewer_of(town.neighbour), vouch_id=given.public_id, now=now)

        assert Vouch.objects.get().revoked_at == later
        assert [record.kind for record in Record.objects.all()] == ["vouch.revoked"]

    def test_is_for_the_giver_alone(self, town: SmallTown) -> None:
        given = vouch(town.neighbour, town.newcomer)

        for other in (town.newcomer, town.coordinator):
            with pytest.raises(NotFound):
                revoke_vouch(viewer=viewer_of(other), vouch_id=given.public_id, now=NOW)

        assert Vouch.objects.get().revoked_at is None
        assert Record.objects.count() == 0
