"""The database notes who was written, whoever writes and by whatever way."""

from datetime import timedelta

import pytest
from django.db import connection

from matchmaker.community.models import (
    Membership,
    Moved,
    MovedKind,
    Organization,
    Person,
    Qualification,
    QualificationKind,
)
from matchmaker.needs.models import Offer
from tests.towns import NOW, SmallTown, open_offer_for, small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def noted() -> list[tuple[str, int]]:
    """What was noted since the last call."""
    found = list(Moved.objects.order_by("pk").values_list("kind", "key"))
    Moved.objects.all().delete()
    return found


class TestMoved:
    def test_notes_a_person_who_changed_by_any_way_of_writing(self, town: SmallTown) -> None:
        noted()

        Person.objects.filter(pk=town.helper.pk).update(skills=["DRIVING"])
        assert noted() == [(MovedKind.PERSON, town.helper.pk)]

        Person.objects.bulk_update([town.helper, town.asker], ["languages"])
        assert sorted(noted()) == sorted((MovedKind.PERSON, pk) for pk in (town.helper.pk, town.asker.pk))

        with connection.cursor() as cursor:
            cursor.execute("UPDATE community_person SET sex = 'FEMALE' WHERE id = %s", [town.elder.pk])
        assert noted() == [(MovedKind.PERSON, town.elder.pk)]

    def test_notes_whose_qualification_came_changed_or_went(self, town: SmallTown) -> None:
        noted()

        row = Qualification.objects.create(
            person=town.helper, kind=QualificationKind.TRAINING, code="FIRST_AID", valid_from_date=NOW.date()
        )
        row.person = town.elder
        row.save()
        row.delete()

        assert noted() == [
            (MovedKind.PERSON, pk) for pk in (town.helper.pk, town.helper.pk, town.elder.pk, town.elder.pk)
        ]

    def test_notes_the_organization_of_a_member_and_one_that_changed(self, town: SmallTown) -> None:
        noted()

        Membership.objects.filter(person=town.member).update(until_date=NOW.date() + timedelta(days=1))
        Organization.objects.filter(pk=town.organization.pk).update(closed_at=NOW)

        assert noted() == [(MovedKind.ORGANIZATION, town.organization.pk)] * 2

    def test_notes_an_offer_and_nothing_of_a_new_person(self, town: SmallTown) -> None:
        noted()

        offer = open_offer_for(town)
        Offer.objects.filter(pk=offer.pk).update(reach_m=5)

        assert noted() == [(MovedKind.OFFER, offer.pk)] * 2

    def test_knows_when_by_the_clock_of_the_database(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.helper.pk).update(skills=[])

        assert Moved.objects.order_by("-pk")[0].noted_at is not None
