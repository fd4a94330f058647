"""How well a community knows itself: figures of areas and groups, and whom a worker could introduce."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import GroupKind, Language
from api.types.people import Person
from matchmaker.matches import models, queries


class AreaReading(graphene.ObjectType):
    """A community, a grid or a corridor on one day: numbers alone, and none of areas of fewer than five people."""

    class Meta:
        possible_types = (models.AreaReading,)

    area = graphene.Field(Area, required=True, description="The area.")
    date = graphene.Date(required=True, description="The community's own day.")
    people = graphene.Int(required=True, description="How many people of the area it counts; nobody who opted out.")
    islands = graphene.Float(
        description="The area by itself behaves like so many groups that know nothing of each other; null while "
        "nothing is known yet."
    )
    islands_error = graphene.Float(description="Its standard error: 0 where it was computed, more where estimated.")
    stranger_index = graphene.Float(
        description="The same as a share: 1 where nobody knows anybody, falling towards 0 as all become one."
    )
    stranger_index_error = graphene.Float(description="Its standard error.")
    share = graphene.Float(
        description="The area's part of the strangeness of the whole city, ties that lead out of it counted in."
    )
    share_error = graphene.Float(description="Its standard error.")
    kin_ties = graphene.Int(description="Ties between relatives; of communities alone, as the next three.")
    friend_ties = graphene.Int(description="Ties between friends.")
    helped_ties = graphene.Int(description="Ties that help left.")
    met_ties = graphene.Int(description="Ties of people who met without helping each other.")

    @staticmethod
    def resolve_stranger_index(row: models.AreaReading, _info: graphene.ResolveInfo) -> float | None:
        index = queries.index_of(row)
        return None if index is None else index.sigma

    @staticmethod
    def resolve_stranger_index_error(row: models.AreaReading, _info: graphene.ResolveInfo) -> float | None:
        index = queries.index_of(row)
        return None if index is None else index.sigma_error


class AreaInWords(graphene.ObjectType):
    """The latest figures of an area as a coordinator reads them."""

    class Meta:
        possible_types = (models.AreaReading,)

    date = graphene.Date(required=True, description="The day they are of.")
    sentences = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="How many groups it is like, what became of that in a month, and what ties came since.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_sentences(row: models.AreaReading, info: graphene.ResolveInfo, language: Any = None) -> list[str]:
        context: Context = info.context
        return queries.said_of_area(row, context.language_or(language))


class BetweenGroups(graphene.ObjectType):
    """How close two groups of a community were on one day, or one with itself; never groups of fewer than five."""

    class Meta:
        possible_types = (models.BetweenReading,)

    community = graphene.Field(Area, required=True, description="The community.")
    date = graphene.Date(required=True, description="The day.")
    kind = graphene.Field(GroupKind, required=True, description="By what people are grouped.")
    one = graphene.String(required=True, description="A group.")
    other = graphene.String(required=True, description="Another, or the same.")
    people_of_one = graphene.Int(required=True, description="How many belong to the one.")
    people_of_other = graphene.Int(required=True, description="How many belong to the other.")
    resistance = graphene.Float(description="Between somebody of each on average: 2 for strangers, less when closer.")
    share = graphene.Float(required=True, description="Of what somebody of the one is woven into, the other's part.")
    fair_share = graphene.Float(required=True, description="What that would be if who knows whom hung on nothing.")


class GroupWatch(graphene.ObjectType):
    """Whether a group's needs were met as often and as soon as those of the others, in the thirteen weeks to a day."""

    class Meta:
        possible_types = (models.GroupWatch,)

    community = graphene.Field(Area, required=True, description="The community.")
    date = graphene.Date(required=True, description="The day.")
    kind = graphene.Field(GroupKind, required=True, description="By what people are grouped.")
    group = graphene.String(required=True, description="The group.")
    service_code = graphene.String(description="Of one kind of help; null for all of them.", resolver=null_if_empty)
    needs = graphene.Int(required=True, description="Needs of the group that were met or ran out.")
    met = graphene.Int(required=True, description="Those for which somebody agreed to come.")
    others_needs = graphene.Int(required=True, description="Such needs of everybody else.")
    others_met = graphene.Int(required=True, description="Those of them that were met.")
    wait_hours = graphene.Float(description="The median wait until somebody agreed; null where nobody did.")
    others_wait_hours = graphene.Float(description="The same of everybody else.")
    is_behind = graphene.Boolean(
        required=True, description="More than 5 points less often, or more than 10 % later, than the others."
    )

    @staticmethod
    def resolve_is_behind(row: models.GroupWatch, _info: graphene.ResolveInfo) -> bool:
        return queries.is_behind(row)


class Introduction(graphene.ObjectType):
    """Two who do not know each other yet; each agreed to be listed, or has a need that is still looked for."""

    one = graphene.Field(Person, required=True, description="The one.")
    other = graphene.Field(Person, required=True, description="The other.")


AreaReadingConnection = connection_of(AreaReading)
BetweenGroupsConnection = connection_of(BetweenGroups)
GroupWatchConnection = connection_of(GroupWatch)
