"""Offers in the name of somebody whom a worker heard."""

from typing import Any

import pytest

from matchmaker.community.models import Consent, Person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.needs.actions import close_offer, open_offer, pause_offer
from matchmaker.needs.models import Offer, OfferState
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, load_service_types_once, offer_draft, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def opened(town: SmallTown, worker: Person, **draft: Any) -> Offer:
    usual: dict[str, Any] = {"for_person": town.elder.public_id, "consent": "SPOKEN"}
    return open_offer(viewer=viewer_of(worker), draft=offer_draft(**usual | draft), now=NOW)


class TestOpenOfferForAnother:
    def test_is_theirs_with_the_consent_that_was_heard(self, town: SmallTown) -> None:
        offer = opened(town, town.grid_head)

        assert (offer.person, offer.place) == (town.elder, town.elder.household)
        consent = Consent.objects.get()
        assert (consent.person, consent.kind, consent.heard_by) == (town.elder, "PROXY", town.grid_head)
        assert [record.kind for record in Record.objects.order_by("seq")] == ["consent.given", "offer.opened"]

    @pytest.mark.parametrize("role", ["neighbour", "clerk", "police", "other_coordinator"])
    def test_is_for_workers_of_their_area(self, town: SmallTown, role: str) -> None:
        assert self.refused(NotFound, town, getattr(town, role)) == "for_person"

    def test_is_refused_without_consent_and_for_an_organization(self, town: SmallTown) -> None:
        assert self.refused(InvalidInput, town, town.grid_head, consent="") == "consent"
        assert self.refused(InvalidInput, town, town.grid_head, consent="WRITTEN") == "paper_kept_at"
        organization = town.organization.public_id
        assert self.refused(InvalidInput, town, town.clerk, organization=organization) == "for_person"

    def test_is_managed_by_workers_while_they_have_no_account(self, town: SmallTown) -> None:
        theirs = opened(town, town.grid_head)
        helpers = opened(town, town.grid_head, for_person=town.helper.public_id)

        assert pause_offer(viewer=viewer_of(town.coordinator), offer_id=theirs.public_id, now=NOW).state == (
            OfferState.PAUSED
        )
        with pytest.raises(NotAllowed):
            close_offer(viewer=viewer_of(town.coordinator), offer_id=helpers.public_id, now=NOW)

        helpers.refresh_from_db()
        assert helpers.state == OfferState.OPEN

    def refused(self, refusal: type[DomainError], town: SmallTown, who: Person, **draft: Any) -> str | None:
        with pytest.raises(refusal) as caught:
            opened(town, who, **draft)
        assert (Offer.objects.count(), Consent.objects.count(), Record.objects.count()) == (0, 0, 0)
        return caught.value.field
