"""Plain needs, offers and towns for the engine's tests: each begins ordinary, and a test names what is special."""

from typing import Any, Final

from matchmaker.engine.problem import (
    ALWAYS,
    NeedFacts,
    OfferFacts,
    Place,
    ServiceTypeFacts,
    TieFacts,
    TieKind,
    Town,
)

METRES_PER_DEGREE: Final = 111_194.93
"""Of latitude, on the sphere the engine uses."""

SHOPPING: Final = ServiceTypeFacts(code="SHOPPING", parent="ERRANDS")
TYPES: Final = {
    "ERRANDS": ServiceTypeFacts(code="ERRANDS"),
    "SHOPPING": SHOPPING,
    "LESSONS": ServiceTypeFacts(code="LESSONS", required_clearance=frozenset({"TUTOR"}), minimum_helper_age=16),
    "INJECTIONS": ServiceTypeFacts(
        code="INJECTIONS",
        required_training=frozenset({"HYGIENE"}),
        required_licence=frozenset({"NURSE"}),
        insured_from_risk=1,
    ),
    "PENSIONS": ServiceTypeFacts(code="PENSIONS", public_duty=True),
}


def a_place(north_m: float = 0.0, **columns: Any) -> Place:
    """A place some metres north of the origin, all in one region."""
    return Place(**{"latitude": north_m / METRES_PER_DEGREE, "longitude": 0.0, "region_id": 1, **columns})


def a_need(need_id: int = 1, **columns: Any) -> NeedFacts:
    """An hour of shopping at any time, for person 100 + need_id."""
    ordinary = {
        "person_id": 100 + need_id,
        "service_type": "SHOPPING",
        "place": a_place(),
        "minutes": 60,
        "open_quarters": ALWAYS,
    }
    return NeedFacts(**{"need_id": need_id, **ordinary, **columns})


def an_offer(offer_id: int = 1, **columns: Any) -> OfferFacts:
    """A grown volunteer next door, person offer_id, who is always free."""
    ordinary = {
        "person_id": offer_id,
        "service_types": frozenset({"SHOPPING"}),
        "place": a_place(),
        "free_quarters": ALWAYS,
        "age": 40,
    }
    return OfferFacts(**{"offer_id": offer_id, **ordinary, **columns})


def an_organization(offer_id: int = 1, **columns: Any) -> OfferFacts:
    return an_offer(offer_id, **{"person_id": None, "organization_id": 900 + offer_id, "age": None, **columns})


def quarters(first: int, count: int) -> int:
    """Bits: some quarters running."""
    return ((1 << count) - 1) << first


def a_triangle_and_a_pair() -> Town:
    """Five people: 1, 2 and 3 all know each other; 4 and 5 know each other; every tie is fresh and weighs 1."""
    pairs = ((1, 2), (2, 3), (1, 3), (4, 5))
    return Town(people=(1, 2, 3, 4, 5), ties=tuple(TieFacts(u, v, TieKind.FRIEND) for u, v in pairs))
