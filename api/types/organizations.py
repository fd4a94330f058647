"""Organizations and who belongs to them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import graphene

from api.connections import connection_of, page_of
from api.context import Context
from api.ids import Node
from api.limits import PAGE_DEFAULT, PAGE_MAX
from api.reads import narrowed, reads
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import OrganizationKind
from matchmaker.community import models, queries
from matchmaker.errors import NotFound
from matchmaker.matches.queries import organizations as matches


class OrganizationMonth(graphene.ObjectType):
    """What an organization did in a month, in counts alone; a visit counts in the month in which both sides said that
    it took place."""

    class Meta:
        possible_types = (matches.OrganizationMonth,)

    offers = graphene.Int(required=True, description="Offers that stood at the end of the month, or stand now.")
    waiting = graphene.Int(required=True, description="Proposals that waited for its answer then, or wait now.")
    visits = graphene.Int(required=True, description="Visits that its members made.")
    minutes = graphene.Int(required=True, description="The time they gave at them.")
    people_helped = graphene.Int(required=True, description="How many people were helped.")


class Organization(graphene.ObjectType):
    """An organization of the community; organizations are public."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Organization,)

    name = graphene.String(required=True, description="Its name.")
    name_en = graphene.String(description="Its English name, where it has one.", resolver=null_if_empty)
    kind = graphene.Field(OrganizationKind, required=True, description="What kind it is.")
    area = graphene.Field(Area, required=True, description="The area it works in.")
    phone = graphene.String(description="Its public phone number.", resolver=null_if_empty)
    verified_at = graphene.DateTime(description="When a worker verified it; null until then.")
    members = graphene.Field(
        "api.types.words.MembershipConnection",
        description="Who belongs to it and who is asked to, of those whom it knows by name, those who said yes first; "
        "null for all but its clerks.",
        first=graphene.Int(default_value=PAGE_DEFAULT, description=f"How many rows, at most {PAGE_MAX}."),
        after=graphene.String(description="The cursor after which to start."),
    )
    unnamed_members = graphene.Int(
        description="How many came by a code given to many and are not known by name; null for all but its clerks."
    )
    month = graphene.Field(
        OrganizationMonth,
        description="What it did in a month of the last twelve, on its community's clock; null for all but its clerks.",
        day=graphene.Date(description="Any day of the month; the month under way where left out."),
    )

    @staticmethod
    @reads("public_id")
    def resolve_members(
        row: models.Organization, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None
    ) -> dict[str, Any] | None:
        def read() -> dict[str, Any]:
            rows = narrowed(queries.members_of(info.context.viewer, row), info)
            return page_of(rows, first=PAGE_DEFAULT if first is None else first, after=after)

        return _for_clerks(row, info, (first, after), read)

    @staticmethod
    @reads("public_id")
    def resolve_unnamed_members(row: models.Organization, info: graphene.ResolveInfo) -> int | None:
        return _for_clerks(row, info, (), lambda: queries.unnamed_members_of(info.context.viewer, row))

    @staticmethod
    @reads("public_id")
    def resolve_month(
        row: models.Organization, info: graphene.ResolveInfo, day: date | None = None
    ) -> matches.OrganizationMonth | None:
        def read() -> matches.OrganizationMonth:
            context: Context = info.context
            found = queries.organization_spoken_for(context.viewer, row.public_id)
            month = matches.month_there(found, day, now=context.now)
            return matches.organization_month(
                context.viewer, found, starts_at=month.starts_at, ends_at=month.ends_at, now=context.now
            )

        return _for_clerks(row, info, (day,), read)


def _for_clerks(row: models.Organization, info: Any, asked: tuple[Any, ...], read: Callable[[], Any]) -> Any:
    """What is read of it for a clerk, once however many rows lead to it; None for everybody else, and for no month."""
    context: Context = info.context
    if row.pk not in context.viewer.clerk_of:
        return None
    try:
        return context.once((row.pk, *asked, *map(id, info.field_nodes)), read)
    except NotFound:
        return None


OrganizationConnection = connection_of(Organization)
