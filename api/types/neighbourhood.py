"""The buildings of an area and how many ties lead from one to another."""

from dataclasses import dataclass

import graphene

from api.types.areas import Area
from api.types.case_graph import KnownBy
from matchmaker.community.models import Area as AreaRow
from matchmaker.matches.queries.known import first_of_month
from matchmaker.matches.queries.neighbourhood import Link, Node
from matchmaker.matches.queries.neighbourhood import Neighbourhood as Found


class NeighbourhoodBuilding(graphene.ObjectType):
    """A building in which at least five people live, or all buildings of fewer in a grid together, by no name."""

    class Meta:
        possible_types = (Node,)

    number = graphene.Int(required=True, description="Its number in this picture.")
    grid = graphene.String(description="The name of its grid, where it lies in one that may be told.")
    grid_en = graphene.String(description="The same in English, where it has a name.")
    name = graphene.String(description="Its name; null for several together.")
    people = graphene.Int(required=True, description="How many people who are matched by their ties live there.")
    x = graphene.Int(required=True, description="Its cell on the plan from the left, from 0.")
    y = graphene.Int(required=True, description="Its cell on the plan from the top, from 0.")

    @staticmethod
    def resolve_grid(node: Node, _info: graphene.ResolveInfo) -> str | None:
        return node.home.grid or None

    @staticmethod
    def resolve_grid_en(node: Node, _info: graphene.ResolveInfo) -> str | None:
        return node.home.grid_en or None

    @staticmethod
    def resolve_name(node: Node, _info: graphene.ResolveInfo) -> str | None:
        return node.home.name or None


class TiesOfMonth(graphene.ObjectType):
    """So many ties of a kind that were made in a month and have not faded."""

    kind = graphene.Field(KnownBy, required=True, description="How the two know each other.")
    month = graphene.Date(required=True, description="Its first day.")
    count = graphene.Int(required=True, description="How many.")


class NeighbourhoodTies(graphene.ObjectType):
    """Ties and words from one building to another, or within one."""

    class Meta:
        possible_types = (Link,)

    one = graphene.Int(required=True, description="The number of the one.")
    other = graphene.Int(required=True, description="The number of the other; the same for ties within it.")
    count = graphene.Int(required=True, description="How many.")
    made = graphene.List(graphene.NonNull(TiesOfMonth), required=True, description="By kind and month.")

    @staticmethod
    def resolve_made(link: Link, _info: graphene.ResolveInfo) -> list[dict[str, object]]:
        return [{"kind": kind, "month": first_of_month(month), "count": many} for kind, month, many in link.ties]


@dataclass(frozen=True, slots=True)
class Explored:
    """An area with its buildings."""

    area: AreaRow
    found: Found


class Neighbourhood(graphene.ObjectType):
    """The buildings of an area, and how many ties lead from one to another."""

    class Meta:
        possible_types = (Explored,)

    area = graphene.Field(Area, required=True, description="Of which area.")
    buildings = graphene.List(
        graphene.NonNull(NeighbourhoodBuilding),
        required=True,
        description="In the order of their numbers, at most 2,000.",
    )
    between = graphene.List(graphene.NonNull(NeighbourhoodTies), required=True, description="What leads between them.")
    summed_up = graphene.Boolean(required=True, description="There were more than 2,000, so each stands for a grid.")

    @staticmethod
    def resolve_buildings(row: Explored, _info: graphene.ResolveInfo) -> tuple[Node, ...]:
        return row.found.nodes

    @staticmethod
    def resolve_between(row: Explored, _info: graphene.ResolveInfo) -> tuple[Link, ...]:
        return row.found.links

    @staticmethod
    def resolve_summed_up(row: Explored, _info: graphene.ResolveInfo) -> bool:
        return row.found.summed_up
