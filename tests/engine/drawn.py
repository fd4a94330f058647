"""Whole problems drawn at random: places at the date line and the poles, odd hours, every column of every rule."""

from hypothesis import strategies as st

from matchmaker.engine.problem import (
    ALWAYS,
    CONVENIENCE,
    PUBLIC,
    VOLUNTARY,
    WEEK_QUARTERS,
    NeedFacts,
    OfferFacts,
    Place,
)
from tests.engine.cases import TYPES, a_need, an_offer

IDS = st.integers(1, 6)
SOME_IDS = st.frozensets(IDS, max_size=2)
WORDS = {
    "skills": ["DRIVING", "LIFTING"],
    "languages": ["mn", "zh"],
    "clearances": ["MINORS", "TUTOR"],
    "trainings": ["HYGIENE"],
    "licences": ["NURSE"],
}


def some_of(words: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words))


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Within a few kilometres, at the date line, or near a pole; with or without areas."""
    latitude, longitude = draw(
        st.sampled_from([(40.8, 111.6), (0.0, 180.0), (0.0, -180.0), (89.99, 10.0), (-89.99, -170.0)])
    )
    level = st.none() | st.integers(1, 3)
    return Place(
        latitude=latitude + draw(st.floats(-0.01, 0.01)),
        longitude=max(-180.0, min(180.0, longitude + draw(st.floats(-0.02, 0.02)))),
        building=draw(st.sampled_from(["", "A", "B"])),
        household_id=draw(level),
        corridor_id=draw(level),
        grid_id=draw(level),
        community_id=draw(level),
        joint_community_id=draw(level),
        region_id=draw(level),
    )


def hours() -> st.SearchStrategy[int]:
    """Some hours in each of some weeks."""
    spans = st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(1, 30))
    weekly = st.lists(spans, min_size=1, max_size=4).map(
        lambda listed: sum(
            {1 << week * WEEK_QUARTERS + q for week, first, n in listed for q in range(first, first + n)}
        )
    )
    return st.just(ALWAYS) | weekly


@st.composite
def needs(draw: st.DrawFn, need_id: int) -> NeedFacts:
    return a_need(
        need_id,
        person_id=draw(IDS),
        asked_by_ids=draw(SOME_IDS),
        service_type=draw(st.sampled_from(sorted(TYPES))),
        forms_accepted=draw(st.frozensets(st.sampled_from([PUBLIC, VOLUNTARY, CONVENIENCE]), min_size=1)),
        place=draw(places()),
        minutes=draw(st.sampled_from([10, 45, 120])),
        weeks=draw(st.integers(1, 5)),
        open_quarters=draw(hours()),
        skills=draw(some_of(WORDS["skills"])),
        languages=draw(some_of(WORDS["languages"])),
        risk_class=draw(st.integers(0, 2)),
        person_is_minor=draw(st.booleans()),
        nobody_from_building=draw(st.booleans()),
        helper_sex=draw(st.sampled_from([None, "FEMALE"])),
        excluded_person_ids=draw(SOME_IDS),
        excluded_organization_ids=draw(SOME_IDS),
        at_home=draw(st.booleans()),
        tour_offer_ids=draw(SOME_IDS),
    )


@st.composite
def offers(draw: st.DrawFn, offer_id: int) -> OfferFacts:
    by_person = draw(st.booleans())
    left = st.tuples(*[st.integers(0, 2)] * 4)
    return an_offer(
        offer_id,
        person_id=draw(IDS) if by_person else None,
        organization_id=None if by_person else draw(IDS),
        service_types=draw(st.frozensets(st.sampled_from([*sorted(TYPES), "UNASKED"]), max_size=4)),
        form=draw(st.sampled_from([PUBLIC, VOLUNTARY, CONVENIENCE])),
        place=draw(places()),
        reach_m=draw(st.sampled_from([None, 300.0, 1000.0, 50_000.0])),
        reach_minutes=draw(st.sampled_from([None, 10.0])),
        vehicle_speed_m_per_min=draw(st.sampled_from([None, None, 500.0])),
        at_stop=draw(st.sampled_from([False, False, True])),
        area_ids=draw(st.none() | st.frozensets(st.integers(1, 3), max_size=3)),
        free_quarters=draw(hours()),
        age=draw(st.sampled_from([None, 15, 17, 40])),
        sex=draw(st.sampled_from([None, "FEMALE", "MALE"])),
        insured=draw(st.booleans()),
        guardian_consent=draw(st.booleans()),
        visits_left_by_week=draw(left),
        person_visits_left_by_week=draw(left),
        **{column: draw(some_of([*words, "OTHER"])) for column, words in WORDS.items()},
    )


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[NeedFacts], list[OfferFacts]]:
    return [draw(needs(number)) for number in range(1, 5)], [draw(offers(number)) for number in range(1, 6)]
