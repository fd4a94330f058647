"""The log of what workers decided, over all that they decide."""

from typing import Any

import graphene

from api.connections import connection_of
from api.loaders import need_of
from api.types.absent import null_if_empty
from api.types.enums_pairs import LoggedKind
from api.types.needs import Need
from api.types.people import Person
from matchmaker.matches.queries import decision_log


class Logged(graphene.ObjectType):
    """One line of the log: who decided what about a need, when and why."""

    kind = graphene.Field(LoggedKind, required=True, description="What was done.")
    decided_at = graphene.DateTime(required=True, description="When.")
    decided_by = graphene.Field(Person, description="Who did it; null once they left.")
    reason = graphene.String(description="Why, in their own words, where some were asked for.", resolver=null_if_empty)
    need = graphene.Field(Need, description="About which need; its own fields say who may see them.")

    @staticmethod
    def resolve_need(row: decision_log.Logged, info: graphene.ResolveInfo) -> Any:
        return need_of(info, row)


LoggedConnection = connection_of(Logged)
