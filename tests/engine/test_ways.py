"""Who comes how far: on foot along a street, guessed off the map, and by vehicle."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.engine.batch import Batch
from matchmaker.engine.columns import columns_of
from matchmaker.engine.eligibility import candidate, candidates, pairs_in, refusals
from matchmaker.engine.explain import Reader, say_nobody, why, why_nobody
from matchmaker.engine.offer_index import OfferIndex
from matchmaker.engine.places import DETOUR, VEHICLE_DETOUR
from matchmaker.engine.problem import NeedFacts, OfferFacts, Place, Town
from matchmaker.engine.scoring import NEAREST, Term, knowledge_of, score
from matchmaker.engine.streets import Streets
from matchmaker.engine.ways import way_m
from tests.engine.cases import METRES_PER_DEGREE, TYPES, a_need, an_offer, an_organization
from tests.engine.test_batch import a_batch
from tests.engine.test_streets import ladder


def at(north_m: float, east_m: float = 0.0) -> Place:
    return Place(latitude=north_m / METRES_PER_DEGREE, longitude=east_m / METRES_PER_DEGREE, region_id=1)


ACROSS = a_need(place=at(300.0, 100.0))
"""On the other road of the ladder: 100 m away as the crow flies, 700 m along streets."""
ALONG = a_need(place=at(800.0))
"""On the same road: 500 m, straight along the street."""


def helper(**columns: object) -> OfferFacts:
    return an_offer(place=at(300.0), **columns)


def walk_term(need: NeedFacts, offer: OfferFacts, streets: Streets | None) -> Term:
    found = candidate(need, offer, streets)
    (scored,) = score([found], TYPES, knowledge_of(Town(people=())), NEAREST, streets=streets)
    return next(term for term in scored.terms if term.name == "walk")


class TestReachOnStreets:
    def test_ends_where_the_streets_go_round(self) -> None:
        assert refusals(ACROSS, helper(reach_m=200.0), TYPES) == ()
        assert refusals(ACROSS, helper(reach_m=200.0), TYPES, ladder()) == ("REACH",)
        assert refusals(ACROSS, helper(reach_m=700.1), TYPES, ladder()) == ()
        assert refusals(ACROSS, helper(reach_m=699.9), TYPES, ladder()) == ("REACH",)

    def test_goes_on_where_a_street_is_straight(self) -> None:
        assert refusals(ALONG, helper(reach_m=600.0), TYPES) == ("REACH",)
        assert refusals(ALONG, helper(reach_m=600.0), TYPES, ladder()) == ()
        assert [one.walk_m for one in candidates([ALONG], [helper(reach_m=600.0)], TYPES, ladder())] == pytest.approx(
            [500.0], abs=0.01
        )

    def test_is_guessed_off_the_map(self) -> None:
        away = a_need(place=at(300.0, -300.0))

        assert way_m(away, helper(), ladder()) == pytest.approx(DETOUR * 300.0, abs=0.01)
        assert walk_term(away, helper(), ladder()).reason == "WALK"

    def test_finds_the_same_one_by_one_by_index_and_in_a_batch(self) -> None:
        streets, rng = ladder(), np.random.default_rng(5)
        homes = [at(float(north), float(east)) for north, east in rng.random((80, 2)) * (3_000, 400)]
        needs = [a_need(number, place=homes[number]) for number in range(40)]
        offers = [
            an_offer(number, place=homes[number], reach_m=float(rng.choice([300.0, 900.0])) if number % 5 else None)
            for number in range(40, 80)
        ]
        index = OfferIndex(offers, TYPES, streets)

        found = candidates(needs, offers, TYPES, streets)

        alone = [candidate(n, o, streets) for n in needs for o in offers if not refusals(n, o, TYPES, streets)]
        assert 100 < len(found) < 1_000
        assert list(found) == alone
        assert [one for need in needs for one in index.candidates(need)] == alone
        pairs = pairs_in(columns_of(needs, offers, TYPES, streets))
        assert 0 < pairs.by_street.sum() < len(pairs)


class TestWalkTerm:
    def test_says_by_street_what_was_scored(self) -> None:
        term = walk_term(ACROSS, helper(), ladder())

        assert (term.reason, term.raw) == ("WALK_BY_STREET", pytest.approx(700.0, abs=0.05))
        assert term.params == {"walk_m": 700, "minutes": 10}
        assert term.points == 48  # 100 * (1 - 700 / 1340)
        assert why([term], "en") == ("10 minutes on foot by street.",)
        assert why([term], "en", reader=Reader.COORDINATOR) == ("10 minutes on foot by street (700 m).",)

    def test_says_that_it_guessed(self) -> None:
        term = walk_term(ACROSS, helper(), None)

        assert why([term], "en") == ("About 2 minutes on foot, as the crow flies.",)
        assert why([term], "zh-hans") == ("步行约2分钟（按直线估算）。",)


class TestWhyNobody:
    def test_names_the_metres_that_are_missing_along_streets(self) -> None:
        nobody = why_nobody(ACROSS, [helper(reach_m=200.0)], TYPES, streets=ladder())

        assert [(one.rule, one.offers, one.params) for one in nobody.changes] == [("REACH", 1, {"more_m": 550})]
        assert "550 m" in say_nobody(nobody, "en")[1]


class TestVehicle:
    def test_goes_by_its_own_speed_and_detour(self) -> None:
        far = a_need(place=at(10_000.0))
        car = an_organization(reach_minutes=30.0, vehicle_speed_m_per_min=500.0)

        assert way_m(far, car) == pytest.approx(VEHICLE_DETOUR * 10_000.0, abs=1.0)
        assert refusals(far, car, TYPES) == ()
        assert refusals(far, replace(car, reach_minutes=27.9), TYPES) == ("DRIVE",)
        assert refusals(far, replace(car, vehicle_speed_m_per_min=None), TYPES) == ("REACH",)

    def test_does_not_walk_on_streets(self) -> None:
        car = an_organization(place=at(300.0), reach_m=200.0, vehicle_speed_m_per_min=500.0)

        assert refusals(ACROSS, car, TYPES, ladder()) == ()
        assert walk_term(ACROSS, car, ladder()).reason == "DRIVE"

    def test_is_found_in_a_batch_and_by_index(self) -> None:
        far = a_need(place=at(10_000.0))
        cars = [
            an_organization(number, reach_minutes=minutes, vehicle_speed_m_per_min=500.0)
            for number, minutes in ((1, 27.9), (2, 28.1))
        ]

        assert [one.offer.offer_id for one in candidates([far], cars, TYPES)] == [2]
        assert [one.offer.offer_id for one in OfferIndex(cars, TYPES, ladder()).candidates(far)] == [2]

    def test_is_refused_by_its_areas_as_anybody_is(self) -> None:
        far = a_need(place=replace(at(10_000.0), grid_id=3))
        car = an_organization(vehicle_speed_m_per_min=500.0, area_ids=frozenset({4}))

        assert refusals(far, car, TYPES) == ("REACH",)
        assert refusals(far, replace(car, reach_m=1_000.0), TYPES) == ("REACH", "DRIVE")

    def test_that_is_missing_some_road_is_why_nobody_comes(self) -> None:
        car = an_organization(reach_m=13_000.0, vehicle_speed_m_per_min=500.0)

        nobody = why_nobody(a_need(place=at(10_000.0)), [car], TYPES)

        assert (nobody.rule, [(one.rule, one.params) for one in nobody.changes]) == (
            "DRIVE",
            [("DRIVE", {"more_m": 1050})],
        )
        assert say_nobody(nobody, "en") == (
            "Everyone who comes by vehicle has too far to drive.",
            "If a helper drove 1050 m further, 1 could come.",
        )


class TestBatch:
    def test_takes_its_streets_to_another_process(self) -> None:
        streets = ladder()
        streets.reach(3, 450.0)

        batch: Batch = pickle.loads(pickle.dumps(a_batch(streets=streets)))  # noqa: S301  # what was written on the line itself

        assert batch.streets is not None
        assert batch.streets.reach(3, 450.0)[0].tolist() == streets.reach(3, 450.0)[0].tolist()
