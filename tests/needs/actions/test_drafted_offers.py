"""Offers that a clerk keeps as drafts: whose they are, what becomes of them, and that nobody takes one for an offer."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from matchmaker.community.models import Organization, Person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import OFFER_MOVED
from matchmaker.needs.actions import close_offer, discard_offer, pause_offer, publish_offer, redraft_offer, resume_offer
from matchmaker.needs.actions.drafted_offers import OfferNotADraft
from matchmaker.needs.actions.offers import OfferNotOpen, OfferNotPaused, OrganizationNotVerified
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import Hours
from matchmaker.needs.drafts.offers import draft_as_stored
from matchmaker.needs.models import Offer, OfferHours, OfferState, ServiceType
from matchmaker.needs.queries import offer_by_id, offers_for
from matchmaker.records.models import Record
from tests.towns import (
    NOW,
    SmallTown,
    draft_offer_for,
    offer_draft,
    open_offer_for,
    small_town,
    viewer_of,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OTHERS = ("member", "asker", "helper", "coordinator", "grid_head", "auditor", "other_coordinator")


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def published(town: SmallTown, offer: Offer, who: Person | None = None) -> Offer:
    return publish_offer(viewer=viewer_of(who or town.clerk), offer_id=offer.public_id, now=LATER)


class TestDraftOffer:
    def test_is_kept_for_the_clerks_alone_and_recorded_nowhere(self, town: SmallTown) -> None:
        offer = draft_offer_for(town, hours=(Hours(1, time(9), time(12)),))

        assert (offer.state, offer.organization, offer.hours.count()) == (OfferState.DRAFT, town.organization, 1)
        assert offer_by_id(viewer_of(town.clerk), offer.public_id) == offer
        assert list(offers_for(viewer_of(town.clerk), state="DRAFT")) == [offer]
        for other in OTHERS:
            viewer = viewer_of(getattr(town, other))
            assert list(offers_for(viewer, state="DRAFT")) == list(offers_for(viewer)) == []
            assert list(offers_for(viewer, own=True)) == []
            with pytest.raises(NotFound):
                offer_by_id(viewer, offer.public_id)
        assert not Record.objects.exists()
        assert not OutboxJob.objects.filter(name=OFFER_MOVED).exists()

    def test_is_among_offers_only_where_drafts_are_asked_for(self, town: SmallTown) -> None:
        draft_offer_for(town, external_id="F-1")
        viewer = viewer_of(town.clerk)

        for asked in ({}, {"own": True}, {"state": "OPEN"}, {"external_id": "F-1"}, {"search": "代买"}):
            assert list(offers_for(viewer, **asked)) == []  # type: ignore[arg-type]  # each is one filter

    def test_can_be_written_before_the_organization_is_verified(self, town: SmallTown) -> None:
        Organization.objects.update(verified_at=None, verified_by=None)

        offer = draft_offer_for(town)

        with pytest.raises(OrganizationNotVerified):
            published(town, offer)
        assert Offer.objects.get().state == OfferState.DRAFT

    def test_is_of_an_organization_and_by_its_clerk(self, town: SmallTown) -> None:
        for refusal, who, draft in (
            (InvalidInput, town.clerk, {"organization": None}),
            (NotAllowed, town.member, {}),
            (NotAllowed, town.coordinator, {}),
        ):
            with pytest.raises(refusal) as caught:
                draft_offer_for(town, by=who, **draft)
            assert caught.value.field == "organization"
        assert not Offer.objects.exists()

    def test_stands_once_under_its_number(self, town: SmallTown) -> None:
        draft_offer_for(town, external_id="F-1")

        with pytest.raises(ExternalIdTaken):
            draft_offer_for(town, external_id="F-1")
        with pytest.raises(ExternalIdTaken):
            open_offer_for(town, organization=town.organization, external_id="F-1")

        assert Offer.objects.count() == 1

    def test_is_refused_by_the_database_for_a_person(self, town: SmallTown) -> None:
        offer = open_offer_for(town)

        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(state=OfferState.DRAFT)


class TestRedraftOffer:
    def test_says_all_of_the_new_draft_and_keeps_its_number(self, town: SmallTown) -> None:
        hours = (Hours(1, time(9), time(12)), Hours(2, time(9), time(12)))
        offer = draft_offer_for(town, hours=hours, external_id="F-1")
        draft = offer_draft(
            title="教手机",
            service_types=("DIGITAL_HELP",),
            organization=town.organization.public_id,
            hours=(Hours(5, time(14), time(16)),),
            reach_minutes=10,
            reach="MINUTES",
            external_id="F-2",
        )

        redraft_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id, draft=draft)

        offer.refresh_from_db()
        assert (offer.title, offer.external_id, offer.state) == ("教手机", "F-1", OfferState.DRAFT)
        assert (offer.reach, offer.reach_m, offer.reach_minutes) == ("MINUTES", None, 10)
        assert list(offer.service_types.values_list("code", flat=True)) == ["DIGITAL_HELP"]
        assert list(OfferHours.objects.values_list("weekday", "starts")) == [(5, time(14))]

    def test_as_it_is_stored_changes_nothing(self, town: SmallTown) -> None:
        offer = draft_offer_for(
            town,
            hours=(Hours(1, time(9), time(12)),),
            reach="AREAS",
            reach_areas=(town.grid.public_id,),
            place=town.corridors[0].public_id,
            parallel_visits=3,
            languages=("zh",),
            skills=("做饭",),
        )
        before = draft_as_stored(offer_by_id(viewer_of(town.clerk), offer.public_id))

        redraft_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id, draft=before)

        assert draft_as_stored(offer_by_id(viewer_of(town.clerk), offer.public_id)) == before

    def test_does_not_move_to_another_organization(self, town: SmallTown) -> None:
        offer = draft_offer_for(town)

        with pytest.raises(InvalidInput) as caught:
            redraft_offer(
                viewer=viewer_of(town.clerk),
                offer_id=offer.public_id,
                draft=offer_draft(title="别的", organization=uuid4()),
            )

        assert caught.value.field == "organization"
        assert Offer.objects.get().title == "代买东西"


class TestPublishOffer:
    def test_opens_it_from_then_on_and_records_that(self, town: SmallTown) -> None:
        offer = draft_offer_for(town)

        published(town, offer)

        offer.refresh_from_db()
        assert (offer.state, offer.opened_at) == (OfferState.OPEN, LATER)
        assert list(offers_for(viewer_of(town.asker))) == [offer]
        assert Record.objects.get().kind == "offer.opened"
        assert OutboxJob.objects.get(name=OFFER_MOVED).payload == {"offer_id": offer.pk}

    def test_looks_anew_whether_its_types_are_still_given(self, town: SmallTown) -> None:
        offer = draft_offer_for(town)
        ServiceType.objects.filter(code="SHOPPING").update(public_duty=True)

        with pytest.raises(DomainError) as caught:
            published(town, offer)

        assert caught.value.code == "PUBLIC_DUTY_NOT_FOR_VOLUNTEERS"
        assert Offer.objects.get().state == OfferState.DRAFT
        assert not Record.objects.exists()

    def test_is_done_once(self, town: SmallTown) -> None:
        offer = draft_offer_for(town)
        published(town, offer)

        with pytest.raises(OfferNotADraft):
            published(town, offer)

        assert Record.objects.count() == OutboxJob.objects.filter(name=OFFER_MOVED).count() == 1

    def test_is_for_a_clerk(self, town: SmallTown) -> None:
        offer = draft_offer_for(town)

        for other in OTHERS:
            with pytest.raises(NotFound):
                published(town, offer, getattr(town, other))
        assert Offer.objects.get().state == OfferState.DRAFT


class TestDiscardOffer:
    def test_leaves_nothing(self, town: SmallTown) -> None:
        offer = draft_offer_for(town, hours=(Hours(1, time(9), time(12)),))

        assert discard_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id) == town.organization

        assert not Offer.objects.exists()
        assert not OfferHours.objects.exists()
        assert not Record.objects.exists()

    def test_is_for_drafts_and_their_clerks(self, town: SmallTown) -> None:
        draft, standing = draft_offer_for(town), open_offer_for(town, organization=town.organization)

        with pytest.raises(OfferNotADraft):
            discard_offer(viewer=viewer_of(town.clerk), offer_id=standing.public_id)
        for other in OTHERS:
            with pytest.raises(NotFound):
                discard_offer(viewer=viewer_of(getattr(town, other)), offer_id=draft.public_id)
        assert Offer.objects.count() == 2


class TestDraft:
    @pytest.mark.parametrize(
        ("move", "refusal"),
        [(pause_offer, OfferNotOpen), (resume_offer, OfferNotPaused), (close_offer, OfferNotOpen)],
    )
    def test_is_neither_paused_nor_resumed_nor_closed(
        self, town: SmallTown, move: Callable[..., Any], refusal: type[DomainError]
    ) -> None:
        offer = draft_offer_for(town)

        with pytest.raises(refusal):
            move(viewer=viewer_of(town.clerk), offer_id=offer.public_id, now=LATER)

        assert Offer.objects.get().state == OfferState.DRAFT
