"""What workers enter for others: people, consents, who was told of a mandate, and agents of stations."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.mutations.people import known_types
from api.types.desk import Consent
from api.types.enums import Channel, ConsentKind, ConsentManner, Sex
from api.types.people import Person
from api.types.words import Mandate
from matchmaker.community import actions


class EnterPerson(Mutation):
    """Enter, as a worker of the area, somebody who has no account; needs no phone and no second visit."""

    class Input:
        area_id = graphene.ID(required=True, description="Their home, or the corridor they live in.")
        home = graphene.String(description="The number on the door, where the corridor is given.")
        name = graphene.String(required=True, description="The name neighbours know.")
        consent = ConsentManner(required=True, description="How they agreed to be known here: SPOKEN or WRITTEN.")
        paper_kept_at = graphene.String(description="Where the paper is, of a consent in writing.")
        is_another = graphene.Boolean(description="The worker looked: it is nobody who is known already.")
        phone = graphene.String(description="A phone number, if they have one.")
        birth_year = graphene.Int(description="The year they were born in.")
        sex = Sex(description="As they state it.")
        languages = graphene.List(graphene.NonNull(graphene.String), description="Language tags (BCP 47).")
        skills = graphene.List(graphene.NonNull(graphene.String), description="What they can do.")

    gives = "person"
    person = graphene.Field(Person, description="Who is known now.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        area_id = uuid_of("Area", asked.area_id, field="area_id")
        told = given(asked, except_for=("area_id",))
        return actions.enter_person(viewer=context.viewer, area_id=area_id, now=context.now, **told)


class GiveConsent(Mutation):
    """Keep a consent: one's own, or that of a person whom the worker heard or whose paper they hold."""

    class Input:
        person_id = graphene.ID(description="Who agrees; left out, the viewer.")
        kind = ConsentKind(required=True, description="To what.")
        manner = ConsentManner(required=True, description="How.")
        paper_kept_at = graphene.String(description="Where the paper is, of a consent in writing.")

    gives = "consent"
    consent = graphene.Field(Consent, description="The consent.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_if_given("Person", asked.person_id, field="person_id")
        words = given(asked, except_for=("person_id",))
        return actions.give_consent(viewer=context.viewer, person_id=person_id, now=context.now, **words)


class WithdrawConsent(Mutation):
    """Withdraw a consent, one's own or for a person whom the worker heard; what rests on it is closed."""

    class Input:
        consent_id = graphene.ID(required=True, description="Which consent.")
        channel = Channel(description="How the person said it, where a worker enters it.")

    gives = "consent"
    consent = graphene.Field(Consent, description="The consent.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        consent_id = uuid_of("Consent", asked.consent_id, field="consent_id")
        channel = given(asked).get("channel", "")
        return actions.withdraw_consent(viewer=context.viewer, consent_id=consent_id, channel=channel, now=context.now)


class TellOfMandate(Mutation):
    """Say that the person was told of a mandate, apart from the proxy; from now on it holds."""

    class Input:
        mandate_id = graphene.ID(required=True, description="Which mandate.")
        channel = Channel(required=True, description="How they were told; APP for oneself.")

    gives = "mandate"
    mandate = graphene.Field(Mandate, description="The mandate.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        mandate_id = uuid_of("Mandate", asked.mandate_id, field="mandate_id")
        channel = asked.channel.value
        return actions.tell_of_mandate(viewer=context.viewer, mandate_id=mandate_id, channel=channel, now=context.now)


class AppointAgent(Mutation):
    """Let a neighbour act for a station, in the services named, until a day."""

    class Input:
        station_id = graphene.ID(required=True, description="Which station.")
        holder_id = graphene.ID(required=True, description="Who acts for it.")
        scope = graphene.List(graphene.NonNull(graphene.ID), required=True, description="Codes of service types.")
        evidence = graphene.String(required=True, description="What it rests on: a paper.")
        ends_date = graphene.Date(required=True, description="Until which day, a year at most.")

    gives = "mandate"
    mandate = graphene.Field(Mandate, description="The mandate.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.appoint_agent(
            viewer=context.viewer,
            station_id=uuid_of("Station", asked.station_id, field="station_id"),
            holder_id=uuid_of("Person", asked.holder_id, field="holder_id"),
            scope=known_types(asked.scope),
            evidence=asked.evidence,
            ends_date=asked.ends_date,
            now=context.now,
        )
