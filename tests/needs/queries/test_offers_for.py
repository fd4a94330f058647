from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Organization, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotFound
from matchmaker.needs.actions import close_offer, pause_offer
from matchmaker.needs.models import Offer
from matchmaker.needs.queries import may_manage_offer, offer_by_id, offers_by_pk, offers_for
from tests.towns import NOW, SmallTown, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def seen_by(person: Person, **filters: Any) -> list[Offer]:
    return list(offers_for(viewer_of(person), **filters))


class TestOffersFor:
    def test_of_a_person_are_for_them_and_the_workers(self, town: SmallTown) -> None:
        offer = open_offer_for(town)

        assert seen_by(town.helper) == seen_by(town.grid_head) == seen_by(town.coordinator) == [offer]
        for role in ("asker", "neighbour", "clerk", "police", "auditor", "other_coordinator"):
            assert seen_by(getattr(town, role)) == []

    def test_of_an_organization_are_for_the_community(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)

        assert seen_by(town.asker) == seen_by(town.clerk) == [offer]
        assert seen_by(town.other_coordinator) == []
        assert list(offers_for(VISITOR)) == []

    def test_of_an_organization_are_for_its_members_while_paused_or_unverified(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        pause_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id, now=NOW)
        Organization.objects.update(verified_at=None)

        assert seen_by(town.asker) == []
        assert seen_by(town.member) == seen_by(town.clerk) == [offer]

    def test_can_be_narrowed(self, town: SmallTown) -> None:
        shopping = open_offer_for(town)
        culture = open_offer_for(town, person=town.stranger, service_types=("DIGITAL_HELP", "FESTIVAL"))
        own = open_offer_for(town, person=town.coordinator, now=NOW + timedelta(minutes=1))
        pause_offer(viewer=viewer_of(town.helper), offer_id=shopping.public_id, now=NOW)

        assert seen_by(town.coordinator) == [own, culture, shopping]
        assert seen_by(town.coordinator, state="PAUSED") == [shopping]
        assert seen_by(town.coordinator, service_type="CULTURE") == [culture]
        assert seen_by(town.coordinator, service_type="SHOPPING") == [own, shopping]
        assert seen_by(town.coordinator, area_id=town.grid.public_id) == [shopping]
        assert seen_by(town.coordinator, area_id=uuid4()) == []
        assert seen_by(town.coordinator, own=True) == [own]

    def test_reads_any_number_of_offers_with_four_queries(self, town: SmallTown) -> None:
        for _ in range(5):
            open_offer_for(town)
        viewer = viewer_of(town.coordinator)

        with CaptureQueriesContext(connection) as queries:
            offers = list(offers_for(viewer)[:3])
            for offer in offers:
                assert [kind.code for kind in offer.service_types.all()] == ["SHOPPING"]
                assert offer.service_types.all()[0].parent is not None
                assert list(offer.hours.all()) == list(offer.reach_areas.all()) == []
                assert offer.person is not None
                assert offer.place.parent is not None

        assert len(queries) == 4
        assert len(offers) == 3


class TestOfferById:
    def test_is_not_found_where_it_may_not_be_known(self, town: SmallTown) -> None:
        offer = open_offer_for(town)

        assert offer_by_id(viewer_of(town.helper), offer.public_id) == offer
        for viewer in (viewer_of(town.asker), viewer_of(town.other_coordinator), VISITOR):
            with pytest.raises(NotFound):
                offer_by_id(viewer, offer.public_id)


class TestOffersByPk:
    def test_hold_closed_ones_too_with_four_queries(self, town: SmallTown) -> None:
        offers = [open_offer_for(town), open_offer_for(town)]
        close_offer(viewer=viewer_of(town.helper), offer_id=offers[0].public_id, now=NOW)

        with CaptureQueriesContext(connection) as queries:
            found = offers_by_pk([offer.pk for offer in offers])

        assert len(queries) == 4
        assert found == {offer.pk: offer for offer in offers}


class TestMayManageOffer:
    def test_is_for_the_giver_and_the_clerk(self, town: SmallTown) -> None:
        personal = open_offer_for(town)
        collective = open_offer_for(town, organization=town.organization)

        assert may_manage_offer(viewer_of(town.helper), personal)
        assert may_manage_offer(viewer_of(town.clerk), collective)
        for role in ("member", "coordinator", "asker"):
            viewer = viewer_of(getattr(town, role))
            assert not may_manage_offer(viewer, personal)
            assert not may_manage_offer(viewer, collective)
        assert not may_manage_offer(VISITOR, personal)
