"""Why a helper was not asked, from their own side: exact counts inside, round ones outside, nobody else's facts."""

import pytest

from matchmaker.engine.own_side import OwnRule, own_side, say_own_side
from matchmaker.engine.problem import NeedFacts
from tests.engine.cases import TYPES, a_need, a_place, an_offer, quarters


def needs(count: int, **columns: object) -> list[NeedFacts]:
    return [a_need(number, **columns) for number in range(1, count + 1)]


class TestOwnSide:
    def test_counts_what_each_rule_keeps_away_by_itself(self) -> None:
        around = needs(7, place=a_place(300.0)) + [
            a_need(number, place=a_place(300.0), skills=frozenset({"DRIVING"})) for number in range(8, 12)
        ]

        found = own_side(around, an_offer(500, reach_m=100.0), TYPES)

        assert found == (OwnRule("REACH", 7, {"more_m": 500}),)

    def test_says_of_how_many_others_were_asked(self) -> None:
        assert own_side(needs(12), an_offer(500), TYPES) == (OwnRule("OTHERS_THIS_TIME", 12),)

    @pytest.mark.parametrize(
        ("need", "offer", "rule"),
        [
            ({}, {"service_types": frozenset({"LESSONS"})}, OwnRule("SERVICE_TYPE", 4, {"what": "SHOPPING"})),
            ({"skills": frozenset({"DRIVING"})}, {}, OwnRule("SKILLS", 4, {"what": "DRIVING"})),
            ({"languages": frozenset({"mn"})}, {}, OwnRule("LANGUAGE", 4, {"what": "mn"})),
            ({}, {"age": 16}, OwnRule("GUARDIAN_CONSENT", 4)),
            ({"person_is_minor": True}, {}, OwnRule("CLEARANCE", 4)),
            ({}, {"visits_left_by_week": (0, 0, 0, 0)}, OwnRule("LOAD", 4)),
            (
                {"open_quarters": quarters(40, 4)},
                {"free_quarters": quarters(46, 8)},
                OwnRule("TIME", 4, {"hours": 2}),
            ),
        ],
    )
    def test_names_the_smallest_change(self, need: dict[str, object], offer: dict[str, object], rule: OwnRule) -> None:
        assert own_side(needs(4, **need), an_offer(500, **offer), TYPES) == (rule,)

    def test_does_not_mention_fewer_than_three(self) -> None:
        assert own_side(needs(2), an_offer(500), TYPES) == ()
        assert own_side(needs(2, place=a_place(300.0)), an_offer(500, reach_m=100.0), TYPES) == ()

    @pytest.mark.parametrize(
        "wish",
        [
            {"excluded_person_ids": frozenset({500})},
            {"helper_sex": "FEMALE"},
            {"nobody_from_building": True},
            {"forms_accepted": frozenset({"PUBLIC"})},
        ],
    )
    def test_is_the_same_whatever_askers_wish(self, wish: dict[str, object]) -> None:
        offer = an_offer(500, sex="MALE", place=a_place(building="A"))

        assert own_side(needs(6, place=a_place(building="A"), **wish), offer, TYPES) == own_side(
            needs(6, place=a_place(building="A")), offer, TYPES
        )

    def test_leaves_out_what_never_could_be_theirs(self) -> None:
        assert own_side(needs(6, asked_by_ids=frozenset({500})), an_offer(500), TYPES) == ()
        assert own_side(needs(6, service_type="PENSIONS"), an_offer(500), TYPES) == ()


class TestSayOwnSide:
    @pytest.mark.parametrize(("count", "said"), [(3, "a few"), (4, "a few"), (5, "about 5"), (14, "about 10")])
    def test_says_no_exact_count(self, count: int, said: str) -> None:
        told = say_own_side(OwnRule("REACH", count, {"more_m": 500}), "en")

        assert told == f"If you went 500 m further, {said} more could come to you."

    def test_speaks_chinese(self) -> None:
        assert say_own_side(OwnRule("LOAD", 3), "zh").startswith("如果您每周多帮一次，还有几项需求可以请您。")
        told = say_own_side(OwnRule("SERVICE_TYPE", 7, {"what": "SHOPPING"}), "zh", {"what": "买菜"})
        assert told == "如果您也愿意帮“买菜”，还有大约5项需求可以请您。"
