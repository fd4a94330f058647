"""The picture of who is around an open case."""

from typing import Any

import graphene

from api.context import Context
from api.loaders import need_of
from api.types.enums import Language
from api.types.naming import named
from api.types.needs import Need
from api.types.people import Person
from matchmaker.matches import models
from matchmaker.matches.queries import around, case_graph, case_looks, known

CasePart = named(
    around.Part,
    "CasePart",
    "What somebody is in a case.",
    HELPED="Who is helped.",
    PROPOSED="Who would help.",
    AROUND="Who is tied to them, or to somebody who is.",
)
KnownBy = named(
    known.KnownBy,
    "KnownBy",
    "How two people know each other.",
    KIN="They are relatives; both said so.",
    FRIEND="They are friends; both said so.",
    HELPED="One helped the other, and both would greet each other again.",
    MET="They met when somebody was helped, and would greet each other again.",
    VOUCH="One gave their word for the other.",
)


class CaseLook(graphene.ObjectType):
    """A look at the people around an open case, for whoever gave the reason."""

    need = graphene.Field(Need, required=True, description="Which need; its own fields say who may see them.")
    reason = graphene.String(required=True, description="Why, in the coordinator's words.")
    looked_at = graphene.DateTime(required=True, description="When.")
    holds_until = graphene.DateTime(required=True, description="Until when, while the case is open.")

    @staticmethod
    def resolve_need(row: models.CaseLook, info: graphene.ResolveInfo) -> Any:
        return need_of(info, row)

    @staticmethod
    def resolve_holds_until(row: models.CaseLook, _info: graphene.ResolveInfo) -> Any:
        return case_looks.holds_until(row)


class CaseDot(graphene.ObjectType):
    """Somebody in the picture."""

    number = graphene.Int(required=True, description="Its number in this picture; the one who is helped is 0.")
    part = graphene.Field(CasePart, required=True, description="What they are in the case.")
    person = graphene.Field(Person, description="Who; null for whoever may not be named here.")
    x = graphene.Float(required=True, description="From 0 at the left to 1; the same whenever the graph is the same.")
    y = graphene.Float(required=True, description="From 0 at the top to 1.")


class CaseLine(graphene.ObjectType):
    """Two in the picture who know each other."""

    one = graphene.Int(required=True, description="The number of the one.")
    other = graphene.Int(required=True, description="The number of the other.")
    kinds = graphene.List(graphene.NonNull(KnownBy), required=True, description="How; never how well.")


class CaseChain(graphene.ObjectType):
    """One of the shortest ways along ties and words from who is helped to a proposed helper."""

    helper = graphene.Field(Person, required=True, description="The helper.")
    numbers = graphene.List(graphene.NonNull(graphene.Int), required=True, description="The dots along the way.")
    in_words = graphene.String(
        required=True,
        description="The same to read.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_numbers(chain: case_graph.Chain, _info: graphene.ResolveInfo) -> list[int]:
        return [dot.number for dot in chain.dots]

    @staticmethod
    def resolve_in_words(chain: case_graph.Chain, info: graphene.ResolveInfo, language: Any = None) -> str:
        context: Context = info.context
        return case_graph.in_words(chain, context.language_or(language))


class CaseGraph(graphene.ObjectType):
    """Who is around an open case, at most 200 people, and how a helper comes to be known there."""

    dots = graphene.List(graphene.NonNull(CaseDot), required=True, description="Who, the nearest to the case first.")
    lines = graphene.List(graphene.NonNull(CaseLine), required=True, description="Who knows whom.")
    chains = graphene.List(
        graphene.NonNull(CaseChain), required=True, description="At most three for each helper, and none of five ties."
    )
    left_out = graphene.Int(required=True, description="How many more are as near as the last one drawn.")


class CaseBuilding(graphene.ObjectType):
    """A building in which at least five people around the case live."""

    number = graphene.Int(required=True, description="Its number in this picture.")
    name = graphene.String(required=True, description="Its name.")
    people = graphene.Int(required=True, description="How many of them live there.")
    x = graphene.Float(required=True, description="From 0 at the left to 1; the same whenever the graph is the same.")
    y = graphene.Float(required=True, description="From 0 at the top to 1.")


class BetweenBuildings(graphene.ObjectType):
    """Ties and words that lead from one building to another."""

    one = graphene.Int(required=True, description="The number of the one.")
    other = graphene.Int(required=True, description="The number of the other.")
    ties = graphene.Int(required=True, description="How many pairs of people.")


class CaseBuildings(graphene.ObjectType):
    """The nearest 2,000 people around an open case, summed up by building."""

    buildings = graphene.List(graphene.NonNull(CaseBuilding), required=True, description="At most 400, by name.")
    between = graphene.List(graphene.NonNull(BetweenBuildings), required=True, description="What leads between them.")
