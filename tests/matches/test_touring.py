"""Stops of a tour in the search for helpers, signing up, and what becomes of agreements when the tour does not come."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, inputs, queries
from matchmaker.matches.actions.touring import AlreadySignedUp, StopIsFull
from matchmaker.matches.models import Match, MatchState, Proposal, UnmetNeed, VisitState
from matchmaker.matches.queries import places_left
from matchmaker.needs.actions import call_off_tour, change_stop, say_late
from matchmaker.needs.actions.tours import StopIsOver, TourCalledOff
from matchmaker.needs.models import Need, NeedState, TourSignUp, TourStop
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.tour_rows import announced, stop_draft
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def a_stop(town: SmallTown, **fields: Any) -> TourStop:
    return announced(town, stops=(stop_draft(town, **fields),)).stops.get()


def comes(town: SmallTown, stop: TourStop, *, need: Need | None = None, person: Any = None) -> TourSignUp:
    return actions.sign_up(
        viewer=viewer_of(person or town.asker),
        stop_id=stop.public_id,
        need_id=None if need is None else need.public_id,
        now=NOW,
    )


class TestSearch:
    def test_meets_at_a_stop_whoever_signed_up_with_the_request(self, town: SmallTown) -> None:
        stop, need = a_stop(town), open_need_for(town)
        assert actions.propose_next(need_id=need.pk, now=NOW) is None
        assert UnmetNeed.objects.get(need=need).rule_code == "TOUR"
        assert UnmetNeed.objects.get(need=need).reasons == [{"rule": "TOUR", "offers": 1, "params": {}}]

        comes(town, stop, need=need)
        proposal = actions.propose_next(need_id=need.pk, now=NOW)

        assert proposal is not None
        assert proposal.offer.stop == stop
        assert not UnmetNeed.objects.filter(need=need).exists()
        assert OutboxJob.objects.filter(name="matches.propose_next", payload={"need_id": need.pk}).exists()

    def test_meets_at_a_stop_near_by_what_is_asked_for_outside_the_home(self, town: SmallTown) -> None:
        stop = a_stop(town)
        need = open_need_for(town, at_home=False, place=town.corridors[1].public_id)

        proposal = actions.propose_next(need_id=need.pk, now=NOW)

        assert proposal is not None
        assert proposal.offer.stop == stop

    def test_looks_no_further_than_people_come(self, town: SmallTown) -> None:
        a_stop(town, reach_m=10)
        need = open_need_for(town, at_home=False, place=town.corridors[1].public_id)

        assert actions.propose_next(need_id=need.pk, now=NOW) is None
        assert UnmetNeed.objects.get(need=need).rule_code == "REACH"

    def test_proposes_within_the_hours_of_the_stop_alone(self, town: SmallTown) -> None:
        stop, need = a_stop(town, starts=time(14), ends=time(16)), open_need_for(town)
        comes(town, stop, need=need)

        assert actions.propose_next(need_id=need.pk, now=NOW) is None
        assert UnmetNeed.objects.get(need=need).rule_code == "TIME"

    def test_counts_the_places_of_a_stop(self, town: SmallTown) -> None:
        stop = a_stop(town, capacity=1)
        outside = {"at_home": False, "place": town.corridors[0].public_id}
        first, second = (open_need_for(town, person=person, **outside) for person in (town.asker, town.neighbour))

        assert actions.propose_next(need_id=first.pk, now=NOW) is not None
        assert actions.propose_next(need_id=second.pk, now=NOW) is None

        assert UnmetNeed.objects.get(need=second).rule_code == "LOAD"
        assert places_left(stop) == 0

    def test_leaves_kept_places_alone(self, town: SmallTown) -> None:
        stop = a_stop(town, capacity=1)
        comes(town, stop, person=town.elder)
        need = open_need_for(town, at_home=False, place=town.corridors[0].public_id)

        assert actions.propose_next(need_id=need.pk, now=NOW) is None
        assert UnmetNeed.objects.get(need=need).rule_code == "LOAD"

    def test_leaves_the_place_of_a_request_to_that_request(self, town: SmallTown) -> None:
        stop, need = a_stop(town, capacity=1), open_need_for(town)
        comes(town, stop, need=need)
        other = open_need_for(town, person=town.neighbour, at_home=False, place=town.corridors[0].public_id)

        assert actions.propose_next(need_id=other.pk, now=NOW) is None
        proposal = actions.propose_next(need_id=need.pk, now=NOW)

        assert UnmetNeed.objects.get(need=other).rule_code == "LOAD"
        assert proposal is not None
        assert proposal.offer.stop == stop
        pair = inputs.pair_facts(proposal, town.member, now=NOW)
        assert pair is not None
        assert pair.first_refusal() is None
        assert places_left(stop) == 0

    def test_suggests_it_for_that_request_alone(self, town: SmallTown) -> None:
        stop, need = a_stop(town, capacity=1), open_need_for(town)
        comes(town, stop, need=need)
        other = open_need_for(town, person=town.neighbour, at_home=False, place=town.corridors[0].public_id)

        found = [queries.suggest(viewer_of(one.for_person), one, "zh", now=NOW) for one in (need, other)]

        assert [one.could_come for one in found if one is not None] == [1, 0]

    def test_looks_after_a_round_for_who_keeps_the_last_place(self, town: SmallTown) -> None:
        stop, need = a_stop(town, capacity=1), open_need_for(town)
        comes(town, stop, need=need)
        open_need_for(town, person=town.neighbour, at_home=False, place=town.corridors[0].public_id)

        row = actions.request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW)
        actions.run_round(round_id=row.pk, now=NOW)

        assert Proposal.objects.count() == 0
        assert OutboxJob.objects.filter(key=f"propose_next@round:{row.pk}:{need.pk}").exists()
        proposal = actions.propose_next(need_id=need.pk, now=NOW)
        assert proposal is not None
        assert proposal.offer.stop == stop

    def test_plans_a_round_within_the_places_of_a_stop(self, town: SmallTown) -> None:
        a_stop(town, capacity=2)
        for person in (town.asker, town.neighbour, town.stranger):
            open_need_for(town, person=person, at_home=False, place=town.corridors[0].public_id)

        row = actions.request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW)
        actions.run_round(round_id=row.pk, now=NOW)

        assert Proposal.objects.filter(round=row, offer__stop__isnull=False).count() == 2


class TestSignUp:
    def test_keeps_a_place_and_is_recorded(self, town: SmallTown) -> None:
        stop = a_stop(town, capacity=2)

        made = comes(town, stop)

        assert (made.person, made.need, made.signed_up_by) == (town.asker, None, town.asker)
        assert places_left(stop) == 1
        record = Record.objects.latest("seq")
        assert (record.kind, record.body) == ("tour.signed_up", {"stop": stop.pk, "tour": stop.tour_id})

    def test_is_once_for_a_stop_and_within_its_places(self, town: SmallTown) -> None:
        stop = a_stop(town, capacity=1)
        comes(town, stop)

        with pytest.raises(AlreadySignedUp):
            comes(town, stop)
        with pytest.raises(StopIsFull):
            comes(town, stop, person=town.elder)

        assert TourSignUp.objects.count() == 1

    def test_is_for_others_where_one_cares_for_them(self, town: SmallTown) -> None:
        stop = a_stop(town)

        made = actions.sign_up(
            viewer=viewer_of(town.coordinator), stop_id=stop.public_id, person_id=town.elder.public_id, now=NOW
        )
        with pytest.raises(NotFound):
            actions.sign_up(
                viewer=viewer_of(town.stranger), stop_id=stop.public_id, person_id=town.asker.public_id, now=NOW
            )

        assert (made.person, made.signed_up_by) == (town.elder, town.coordinator)
        assert TourSignUp.objects.count() == 1

    def test_is_for_what_the_tour_brings_along(self, town: SmallTown) -> None:
        stop, other = a_stop(town), open_need_for(town, service_type="DIGITAL_HELP")

        with pytest.raises(InvalidInput) as refused:
            comes(town, stop, need=other)
        with pytest.raises(NotFound):
            comes(town, stop, need=open_need_for(town), person=town.stranger)
        with pytest.raises(NotAllowed):
            actions.sign_up(viewer=auditor(town), stop_id=stop.public_id, need_id=other.public_id, now=NOW)

        assert refused.value.field == "need_id"
        assert TourSignUp.objects.count() == 0

    def test_is_no_more_once_the_tour_does_not_come(self, town: SmallTown) -> None:
        stop = a_stop(town)
        afterwards = NOW + timedelta(days=2)
        with pytest.raises(StopIsOver):
            actions.sign_up(viewer=viewer_of(town.asker, now=afterwards), stop_id=stop.public_id, now=afterwards)
        off(town, stop)
        with pytest.raises(TourCalledOff):
            comes(town, stop)
        assert TourSignUp.objects.count() == 0

    def test_taken_back_frees_the_place(self, town: SmallTown) -> None:
        stop = a_stop(town, capacity=1)
        comes(town, stop)

        actions.take_back_sign_up(viewer=viewer_of(town.asker), stop_id=stop.public_id, now=NOW)

        assert places_left(stop) == 1
        with pytest.raises(NotFound):
            actions.take_back_sign_up(viewer=viewer_of(town.asker), stop_id=stop.public_id, now=NOW)
        assert comes(town, stop, person=town.elder).person == town.elder


class TestLookAtStop:
    def test_ends_agreements_at_a_tour_that_was_called_off(self, town: SmallTown) -> None:
        stop, match = agreed(town)
        off(town, stop)

        assert actions.look_at_stop(stop_id=stop.pk, now=NOW) == 1
        assert actions.look_at_stop(stop_id=stop.pk, now=NOW) == 0

        match.refresh_from_db()
        assert match.state == MatchState.CANCELLED
        assert set(match.visits.values_list("state", flat=True)) == {VisitState.CANCELLED}
        need = Need.objects.get(pk=match.need_id)
        assert (need.state, need.helpers_found) == (NeedState.OPEN, 0)
        told = Notice.objects.filter(kind="MATCH_CANCELLED").values_list("person", flat=True)
        assert set(told) == {town.asker.pk, town.member.pk}

    def test_ends_agreements_that_the_new_hours_do_not_hold(self, town: SmallTown) -> None:
        stop, match = agreed(town)
        draft = stop_draft(town, starts=time(14), ends=time(16))
        change_stop(viewer=viewer_of(town.clerk), stop_id=stop.public_id, draft=draft, now=NOW)

        assert actions.look_at_stop(stop_id=stop.pk, now=NOW) == 1
        match.refresh_from_db()
        assert match.state == MatchState.CANCELLED

    def test_tells_both_sides_of_a_late_tour_and_lets_the_agreement_stand(self, town: SmallTown) -> None:
        stop, match = agreed(town)
        say_late(viewer=viewer_of(town.clerk), stop_id=stop.public_id, minutes=30, now=NOW)
        Notice.objects.filter(kind="TOUR_LATE").delete()

        assert actions.look_at_stop(stop_id=stop.pk, now=NOW) == 0

        match.refresh_from_db()
        assert match.state == MatchState.AGREED
        told = Notice.objects.filter(kind="TOUR_LATE").values_list("person", flat=True)
        assert set(told) == {town.asker.pk, town.member.pk}

    def test_tells_both_sides_of_each_other_time_once_and_when_it_is_in_time_again(self, town: SmallTown) -> None:
        stop, _ = agreed(town)
        told = []

        for minutes in (30, 30, 0, 30):
            say_late(viewer=viewer_of(town.clerk), stop_id=stop.public_id, minutes=minutes, now=NOW)
            actions.look_at_stop(stop_id=stop.pk, now=NOW)
            actions.look_at_stop(stop_id=stop.pk, now=NOW)
            told.append(Notice.objects.filter(kind="TOUR_LATE", person=town.member).count())

        assert told == [1, 1, 2, 3]

    def test_tells_both_sides_where_it_stands_now(self, town: SmallTown) -> None:
        stop, match = agreed(town)
        change_stop(viewer=viewer_of(town.clerk), stop_id=stop.public_id, draft=stop_draft(town), now=NOW)

        assert [actions.look_at_stop(stop_id=stop.pk, now=NOW) for _ in range(2)] == [0, 0]

        match.refresh_from_db()
        assert match.state == MatchState.AGREED
        told = Notice.objects.filter(kind="TOUR_CHANGED").values_list("person", flat=True)
        assert sorted(told) == sorted([town.asker.pk, town.member.pk])

    def test_says_nothing_of_a_tour_that_is_in_time(self, town: SmallTown) -> None:
        stop, _ = agreed(town)

        actions.look_at_stop(stop_id=stop.pk, now=NOW)

        assert not Notice.objects.filter(kind__startswith="TOUR_").exists()


class TestCompanions:
    def test_walk_to_the_stop(self, town: SmallTown) -> None:
        _, match = agreed(town)
        visit = match.visits.select_related("match__need__place", "match__offer__stop__place").get()

        point = inputs.companions._point_of_visit(visit)

        stop = TourStop.objects.get()
        assert (point.path, point.latitude, point.longitude) == (stop.place.path, stop.latitude, stop.longitude)


def agreed(town: SmallTown) -> tuple[TourStop, Match]:
    """The asker signed up with a request, and both sides said yes."""
    stop, need = a_stop(town, place=town.corridors[1].public_id), open_need_for(town)
    comes(town, stop, need=need)
    return stop, match_for(town, need=need, offer=stop.offer)


def off(town: SmallTown, stop: TourStop) -> None:
    call_off_tour(viewer=viewer_of(town.clerk), tour_id=stop.tour.public_id, because="大雪封路", now=NOW)


def auditor(town: SmallTown) -> Any:
    return replace(viewer_of(town.auditor), language="en")
