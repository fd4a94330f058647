"""Every hard rule by itself, then the search for candidates against the rules asked one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.columns import lineage
from matchmaker.engine.eligibility import RULE_CODES, RULES, first_refusal, refusals
from matchmaker.engine.explain import say_nobody, why_not_me
from matchmaker.engine.hours import bits_of, block_mask, block_starts, block_starts_in, words_of
from matchmaker.engine.nobody import why_nobody
from matchmaker.engine.places import ring_of, walk_m
from matchmaker.engine.problem import (
    ALWAYS,
    CONVENIENCE,
    HORIZON_QUARTERS,
    PUBLIC,
    VOLUNTARY,
    WEEK_QUARTERS,
    NeedFacts,
    OfferFacts,
    Ring,
)
from tests.engine.cases import TYPES, a_need, a_place, an_offer, an_organization, quarters


def may_meet(need: NeedFacts, offer: OfferFacts) -> bool:
    return first_refusal(need, offer, TYPES) is None


class TestRules:
    def test_let_an_ordinary_pair_meet(self) -> None:
        assert refusals(a_need(), an_offer(), TYPES) == ()

    def test_have_one_code_each(self) -> None:
        assert len(set(RULE_CODES)) == len(RULES) == 20

    def test_read_columns_that_exist(self) -> None:
        known = set(NeedFacts.__slots__) | set(OfferFacts.__slots__)

        assert all(set(rule.reads) <= known for rule in RULES)


class TestServiceType:
    def test_is_covered_by_the_type_above(self) -> None:
        assert may_meet(a_need(), an_offer(service_types=frozenset({"ERRANDS"})))
        assert lineage("SHOPPING", TYPES) == ("SHOPPING", "ERRANDS")

    def test_is_not_covered_by_another(self) -> None:
        assert refusals(a_need(), an_offer(service_types=frozenset({"PENSIONS"})), TYPES) == ("SERVICE_TYPE",)

    def test_of_a_branch_does_not_cover_the_whole(self) -> None:
        assert refusals(a_need(service_type="ERRANDS"), an_offer(), TYPES) == ("SERVICE_TYPE",)


class TestForm:
    def test_must_be_one_that_was_accepted(self) -> None:
        need = a_need(forms_accepted=frozenset({PUBLIC, VOLUNTARY}))

        assert refusals(need, an_offer(form=CONVENIENCE), TYPES) == ("FORM",)
        assert may_meet(need, an_offer(form=VOLUNTARY))


class TestPublicDuty:
    @pytest.mark.parametrize("form", [VOLUNTARY, CONVENIENCE])
    def test_is_never_left_to_volunteers_or_sold(self, form: str) -> None:
        offer = an_offer(service_types=frozenset({"PENSIONS"}), form=form)

        assert refusals(a_need(service_type="PENSIONS"), offer, TYPES) == ("PUBLIC_DUTY",)

    def test_is_done_as_a_public_service(self) -> None:
        assert may_meet(
            a_need(service_type="PENSIONS"), an_organization(service_types=frozenset({"PENSIONS"}), form=PUBLIC)
        )


class TestOwnNeed:
    def test_is_not_met_by_oneself(self) -> None:
        assert refusals(a_need(person_id=7), an_offer(7), TYPES) == ("OWN_NEED",)

    def test_is_not_met_by_who_asks_in_their_name(self) -> None:
        assert refusals(a_need(asked_by_ids=frozenset({7})), an_offer(7), TYPES) == ("OWN_NEED",)


class TestExcluded:
    def test_people_do_not_come(self) -> None:
        assert refusals(a_need(excluded_person_ids=frozenset({7})), an_offer(7), TYPES) == ("EXCLUDED",)

    def test_organizations_do_not_come(self) -> None:
        need = a_need(excluded_organization_ids=frozenset({907}))

        assert refusals(need, an_organization(7), TYPES) == ("EXCLUDED",)
        assert may_meet(need, an_organization(8))


class TestSameBuilding:
    @pytest.mark.parametrize("column", [{"building": "A"}, {"corridor_id": 3}, {"household_id": 4}])
    def test_is_left_out_where_that_was_wished(self, column: dict[str, object]) -> None:
        offer = an_offer(place=a_place(**column))

        assert refusals(a_need(place=a_place(**column), nobody_from_building=True), offer, TYPES) == ("SAME_BUILDING",)
        assert may_meet(a_need(place=a_place(**column)), offer)

    def test_is_no_matter_for_other_buildings_and_organizations(self) -> None:
        need = a_need(place=a_place(building="A"), nobody_from_building=True)

        assert may_meet(need, an_offer(place=a_place(building="B")))
        assert may_meet(need, an_offer())
        assert may_meet(need, an_organization(place=a_place(building="A")))


class TestHelperSex:
    def test_is_the_one_asked_for(self) -> None:
        need = a_need(helper_sex="FEMALE")

        assert may_meet(need, an_offer(sex="FEMALE"))
        assert refusals(need, an_offer(sex="MALE"), TYPES) == ("HELPER_SEX",)
        assert refusals(need, an_offer(sex=None), TYPES) == ("HELPER_SEX",)


class TestSkills:
    def test_are_all_there(self) -> None:
        need = a_need(skills=frozenset({"DRIVING", "LIFTING"}))

        assert may_meet(need, an_offer(skills=frozenset({"DRIVING", "LIFTING", "COOKING"})))
        assert refusals(need, an_offer(skills=frozenset({"DRIVING"})), TYPES) == ("SKILLS",)


class TestLanguage:
    def test_is_one_of_those_asked_for(self) -> None:
        need = a_need(languages=frozenset({"mn", "zh"}))

        assert may_meet(need, an_offer(languages=frozenset({"mn"})))
        assert refusals(need, an_offer(languages=frozenset({"en"})), TYPES) == ("LANGUAGE",)

    def test_does_not_matter_where_none_was_asked_for(self) -> None:
        assert may_meet(a_need(), an_offer(languages=frozenset()))


class TestAge:
    @pytest.mark.parametrize("age", [None, 15])
    def test_is_what_the_type_asks_at_least(self, age: int | None) -> None:
        offer = an_offer(
            service_types=frozenset({"LESSONS"}), clearances=frozenset({"TUTOR"}), age=age, guardian_consent=True
        )

        assert refusals(a_need(service_type="LESSONS"), offer, TYPES) == ("AGE",)

    def test_of_an_organization_is_its_own_matter(self) -> None:
        offer = an_organization(service_types=frozenset({"LESSONS"}), clearances=frozenset({"TUTOR"}))

        assert may_meet(a_need(service_type="LESSONS"), offer)


class TestGuardianConsent:
    def test_is_needed_below_eighteen(self) -> None:
        assert refusals(a_need(), an_offer(age=17), TYPES) == ("GUARDIAN_CONSENT",)
        assert may_meet(a_need(), an_offer(age=17, guardian_consent=True))
        assert may_meet(a_need(), an_offer(age=18))


class TestClearance:
    def test_is_needed_by_the_type(self) -> None:
        offer = an_offer(service_types=frozenset({"LESSONS"}))

        assert refusals(a_need(service_type="LESSONS"), offer, TYPES) == ("CLEARANCE",)

    def test_is_needed_for_a_minor_with_any_type(self) -> None:
        assert refusals(a_need(person_is_minor=True), an_offer(), TYPES) == ("CLEARANCE",)
        assert may_meet(a_need(person_is_minor=True), an_offer(clearances=frozenset({"MINORS"})))

    def test_for_lessons_of_a_minor_is_both(self) -> None:
        need = a_need(service_type="LESSONS", person_is_minor=True)
        offer = an_offer(service_types=frozenset({"LESSONS"}), clearances=frozenset({"TUTOR"}))

        assert refusals(need, offer, TYPES) == ("CLEARANCE",)


class TestTrainingAndLicence:
    def test_are_asked_for_apart(self) -> None:
        need = a_need(service_type="INJECTIONS")
        injections = frozenset({"INJECTIONS"})

        trained = an_offer(service_types=injections, trainings=frozenset({"HYGIENE"}))
        licensed = an_offer(service_types=injections, licences=frozenset({"NURSE"}))

        assert refusals(need, trained, TYPES) == ("LICENCE",)
        assert refusals(need, licensed, TYPES) == ("TRAINING",)


class TestInsurance:
    @pytest.mark.parametrize(("risk_class", "allowed"), [(0, True), (1, False), (2, False)])
    def test_is_needed_from_the_risk_class_of_the_type(self, risk_class: int, allowed: bool) -> None:
        offer = an_offer(
            service_types=frozenset({"INJECTIONS"}), trainings=frozenset({"HYGIENE"}), licences=frozenset({"NURSE"})
        )
        need = a_need(service_type="INJECTIONS", risk_class=risk_class)

        assert (refusals(need, offer, TYPES) == ()) is allowed
        assert allowed or refusals(need, offer, TYPES) == ("INSURANCE",)


class TestReach:
    def test_is_counted_in_metres_on_foot(self) -> None:
        need = a_need(place=a_place(100.0))

        assert walk_m(need.place, a_place()) == pytest.approx(134.0, abs=0.01)
        assert may_meet(need, an_offer(reach_m=134.1))
        assert refusals(need, an_offer(reach_m=133.9), TYPES) == ("REACH",)

    def test_is_counted_in_minutes_at_the_helpers_pace(self) -> None:
        need = a_need(place=a_place(100.0))

        assert may_meet(need, an_offer(reach_minutes=2.1, walking_speed_m_per_min=67.0))
        assert refusals(need, an_offer(reach_minutes=2.1, walking_speed_m_per_min=40.0), TYPES) == ("REACH",)

    def test_is_counted_in_areas_of_any_level(self) -> None:
        need = a_need(place=a_place(grid_id=5, community_id=6))

        assert may_meet(need, an_offer(area_ids=frozenset({6})))
        assert refusals(need, an_offer(area_ids=frozenset({7})), TYPES) == ("REACH",)
        assert refusals(a_need(), an_offer(area_ids=frozenset()), TYPES) == ("REACH",)

    def test_holds_all_limits_that_are_set(self) -> None:
        need = a_need(place=a_place(100.0, grid_id=5))

        assert refusals(need, an_offer(reach_m=50.0, area_ids=frozenset({5})), TYPES) == ("REACH",)


class TestTour:
    STOP = an_offer(9, at_stop=True)

    def test_meets_at_a_stop_who_needs_no_help_at_home(self) -> None:
        assert refusals(a_need(at_home=True), self.STOP, TYPES) == ("TOUR",)
        assert may_meet(a_need(at_home=False), self.STOP)

    def test_meets_who_signed_up_for_this_very_stop(self) -> None:
        assert may_meet(a_need(tour_offer_ids=frozenset({9})), self.STOP)
        assert refusals(a_need(tour_offer_ids=frozenset({8})), self.STOP, TYPES) == ("TOUR",)

    def test_says_what_would_help(self) -> None:
        nobody = why_nobody(a_need(), [self.STOP], TYPES)

        assert (nobody.rule, [one.rule for one in nobody.changes]) == ("TOUR", ["TOUR"])
        assert say_nobody(nobody, "en") == (
            "A tour stops near here, but one has to come to the stop.",
            "If they can come to a stop of a tour near here, 1 stop suits; please sign up.",
        )

    def test_tells_the_tour_that_somebody_stays_at_home(self) -> None:
        assert why_not_me(a_need(), self.STOP, TYPES, "en") == (
            "They need help at home and did not sign up for your stop."
        )


class TestTime:
    def test_is_a_block_of_the_whole_length(self) -> None:
        need = a_need(minutes=50, open_quarters=quarters(10, 8))

        assert may_meet(need, an_offer(free_quarters=quarters(14, 20)))
        assert refusals(need, an_offer(free_quarters=quarters(15, 20)), TYPES) == ("TIME",)

    def test_is_the_same_block_in_every_week(self) -> None:
        weekly = sum(quarters(week * WEEK_QUARTERS + 40, 4) for week in range(3))
        need = a_need(weeks=3)

        assert may_meet(need, an_offer(free_quarters=weekly))
        assert refusals(need, an_offer(free_quarters=weekly & ~(1 << (WEEK_QUARTERS + 41))), TYPES) == ("TIME",)

    def test_is_not_made_of_pieces(self) -> None:
        assert refusals(a_need(), an_offer(free_quarters=quarters(0, 3) | quarters(4, 3)), TYPES) == ("TIME",)


class TestLoad:
    def test_needs_a_visit_left_in_the_offer_and_in_the_person(self) -> None:
        assert refusals(a_need(), an_offer(visits_left_by_week=(0, 0, 0, 0)), TYPES) == ("LOAD",)
        assert refusals(a_need(), an_offer(person_visits_left_by_week=(0, 0, 0, 0)), TYPES) == ("LOAD",)

    def test_needs_it_in_a_week_with_a_common_hour(self) -> None:
        need = a_need(open_quarters=quarters(40, 8))

        assert refusals(need, an_offer(visits_left_by_week=(0, 5, 5, 5)), TYPES) == ("LOAD",)
        assert may_meet(need, an_offer(visits_left_by_week=(1, 0, 0, 0)))

    def test_needs_it_in_each_week_of_a_series(self) -> None:
        assert refusals(a_need(weeks=2), an_offer(visits_left_by_week=(1, 0, 1, 0)), TYPES) == ("LOAD",)
        assert may_meet(a_need(weeks=2), an_offer(visits_left_by_week=(0, 1, 1, 0)))


class TestBlocks:
    @given(st.integers(0, 2**60 - 1), st.integers(1, 9))
    def test_start_where_every_quarter_is_free(self, free: int, count: int) -> None:
        expected = {start for start in range(60) if quarters(start, count) & free == quarters(start, count)}

        starts = block_starts(free, count, 1)

        assert {start for start in range(HORIZON_QUARTERS) if starts >> start & 1} == expected

    @given(st.lists(st.integers(0, ALWAYS), min_size=1, max_size=3), st.integers(1, 200), st.integers(1, 5))
    def test_of_many_sets_are_those_of_each(self, sets: list[int], count: int, weeks: int) -> None:
        rows = block_starts_in(words_of(sets), count, weeks)

        assert [bits_of(row) for row in rows] == [block_starts(free, count, weeks) for free in sets]

    def test_of_a_series_take_the_same_quarters_each_week(self) -> None:
        assert block_mask(3, 2, 2) == quarters(3, 2) | quarters(3 + WEEK_QUARTERS, 2)


class TestRing:
    @pytest.mark.parametrize(
        ("column", "ring"),
        [
            ("household_id", Ring.CORRIDOR),
            ("corridor_id", Ring.CORRIDOR),
            ("grid_id", Ring.GRID),
            ("community_id", Ring.COMMUNITY),
            ("joint_community_id", Ring.JOINT_COMMUNITY),
        ],
    )
    def test_is_the_smallest_area_that_holds_both(self, column: str, ring: Ring) -> None:
        assert ring_of(a_place(**{column: 3}), a_place(**{column: 3})) is ring
        assert ring_of(a_place(**{column: 3}), a_place(**{column: 4})) is Ring.REGION

    def test_is_the_region_where_nothing_is_known(self) -> None:
        assert ring_of(a_place(), a_place()) is Ring.REGION
