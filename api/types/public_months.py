"""What everybody may read of a community and a month: counts in drawers of five, none of them below five."""

from enum import Enum
from typing import Any, cast

import graphene

from api.connections import connection_of
from api.reads import reads
from api.types.areas import Area
from api.types.enums import PostKind
from api.types.naming import named
from api.types.rounds import ScoreCard
from matchmaker.matches import models, month_page, queries

MedianWait = named(
    cast(type[Enum], Enum("MedianWait", [(code, code) for _, code in month_page.WAITS])),
    "MedianWait",
    "How soon half of those who were met had somebody who agreed to come.",
    DAY="Within a day.",
    THREE_DAYS="Within three days.",
    WEEK="Within a week.",
    LONGER="Later than that.",
)
MonthWay = named(
    cast(type[Enum], Enum("MonthWay", [(code, code) for code in (*month_page.WAYS, month_page.EVERY_WAY)])),
    "MonthWay",
    "How it was decided whom to ask.",
    RULES_ALONE="By the published rules alone.",
    APPROVE="A worker looked at it and approved.",
    OVERRIDE="A worker chose somebody else, with a written reason.",
    REFUSE="A worker said no, with a written reason.",
    ALL="All together.",
)


class AskedAndMet(graphene.ObjectType):
    """Two counts, each a multiple of five, 0 for fewer than five."""

    asked = graphene.Int(description="Who asked; null where nothing is told.")
    met = graphene.Int(description="Who was met; null where nothing is told.")


class MonthKind(graphene.ObjectType):
    """A kind of help in the whole community."""

    code = graphene.String(required=True, description="The code of the service type.")
    told = graphene.Field(AskedAndMet, required=True, description="Who asked and who was met.")
    wait = graphene.Field(MedianWait, description="How soon; null where nothing is told.")
    by_grid = graphene.Boolean(required=True, description="Whether it is told grid by grid, too.")

    @staticmethod
    def resolve_wait(line: month_page.KindLine, _info: graphene.ResolveInfo) -> str | None:
        return line.wait or None


class MonthCell(graphene.ObjectType):
    """A kind of help in one grid."""

    code = graphene.String(required=True, description="The code of the service type.")
    told = graphene.Field(AskedAndMet, required=True, description="Who asked and who was met.")


class MonthGrid(graphene.ObjectType):
    """A grid; without a name, of whom no grid is known."""

    name = graphene.String(required=True, description="Its name.")
    name_en = graphene.String(required=True, description="Its name in English; may be empty.")
    told = graphene.Field(AskedAndMet, required=True, description="Who asked and who was met, of kinds told by grid.")
    kinds = graphene.List(graphene.NonNull(MonthCell), required=True, description="The same by kind of help.")

    @staticmethod
    def resolve_kinds(line: month_page.GridLine, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"code": code, "told": told} for code, told in line.kinds.items()]


class MonthDecided(graphene.ObjectType):
    """How often it was decided in one way whom to ask."""

    way = graphene.Field(MonthWay, required=True, description="In which way.")
    count = graphene.Int(description="How often, a multiple of five, 0 for fewer than five; null where it is not told.")


class MonthVacancy(graphene.ObjectType):
    """A post that nobody held when the month was told."""

    area = graphene.String(required=True, description="The name of its area.")
    area_en = graphene.String(required=True, description="The same in English; may be empty.")
    kind = graphene.Field(PostKind, required=True, description="Which role it is.")


class PublicMonth(graphene.ObjectType):
    """A month of a community as it was told to everybody; said once and never changed."""

    community = graphene.Field(Area, required=True, description="Which community.")
    month = graphene.Date(required=True, description="Its first day.")
    published_at = graphene.DateTime(required=True, description="When it was told.")
    score_card = graphene.Field(ScoreCard, required=True, description="By which weights pairs were chosen.")
    all = graphene.Field(AskedAndMet, required=True, description="Of all kinds of help.")
    wait = graphene.Field(MedianWait, description="How soon; null where nothing is told.")
    by_grid = graphene.Field(AskedAndMet, required=True, description="Of the kinds that are told by grid.")
    kinds = graphene.List(graphene.NonNull(MonthKind), required=True, description="By kind of help.")
    grids = graphene.List(graphene.NonNull(MonthGrid), required=True, description="By grid.")
    ways = graphene.List(graphene.NonNull(MonthDecided), required=True, description="How it was decided.")
    vacant = graphene.List(graphene.NonNull(MonthVacancy), required=True, description="Posts that nobody held.")

    @staticmethod
    @reads("figures")
    def resolve_all(row: models.PublicMonth, _info: graphene.ResolveInfo) -> Any:
        return queries.figures_of(row).all

    @staticmethod
    @reads("figures")
    def resolve_wait(row: models.PublicMonth, _info: graphene.ResolveInfo) -> str | None:
        return queries.figures_of(row).wait or None

    @staticmethod
    @reads("figures")
    def resolve_by_grid(row: models.PublicMonth, _info: graphene.ResolveInfo) -> Any:
        return queries.figures_of(row).by_grid

    @staticmethod
    @reads("figures")
    def resolve_kinds(row: models.PublicMonth, _info: graphene.ResolveInfo) -> Any:
        return queries.figures_of(row).kinds

    @staticmethod
    @reads("figures")
    def resolve_grids(row: models.PublicMonth, _info: graphene.ResolveInfo) -> Any:
        return queries.figures_of(row).grids

    @staticmethod
    @reads("figures")
    def resolve_ways(row: models.PublicMonth, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"way": way, "count": count} for way, count in queries.figures_of(row).ways.items()]

    @staticmethod
    @reads("figures")
    def resolve_vacant(row: models.PublicMonth, _info: graphene.ResolveInfo) -> Any:
        return queries.figures_of(row).vacant


PublicMonthConnection = connection_of(PublicMonth)
