"""Announcing a tour, changing a stop, being late, calling it off; signing up and taking it back."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.enums import ServiceForm
from api.types.tours import Tour, TourStop
from matchmaker.matches import actions as matches
from matchmaker.needs import actions
from matchmaker.needs.drafts import StopDraft, TourDraft


class TourStopInput(graphene.InputObjectType):
    """Where the tour stands on one day, by the local clock."""

    place = graphene.ID(required=True, description="The area, within one community.")
    meeting_point = graphene.String(description="Where exactly.")
    date = graphene.Date(required=True, description="On which day.")
    starts = graphene.Time(required=True, description="From when.")
    ends = graphene.Time(required=True, description="Until when, on the same day.")
    capacity = graphene.Int(required=True, description="How many people can be helped there.")
    reach_m = graphene.Int(description="From how far people are expected to come, in metres; 3,000 when left out.")


class AnnounceTour(Mutation):
    """Announce a tour of a verified organization, as its clerk or as a worker of the area of its seat."""

    class Input:
        organization = graphene.ID(required=True, description="Whose team goes.")
        title = graphene.String(required=True, description="In a few words.")
        details = graphene.String(description="In more words.")
        service_types = graphene.List(
            graphene.NonNull(graphene.ID), required=True, description="Codes of the service types it brings along."
        )
        form = ServiceForm(description="In which form; a public service when left out.")
        stops = graphene.List(graphene.NonNull(TourStopInput), required=True, description="Where it stops.")

    gives = "tour"
    tour = graphene.Field(Tour, description="The tour.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        fields = given(asked, except_for=("stops", "organization"))
        draft = TourDraft(
            organization=uuid_of("Organization", asked.organization, field="organization"),
            stops=tuple(_stop(stop) for stop in asked.stops),
            **fields,
        )
        return actions.announce_tour(viewer=context.viewer, draft=draft, now=context.now)


class ChangeTourStop(Mutation):
    """Give a stop of a tour these particulars; who signed up is told of another place or time."""

    class Input:
        stop_id = graphene.ID(required=True, description="Which stop.")
        stop = TourStopInput(required=True, description="All of its particulars.")

    gives = "tour_stop"
    tour_stop = graphene.Field(TourStop, description="The stop.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        stop_id = uuid_of("TourStop", asked.stop_id, field="stop_id")
        return actions.change_stop(viewer=context.viewer, stop_id=stop_id, draft=_stop(asked.stop), now=context.now)


class SayTourLate(Mutation):
    """Say that a tour comes later to a stop and to those after it on the same day; all who come there are told."""

    class Input:
        stop_id = graphene.ID(required=True, description="Which stop.")
        minutes = graphene.Int(required=True, description="How many minutes later; 0: in time again.")

    gives = "tour_stop"
    tour_stop = graphene.Field(TourStop, description="The stop.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        stop_id = uuid_of("TourStop", asked.stop_id, field="stop_id")
        return actions.say_late(viewer=context.viewer, stop_id=stop_id, minutes=asked.minutes, now=context.now)


class CallOffTour(Mutation):
    """Call a tour off, with a reason; what was agreed at its stops ends, and all who come there are told."""

    class Input:
        tour_id = graphene.ID(required=True, description="Which tour.")
        because = graphene.String(required=True, description="Why, in one line that people read.")

    gives = "tour"
    tour = graphene.Field(Tour, description="The tour.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        tour_id = uuid_of("Tour", asked.tour_id, field="tour_id")
        return actions.call_off_tour(viewer=context.viewer, tour_id=tour_id, because=asked.because, now=context.now)


class SignUpForTour(Mutation):
    """Say that somebody will come to a stop: with a request that may be met there, or without one."""

    class Input:
        stop_id = graphene.ID(required=True, description="Which stop.")
        need_id = graphene.ID(description="The request that may be met there.")
        person_id = graphene.ID(description="Who comes, where one speaks for somebody else; oneself when left out.")

    gives = "tour_stop"
    tour_stop = graphene.Field(TourStop, description="The stop.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        made = matches.sign_up(
            viewer=context.viewer,
            stop_id=uuid_of("TourStop", asked.stop_id, field="stop_id"),
            need_id=uuid_if_given("Need", asked.need_id, field="need_id"),
            person_id=uuid_if_given("Person", asked.person_id, field="person_id"),
            now=context.now,
        )
        return made.stop


class TakeBackTourSignUp(Mutation):
    """Say that somebody will not come to a stop after all; it costs nothing."""

    class Input:
        stop_id = graphene.ID(required=True, description="Which stop.")
        person_id = graphene.ID(description="Who does not come; oneself when left out.")

    gives = "tour_stop"
    tour_stop = graphene.Field(TourStop, description="The stop.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        found = matches.take_back_sign_up(
            viewer=context.viewer,
            stop_id=uuid_of("TourStop", asked.stop_id, field="stop_id"),
            person_id=uuid_if_given("Person", asked.person_id, field="person_id"),
            now=context.now,
        )
        return found.stop


def _stop(asked: Any) -> StopDraft:
    fields = given(asked, except_for=("place",))
    return StopDraft(place=uuid_of("Area", asked.place, field="place"), **fields)
