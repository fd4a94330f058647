"""Leaving, coming back, certificates."""

import json
from typing import Any

import graphene
from django.urls import reverse

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.people import Person
from api.types.privacy import CheckedCertificate, Farewell, IssuedCertificate
from matchmaker.community.actions.acting_once import Answer
from matchmaker.privacy import actions, queries
from matchmaker.privacy.certificate_paper import document_of_paper


class LeaveCommunity(Mutation):
    """Leave: all that is under way ends, the session too, and one is forgotten after 14 days, or at once."""

    class Input:
        at_once = graphene.Boolean(description="Do not wait 14 days; this cannot be undone.")

    takes_key = False
    gives = "farewell"
    farewell = graphene.Field(Farewell, description="When one is forgotten, and the code that undoes it until then.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        left = actions.leave(viewer=context.viewer, now=context.now, **given(asked))
        context.sign_out()
        return _farewell(left)


class LeaveCommunityFor(Mutation):
    """Enter, as a worker, that a person of the area without an account wishes to leave; never at once."""

    class Input:
        person_id = graphene.ID(required=True, description="Who said so.")

    gives = "farewell"
    farewell = graphene.Field(Farewell, description="When they are forgotten, and the code that undoes it until then.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return _farewell(actions.leave_for(viewer=context.viewer, person_id=person_id, now=context.now))

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return Answer(person_id=done["person_id"])

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        farewell = queries.farewell_of(context.viewer, answer.person_id)
        return {"forget_at": farewell.forget_at, "return_code": None}


class ComeBack(Mutation):
    """Undo one's leaving with the code that was shown then."""

    class Input:
        return_code = graphene.String(required=True, description="The code.")

    takes_key = False
    gives = "back"
    back = graphene.Boolean(description="True: one belongs again and can sign in.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        actions.come_back(return_code=asked.return_code, now=context.now)
        return True


class TakeBack(Mutation):
    """Enter, as a worker of the area, that somebody who left wishes to stay after all."""

    class Input:
        person_id = graphene.ID(required=True, description="Who.")

    gives = "person"
    person = graphene.Field(Person, description="The person.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.take_back(viewer=context.viewer, person_id=person_id, now=context.now)


class MakeCertificate(Mutation):
    """Make a certificate of the hours one gave, free; as a worker, for a person of the area without an account."""

    class Input:
        starts_date = graphene.Date(required=True, description="From which day.")
        ends_date = graphene.Date(required=True, description="To which day, included.")
        organization_id = graphene.ID(description="Count the hours given in the name of this organization alone.")
        person_id = graphene.ID(description="For whom, as a worker; oneself when left out.")

    gives = "issued"
    issued = graphene.Field(IssuedCertificate, description="The certificate, with its code.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        days = {
            "starts_date": asked.starts_date,
            "ends_date": asked.ends_date,
            "organization_id": uuid_if_given("Organization", asked.organization_id, field="organization_id"),
        }
        person_id = uuid_if_given("Person", asked.person_id, field="person_id")
        if person_id is not None:
            made = actions.make_certificate_for(viewer=context.viewer, person_id=person_id, now=context.now, **days)
        else:
            made = actions.make_certificate(viewer=context.viewer, now=context.now, **days)
        path = reverse("certificate-check-number", args=[made.certificate.number])
        address = context.request.build_absolute_uri(path)
        document = document_of_paper(made.certificate, name=made.name, code=made.code, address=address)
        return {
            "number": made.certificate.number,
            "code": made.code,
            "document": json.dumps(document, ensure_ascii=False),
        }

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return Answer(row=done["number"])

    @classmethod
    def again(cls, _context: Context, answer: Answer) -> Any:
        return {"number": answer.row, "code": None, "document": None}


class CheckCertificate(Mutation):
    """See whether a paper is genuine; it changes nothing, and its code stands in no address."""

    class Input:
        number = graphene.String(required=True, description="The number on the paper.")
        code = graphene.String(required=True, description="The code on the paper.")
        name = graphene.String(description="The name on the paper, to see whether it was made for it.")

    takes_key = False
    gives = "checked"
    checked = graphene.Field(CheckedCertificate, description="What is printed on the genuine paper.")

    @staticmethod
    def act(_context: Context, asked: Any) -> Any:
        found = queries.checked_certificate(**given(asked))
        paper = found.certificate
        return {
            "number": paper.number,
            "community_name": paper.community_name,
            "organization_name": paper.organization_name or None,
            "starts_date": paper.starts_date,
            "ends_date": paper.ends_date,
            "visits": paper.visits,
            "minutes": paper.minutes,
            "issued_at": paper.issued_at,
            "name_fits": found.name_fits,
        }


def _farewell(left: actions.Left) -> dict[str, Any]:
    return {
        "person_id": left.farewell.person_id,
        "forget_at": left.farewell.forget_at,
        "return_code": left.return_code,
    }
