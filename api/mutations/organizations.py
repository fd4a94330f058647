"""Organizations, who belongs to them, and posts with terms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import MembershipRole, OrganizationKind
from api.types.organizations import Organization
from api.types.volunteer_time import Listed, ListedTime
from api.types.words import Membership, PostTerm
from matchmaker.community import actions, queries
from matchmaker.community.actions.acting_once import Answer
from matchmaker.errors import NotFound
from matchmaker.matches import actions as matches
from matchmaker.matches.queries import organizations as match_queries

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)


class AddOrganization(Mutation):
    """Enter an organization of the community; a worker verifies it before its offers count."""

    class Input:
        area_id = graphene.ID(required=True, description="The area it works in.")
        name = graphene.String(required=True, description="Its name.")
        kind = OrganizationKind(required=True, description="What kind it is.")
        name_en = graphene.String(description="Its English name.")
        phone = graphene.String(description="Its public phone number.")

    gives = "organization"
    organization = graphene.Field(Organization, description="The organization.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        area_id = uuid_of("Area", asked.area_id, field="area_id")
        wishes = given(asked, except_for=("area_id",))
        return actions.add_organization(viewer=context.viewer, area_id=area_id, now=context.now, **wishes)


class VerifyOrganization(Mutation):
    """Confirm, as a worker of the area, that an organization is what it says."""

    class Input:
        organization_id = graphene.ID(required=True, description="Which organization.")

    gives = "organization"
    organization = graphene.Field(Organization, description="The organization.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        organization_id = uuid_of("Organization", asked.organization_id, field="organization_id")
        return actions.verify_organization(viewer=context.viewer, organization_id=organization_id, now=context.now)


class AddMembership(Mutation):
    """Ask a person to be a member of an organization one speaks for; they are one from their own yes on."""

    class Input:
        organization_id = graphene.ID(required=True, description="Which organization.")
        person_id = graphene.ID(required=True, description="Who.")
        role = MembershipRole(description="As what; a member when left out.")

    gives = "membership"
    membership = graphene.Field(Membership, description="The membership.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.add_membership(
            viewer=context.viewer,
            organization_id=uuid_of("Organization", asked.organization_id, field="organization_id"),
            person_id=uuid_of("Person", asked.person_id, field="person_id"),
            now=context.now,
            **given(asked, except_for=("organization_id", "person_id")),
        )


class AcceptMembership(Mutation):
    """Say yes to an organization that asked one to be a member; `endMembership` says no."""

    class Input:
        organization_id = graphene.ID(required=True, description="Which organization.")

    gives = "membership"
    membership = graphene.Field(Membership, description="The membership.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.accept_membership(
            viewer=context.viewer,
            organization_id=uuid_of("Organization", asked.organization_id, field="organization_id"),
            now=context.now,
        )


class EndMembership(Mutation):
    """End a person's membership of an organization one speaks for, or one's own, also one not agreed to yet."""

    class Input:
        organization_id = graphene.ID(required=True, description="Which organization.")
        person_id = graphene.ID(required=True, description="Who.")

    gives = "membership"
    membership = graphene.Field(Membership, description="The membership.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.end_membership(
            viewer=context.viewer,
            organization_id=uuid_of("Organization", asked.organization_id, field="organization_id"),
            person_id=uuid_of("Person", asked.person_id, field="person_id"),
            now=context.now,
        )


class Appoint(Mutation):
    """Give a person a vacant post for a term, as a coordinator of the area."""

    class Input:
        post_id = graphene.ID(required=True, description="Which post.")
        person_id = graphene.ID(required=True, description="Who.")
        starts_date = graphene.Date(required=True, description="From which day.")
        ends_date = graphene.Date(required=True, description="Until which day.")

    gives = "term"
    term = graphene.Field(PostTerm, description="The term.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.appoint(
            viewer=context.viewer,
            post=queries.post_by_id(context.viewer, uuid_of("Post", asked.post_id, field="post_id")),
            person=queries.person_by_id(context.viewer, uuid_of("Person", asked.person_id, field="person_id")),
            starts_date=asked.starts_date,
            ends_date=asked.ends_date,
            now=context.now,
        )


class EndTerm(Mutation):
    """End the present term of a post early, as a coordinator of the area."""

    class Input:
        post_id = graphene.ID(required=True, description="Which post.")

    gives = "term"
    term = graphene.Field(PostTerm, description="The term that ended.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        post = queries.post_by_id(context.viewer, uuid_of("Post", asked.post_id, field="post_id"))
        return actions.end_term(viewer=context.viewer, term=queries.present_term(context.viewer, post), now=context.now)


class ListVolunteerTime(Mutation):
    """List the unpaid time that members gave in a month; everybody on the list reads in their own data that it was."""

    class Input:
        organization_id = graphene.ID(required=True, description="Of which organization one speaks for.")
        day = graphene.Date(description="Any day of one of the last twelve months; the one under way when left out.")

    gives = "listed"
    listed = graphene.Field(ListedTime, description="Of members whom it knows by name and who said yes to it.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        public_id = uuid_of("Organization", asked.organization_id, field="organization_id")
        organization = queries.organization_spoken_for(context.viewer, public_id)
        month = match_queries.month_there(organization, asked.day, now=context.now)
        until = min(month.ends_at, context.now + _MOMENT)
        lines = matches.list_volunteer_time(
            viewer=context.viewer,
            organization_id=organization.public_id,
            starts_at=month.starts_at,
            ends_at=until,
            now=context.now,
        )
        return Listed(organization.pk, month.first_date, until, lines)

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return Answer(row=f"{done.organization_pk} {done.starts_date:%Y-%m} {_microseconds(done.until)}")

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        """No more than was listed then: whoever gave time since is on no list that they can read of."""
        pk, first, until = answer.row.split()
        found = queries.organizations_by_pk([int(pk)]).get(int(pk))
        if found is None:
            raise NotFound(field="organization_id")
        organization = queries.organization_spoken_for(context.viewer, found.public_id)
        month = match_queries.month_there(organization, date.fromisoformat(f"{first}-01"), now=context.now)
        ended = _BEGAN + int(until) * _MOMENT
        lines = match_queries.volunteer_time(context.viewer, organization, starts_at=month.starts_at, ends_at=ended)
        return Listed(organization.pk, month.first_date, ended, lines)


def _microseconds(moment: datetime) -> int:
    """Microseconds since 1970: what is kept of an answer has forty characters."""
    return (moment - _BEGAN) // _MOMENT
