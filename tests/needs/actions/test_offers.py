from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from matchmaker.community.models import MembershipRole, Organization, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.needs.actions import close_offer, load_service_types, open_offer, pause_offer, resume_offer
from matchmaker.needs.actions.offer_rows import PublicDutyNotForVolunteers
from matchmaker.needs.actions.offers import (
    OfferClosed,
    OfferNotOpen,
    OfferNotPaused,
    OrganizationNotVerified,
)
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import Hours
from matchmaker.needs.models import Offer, OfferHours, OfferState
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, membership, offer_draft, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
Move = Callable[..., Offer]


@pytest.fixture
def town() -> SmallTown:
    load_service_types()
    return small_town()


def refused(refusal: type[DomainError], person: Person, **draft: Any) -> str | None:
    """The field at fault; nothing was stored."""
    with pytest.raises(refusal) as caught:
        open_offer(viewer=viewer_of(person), draft=offer_draft(**draft), now=NOW)
    assert not any(table.objects.exists() for table in (Offer, OfferHours, Record))
    return caught.value.field


class TestOpenOffer:
    def test_of_a_person_sets_out_from_home(self, town: SmallTown) -> None:
        hours = (Hours(5, time(9), time(12)), Hours(0, time(18), time(20)), Hours(0, time(18), time(20)))
        offer = open_offer_for(town, service_types=("SHOPPING", "CULTURE"), hours=hours, languages=("ZH",))

        offer.refresh_from_db()
        assert (offer.person, offer.organization, offer.state) == (town.helper, None, OfferState.OPEN)
        assert (offer.place, offer.community) == (town.helper.household, town.community)
        assert (offer.reach, offer.reach_m, offer.visits_per_week, offer.languages) == ("METRES", 1000, 3, ["zh"])
        assert sorted(offer.service_types.values_list("code", flat=True)) == ["CULTURE", "SHOPPING"]
        assert list(offer.hours.values_list("weekday", "starts", "ends")) == [
            (0, time(18), time(20)),
            (5, time(9), time(12)),
        ]

    def test_is_recorded_with_ids_alone(self, town: SmallTown) -> None:
        offer = open_offer_for(town)

        record = Record.objects.get()
        assert (record.kind, record.body) == ("offer.opened", {"offer": offer.pk, "organization": None})

    def test_of_an_organization_is_opened_by_its_clerk_from_its_seat(self, town: SmallTown) -> None:
        offer = open_offer_for(
            town,
            organization=town.organization,
            form="CONVENIENCE",
            price_yuan_per_hour=Decimal(30),
            parallel_visits=2,
            visits_per_week=40,
            reach="AREAS",
            reach_areas=(town.grid.public_id, town.other_grid.public_id),
        )

        offer.refresh_from_db()
        assert (offer.person, offer.organization) == (None, town.organization)
        assert (offer.place, offer.community) == (town.community, town.community)
        assert (offer.latitude, offer.longitude) == (town.organization.latitude, town.organization.longitude)
        assert sorted(offer.reach_areas.values_list("pk", flat=True)) == [town.grid.pk, town.other_grid.pk]

    def test_of_a_person_stands_once_under_its_number(self, town: SmallTown) -> None:
        open_offer_for(town, external_id="page:1")

        with pytest.raises(ExternalIdTaken):
            open_offer_for(town, external_id="page:1")

        assert open_offer_for(town, person=town.neighbour, external_id="page:1").external_id == "page:1"
        assert Offer.objects.count() == 2

    def test_may_have_a_public_duty_as_a_public_service(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization, form="PUBLIC", service_types=("PATROL",))

        assert offer.form == "PUBLIC"

    def test_is_refused_to_a_visitor(self, town: SmallTown) -> None:
        with pytest.raises(SignInRequired):
            open_offer(viewer=VISITOR, draft=offer_draft(), now=NOW)

        assert not Offer.objects.exists()

    def test_is_refused_with_a_faulty_draft(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town.helper, title="") == "title"

    def test_is_refused_for_unknown_types(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town.helper, service_types=("SHOPPING", "NO_SUCH")) == "service_types"

    def test_is_refused_for_a_public_duty_that_is_no_public_service(self, town: SmallTown) -> None:
        assert refused(PublicDutyNotForVolunteers, town.helper, service_types=("PATROL",)) == "service_types"

    def test_for_an_organization_is_refused_to_all_but_its_clerks(self, town: SmallTown) -> None:
        draft = {"organization": town.organization.public_id}

        assert refused(NotAllowed, town.member, **draft) == "organization"
        assert refused(NotAllowed, town.coordinator, **draft) == "organization"
        assert refused(NotFound, town.clerk, organization=uuid4()) == "organization"

    def test_is_refused_until_the_organization_is_verified(self, town: SmallTown) -> None:
        Organization.objects.update(verified_at=None)

        assert refused(OrganizationNotVerified, town.clerk, organization=town.organization.public_id) == "organization"

    def test_is_refused_once_the_organization_is_closed(self, town: SmallTown) -> None:
        Organization.objects.update(closed_at=NOW)

        assert refused(NotFound, town.clerk, organization=town.organization.public_id) == "organization"

    def test_is_refused_from_someone_elses_home(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town.helper, place=town.households[0].public_id) == "place"
        assert refused(InvalidInput, town.helper, place=uuid4()) == "place"

    def test_is_refused_for_areas_that_are_homes_or_elsewhere(self, town: SmallTown) -> None:
        for area_id in (town.households[0].public_id, uuid4()):
            assert refused(InvalidInput, town.helper, reach="AREAS", reach_areas=(area_id,)) == "reach_areas"

    def test_of_someone_without_a_home_names_a_place(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.helper.pk).update(household=None)
        assert refused(InvalidInput, town.helper) == "place"

        offer = open_offer_for(town, place=town.corridors[0].public_id)

        assert offer.place == town.corridors[0]

    def test_of_an_organization_above_communities_names_a_place_within_one(self, town: SmallTown) -> None:
        Organization.objects.update(area=town.region)
        assert refused(InvalidInput, town.clerk, organization=town.organization.public_id) == "place"

        offer = open_offer_for(town, organization=town.organization, place=town.corridors[0].public_id)

        assert offer.community == town.community


class TestPauseResumeClose:
    def test_go_from_open_to_paused_and_back_to_closed(self, town: SmallTown) -> None:
        offer = open_offer_for(town)
        who = viewer_of(town.helper)

        assert pause_offer(viewer=who, offer_id=offer.public_id, now=LATER).state == OfferState.PAUSED
        assert resume_offer(viewer=who, offer_id=offer.public_id, now=LATER).state == OfferState.OPEN
        assert close_offer(viewer=who, offer_id=offer.public_id, now=LATER).state == OfferState.CLOSED

        offer.refresh_from_db()
        assert (offer.state, offer.closed_at) == (OfferState.CLOSED, LATER)
        assert list(Record.objects.order_by("seq").values_list("kind", flat=True)) == [
            "offer.opened",
            "offer.paused",
            "offer.resumed",
            "offer.closed",
        ]

    def test_may_be_done_by_any_clerk_of_the_organization(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        membership(town.newcomer, town.organization, MembershipRole.CLERK)

        pause_offer(viewer=viewer_of(town.newcomer), offer_id=offer.public_id, now=LATER)

        offer.refresh_from_db()
        assert offer.state == OfferState.PAUSED

    @pytest.mark.parametrize(
        ("state", "move", "refusal"),
        [
            ("PAUSED", pause_offer, OfferNotOpen),
            ("OPEN", resume_offer, OfferNotPaused),
            ("CLOSED", pause_offer, OfferClosed),
            ("CLOSED", resume_offer, OfferClosed),
            ("CLOSED", close_offer, OfferClosed),
        ],
    )
    def test_are_refused_from_the_wrong_state(
        self, town: SmallTown, state: str, move: Move, refusal: type[DomainError]
    ) -> None:
        offer = open_offer_for(town)
        Offer.objects.update(state=state, closed_at=NOW if state == "CLOSED" else None)
        before = Offer.objects.values().get()

        with pytest.raises(refusal):
            move(viewer=viewer_of(town.helper), offer_id=offer.public_id, now=LATER)

        assert Offer.objects.values().get() == before
        assert Record.objects.count() == 1

    @pytest.mark.parametrize("move", [pause_offer, resume_offer, close_offer])
    def test_are_refused_to_others(self, town: SmallTown, move: Move) -> None:
        offer = open_offer_for(town)
        before = Offer.objects.values().get()

        with pytest.raises(NotFound):
            move(viewer=viewer_of(town.neighbour), offer_id=offer.public_id, now=LATER)
        with pytest.raises(NotAllowed):
            move(viewer=viewer_of(town.coordinator), offer_id=offer.public_id, now=LATER)
        with pytest.raises(SignInRequired):
            move(viewer=VISITOR, offer_id=offer.public_id, now=LATER)

        assert Offer.objects.values().get() == before
        assert Record.objects.count() == 1
