"""Announcing a tour, changing a stop, being late, calling it off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from matchmaker.community.models import Organization
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs.actions import call_off_tour, change_stop, say_late
from matchmaker.needs.actions.offer_rows import PublicDutyNotForVolunteers
from matchmaker.needs.actions.offers import OrganizationNotVerified
from matchmaker.needs.actions.tours import StopIsOver, TourCalledOff, TwoStopsAtOnce
from matchmaker.needs.models import Offer, OfferState, Tour, TourSignUp, TourState, TourStop
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.tour_rows import NOW_AT_THE_STOP, announced, stop_draft
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestAnnounceTour:
    def test_makes_an_offer_at_each_stop(self, town: SmallTown) -> None:
        tour = announced(town, stops=(stop_draft(town), stop_draft(town, days=2, capacity=3, reach_m=800)))

        first, second = Offer.objects.order_by("stop__date")
        assert (tour.title, tour.state, tour.organization) == ("流动医疗车", TourState.ANNOUNCED, town.organization)
        assert [offer.stop.date.isoformat() for offer in (first, second) if offer.stop] == ["2026-03-03", "2026-03-04"]
        assert (first.organization, first.place, first.community) == (
            town.organization,
            town.corridors[0],
            town.community,
        )
        assert (first.reach, first.reach_m, first.visits_per_week) == ("METRES", 3000, 8)
        assert (second.reach_m, second.visits_per_week) == (800, 3)
        assert list(first.service_types.values_list("code", flat=True)) == ["SHOPPING"]
        assert sorted(
            OutboxJob.objects.filter(name="matches.look_at_offer").values_list("payload__offer_id", flat=True)
        ) == [
            first.pk,
            second.pk,
        ]

    def test_is_recorded_with_ids_alone(self, town: SmallTown) -> None:
        tour = announced(town)

        record = Record.objects.get()
        assert (record.kind, record.body) == (
            "tour.announced",
            {"tour": tour.pk, "organization": town.organization.pk, "stops": 1},
        )

    def test_is_for_a_worker_of_the_seat_too(self, town: SmallTown) -> None:
        assert announced(town, by=town.coordinator).organization == town.organization

    @pytest.mark.parametrize("who", ["member", "asker", "other_coordinator"])
    def test_is_for_nobody_else(self, town: SmallTown, who: str) -> None:
        with pytest.raises(NotAllowed):
            announced(town, by=getattr(town, who))
        assert (Tour.objects.count(), Offer.objects.count(), Record.objects.count()) == (0, 0, 0)

    def test_waits_until_the_organization_is_verified(self, town: SmallTown) -> None:
        Organization.objects.update(verified_at=None)
        with pytest.raises(OrganizationNotVerified):
            announced(town)
        assert Tour.objects.count() == 0

    def test_puts_no_public_duty_on_volunteers(self, town: SmallTown) -> None:
        with pytest.raises(PublicDutyNotForVolunteers):
            announced(town, service_types=("FIRE_SAFETY",), form="VOLUNTARY")
        assert Tour.objects.count() == 0

    @pytest.mark.parametrize(
        ("made", "field"),
        [
            (lambda town: {"stops": ()}, "stops"),
            (lambda town: {"title": " "}, "title"),
            (lambda town: {"service_types": ()}, "service_types"),
            (lambda town: {"stops": (stop_draft(town, days=-1),)}, "date"),
            (lambda town: {"stops": (stop_draft(town, days=400),)}, "date"),
            (lambda town: {"stops": (stop_draft(town, ends=time(9)),)}, "ends"),
            (lambda town: {"stops": (stop_draft(town, capacity=0),)}, "capacity"),
            (lambda town: {"stops": (stop_draft(town, reach_m=60_000),)}, "reach_m"),
            (lambda town: {"stops": (stop_draft(town), stop_draft(town))}, "starts"),
            (lambda town: {"stops": (stop_draft(town, place=town.households[0].public_id),)}, "place"),
            (lambda town: {"stops": (stop_draft(town, place=town.region.public_id),)}, "place"),
        ],
    )
    def test_refuses_what_cannot_be_driven(
        self, town: SmallTown, made: Callable[[SmallTown], dict[str, Any]], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            announced(town, **made(town))
        assert refused.value.field == field
        assert Tour.objects.count() == 0


class TestChangeStop:
    def test_tells_who_signed_up_of_another_time(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()
        TourSignUp.objects.create(stop=stop, person=town.asker, signed_up_at=NOW)

        changed = change(town, stop, starts=time(13), ends=time(16), capacity=4)

        assert (changed.starts, changed.ends, changed.capacity) == (time(13), time(16), 4)
        assert Offer.objects.get().visits_per_week == 4
        assert list(Notice.objects.values_list("person", "kind", "about")) == [
            (town.asker.pk, "TOUR_CHANGED", stop.tour.public_id)
        ]
        assert OutboxJob.objects.filter(name="matches.look_at_stop", payload={"stop_id": stop.pk}).count() == 1

    def test_tells_nobody_of_more_room(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()
        TourSignUp.objects.create(stop=stop, person=town.asker, signed_up_at=NOW)

        change(town, stop, capacity=20)

        assert Offer.objects.get().visits_per_week == 20
        assert Notice.objects.count() == 0

    def test_moves_the_offer_to_another_place(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()

        change(town, stop, place=town.corridors[1].public_id)

        offer = Offer.objects.get()
        assert (offer.place, offer.latitude, offer.longitude) == (
            town.corridors[1],
            town.corridors[1].latitude,
            town.corridors[1].longitude,
        )

    def test_does_not_begin_two_stops_at_once(self, town: SmallTown) -> None:
        first, second = announced(town, stops=(stop_draft(town), stop_draft(town, days=2))).stops.all()
        with pytest.raises(TwoStopsAtOnce):
            change(town, second)
        second.refresh_from_db()
        assert second.date == first.date + timedelta(days=1)

    def test_is_not_for_others(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()
        with pytest.raises(NotAllowed):
            change_stop(viewer=viewer_of(town.asker), stop_id=stop.public_id, draft=stop_draft(town), now=NOW)
        viewer = replace(viewer_of(town.asker), community_id=None)
        with pytest.raises(NotFound):
            change_stop(viewer=viewer, stop_id=stop.public_id, draft=stop_draft(town), now=NOW)


class TestSayLate:
    def test_is_of_the_stop_and_of_those_after_it_that_day(self, town: SmallTown) -> None:
        later = stop_draft(town, starts=time(14), ends=time(16))
        first, second, next_day = announced(town, stops=(stop_draft(town), later, stop_draft(town, days=2))).stops.all()
        TourSignUp.objects.create(stop=second, person=town.asker, signed_up_at=NOW)
        TourSignUp.objects.create(stop=next_day, person=town.elder, signed_up_at=NOW)

        say_late(viewer=viewer_of(town.clerk), stop_id=first.public_id, minutes=40, now=NOW)

        assert list(TourStop.objects.values_list("late_minutes", flat=True)) == [40, 40, 0]
        notice = Notice.objects.get()
        assert (notice.person, notice.kind, notice.urgent) == (town.asker, "TOUR_LATE", True)

    def test_is_no_more_once_the_stop_is_over(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()
        afterwards = NOW_AT_THE_STOP + timedelta(days=1)
        with pytest.raises(StopIsOver):
            say_late(viewer=viewer_of(town.clerk, now=afterwards), stop_id=stop.public_id, minutes=10, now=afterwards)
        assert TourStop.objects.get().late_minutes == 0

    @pytest.mark.parametrize("minutes", [-1, 601, True])
    def test_is_a_number_of_minutes(self, town: SmallTown, minutes: int) -> None:
        stop = announced(town).stops.get()
        with pytest.raises(InvalidInput):
            say_late(viewer=viewer_of(town.clerk), stop_id=stop.public_id, minutes=minutes, now=NOW)


class TestCallOffTour:
    def test_closes_its_offers_and_tells_all(self, town: SmallTown) -> None:
        tour = announced(town, stops=(stop_draft(town), stop_draft(town, days=2)))
        for stop in tour.stops.all():
            TourSignUp.objects.create(stop=stop, person=town.asker, signed_up_at=NOW)

        off = call_off_tour(viewer=viewer_of(town.clerk), tour_id=tour.public_id, because="大雪封路", now=NOW)

        assert (off.state, off.called_off_because) == (TourState.CALLED_OFF, "大雪封路")
        assert set(Offer.objects.values_list("state", flat=True)) == {OfferState.CLOSED}
        assert list(Notice.objects.values_list("person", "kind")) == [(town.asker.pk, "TOUR_CALLED_OFF")]
        assert Record.objects.latest("seq").body == {
            "tour": tour.pk,
            "organization": town.organization.pk,
            "stops": 2,
        }

    def test_is_done_once_and_with_a_reason(self, town: SmallTown) -> None:
        tour = announced(town)
        viewer = viewer_of(town.clerk)
        with pytest.raises(InvalidInput):
            call_off_tour(viewer=viewer, tour_id=tour.public_id, because=" ", now=NOW)
        call_off_tour(viewer=viewer, tour_id=tour.public_id, because="车坏了", now=NOW)

        refusals: list[DomainError] = []
        for act in (
            lambda: call_off_tour(viewer=viewer, tour_id=tour.public_id, because="车坏了", now=NOW),
            lambda: change(town, tour.stops.get()),
        ):
            with pytest.raises(TourCalledOff) as refused:
                act()
            refusals.append(refused.value)
        assert len(refusals) == 2


def change(town: SmallTown, stop: TourStop, **fields: Any) -> TourStop:
    return change_stop(viewer=viewer_of(town.clerk), stop_id=stop.public_id, draft=stop_draft(town, **fields), now=NOW)
