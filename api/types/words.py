"""The words that people give for each other: ties, vouches, mandates, invitations, memberships, terms."""

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import post_of
from api.reads import reads
from api.types.areas import Area, Post
from api.types.enums import MandateKind, MembershipRole, TieKind
from api.types.organizations import Organization
from api.types.people import Person
from matchmaker.community import models


class Tie(graphene.ObjectType):
    """A relation between two people; it counts once both have said so."""

    class Meta:
        possible_types = (models.Tie,)

    kind = graphene.Field(TieKind, required=True, description="How they are tied.")
    other = graphene.Field(Person, required=True, description="The other one.")
    counts = graphene.Boolean(required=True, description="Both have said so.")

    @staticmethod
    def resolve_other(tie: models.Tie, info: graphene.ResolveInfo) -> models.Person:
        context: Context = info.context
        return tie.high if tie.low_id == context.viewer.person_id else tie.low

    @staticmethod
    def resolve_counts(tie: models.Tie, _info: graphene.ResolveInfo) -> bool:
        return tie.low_confirmed_at is not None and tie.high_confirmed_at is not None


class Vouch(graphene.ObjectType):
    """A word for someone; it expires and can be taken back."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Vouch,)

    person = graphene.Field(Person, required=True, description="For whom.")
    made_at = graphene.DateTime(required=True, description="When it was given.")
    expires_at = graphene.DateTime(required=True, description="Until when it holds.")


class Mandate(graphene.ObjectType):
    """Someone may act for another person or for a station, within a scope, until a day."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Mandate,)

    kind = graphene.Field(MandateKind, required=True, description="For whom.")
    holder = graphene.Field(Person, required=True, description="Who may act.")
    for_person = graphene.Field(Person, description="For which person, of a proxy.")
    scope = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Codes of service types; none means all but sensitive ones.",
    )
    starts_date = graphene.Date(required=True, description="From which day.")
    ends_date = graphene.Date(required=True, description="Until which day.")
    station_name = graphene.String(description="For which station, of an agent.")
    told_at = graphene.DateTime(description="When the person was told of it; a proxy's holds from then on.")
    revoked_at = graphene.DateTime(description="When it was taken back.")

    @staticmethod
    def resolve_station_name(mandate: models.Mandate, _info: graphene.ResolveInfo) -> str | None:
        return mandate.station.name if mandate.station else None


MandateConnection = connection_of(Mandate)


class Invitation(graphene.ObjectType):
    """A code that lets people join; it is shown once, to the one who made it."""

    code = graphene.String(description="The code to hand on; null where the same is answered a second time.")
    area = graphene.Field(Area, required=True, description="Where it lets people join.")
    organization = graphene.Field(Organization, description="The organization it lets people join, if any.")
    uses_left = graphene.Int(required=True, description="How many can use it.")
    expires_at = graphene.DateTime(required=True, description="Until when.")


class Membership(graphene.ObjectType):
    """A person in an organization."""

    class Meta:
        possible_types = (models.Membership,)

    person = graphene.Field(Person, required=True, description="Who.")
    organization = graphene.Field(Organization, required=True, description="In which organization.")
    role = graphene.Field(MembershipRole, required=True, description="As what.")
    since_date = graphene.Date(required=True, description="Since which day.")
    accepted = graphene.Boolean(required=True, description="Whether the person has said yes; nothing holds before.")

    @staticmethod
    @reads("accepted_at")
    def resolve_accepted(membership: models.Membership, _info: graphene.ResolveInfo) -> bool:
        return membership.accepted_at is not None


MembershipConnection = connection_of(Membership)


class PostTerm(graphene.ObjectType):
    """A person holds a post, from one day to another."""

    class Meta:
        possible_types = (models.PostTerm,)

    post = graphene.Field(Post, required=True, description="Which post.")
    person = graphene.Field(Person, required=True, description="Who holds it.")
    starts_date = graphene.Date(required=True, description="From which day.")
    ends_date = graphene.Date(required=True, description="Until which day.")

    @staticmethod
    @reads(rows=["post"])
    def resolve_post(term: models.PostTerm, info: graphene.ResolveInfo) -> models.Post:
        return post_of(info, term)


PostTermConnection = connection_of(PostTerm)
