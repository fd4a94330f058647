"""Ways to look at rows of a type, for the walk through the schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matchmaker.matches.models import SecondLook
from tests.graphql_client import global_id
from tests.way import Way


@dataclass(frozen=True)
class Sight:
    """One way to look at rows of a type: a field of Query, and the lists or rows inside it down to them."""

    type_name: str
    field: str
    inside: tuple[str, ...] = ()


def node(type_name: str, row: Any) -> str:
    return f'node(id: "{global_id(type_name, row)}")|{type_name}'


def of_looks() -> Iterator[Sight]:
    yield Sight("OwnSentence", "viewer", ("ownSentences",))
    yield Sight("RestsOn", "viewer", ("ownSentences", "restsOn"))
    for look in SecondLook.objects.all():
        yield Sight("OwnSentence", node("SecondLook", look), ("sentence",))
        yield Sight("Evidence", node("SecondLook", look), ("evidence",))
        yield Sight("SetAside", node("SecondLook", look), ("setAside",))


def of_months() -> Iterator[Sight]:
    yield Sight("PublicMonth", "publicMonths(first: 2)", ("nodes",))
    yield Sight("AskedAndMet", "publicMonths(first: 2)", ("nodes", "all"))
    yield Sight("MonthKind", "publicMonths(first: 2)", ("nodes", "kinds"))
    yield Sight("MonthGrid", "publicMonths(first: 2)", ("nodes", "grids"))
    yield Sight("MonthCell", "publicMonths(first: 2)", ("nodes", "grids", "kinds"))
    yield Sight("MonthDecided", "publicMonths(first: 2)", ("nodes", "ways"))
    yield Sight("MonthVacancy", "publicMonths(first: 2)", ("nodes", "vacant"))


def of_the_case(way: Way) -> Iterator[Sight]:
    asked = f'(needId: "{global_id("Need", way.need)}")'
    yield Sight("CaseGraph", f"caseGraph{asked}")
    for type_name, inside in (("CaseDot", "dots"), ("CaseLine", "lines"), ("CaseChain", "chains")):
        yield Sight(type_name, f"caseGraph{asked}", (inside,))
    yield Sight("CaseBuildings", f"caseBuildings{asked}")
    for type_name, inside in (("CaseBuilding", "buildings"), ("BetweenBuildings", "between")):
        yield Sight(type_name, f"caseBuildings{asked}", (inside,))
