"""Reasons in words: complete, discreet, and true."""

import dataclasses
import inspect
import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine import companions, knowledge, prices, scoring, terms, trust
from matchmaker.engine.assignment import plan
from matchmaker.engine.eligibility import RULE_CODES, candidates, first_refusal
from matchmaker.engine.explain import (
    ONE_MORE_OFFER,
    PUBLIC_HELP,
    Change,
    Reader,
    say_nobody,
    why,
    why_nobody,
    why_not_me,
)
from matchmaker.engine.problem import WEEK_QUARTERS, OutcomeFacts, TieFacts, TieKind, Town
from matchmaker.engine.scoring import FEWEST_TIES, IDENTITY, Term, knowledge_of, score
from matchmaker.engine.sentences import (
    AT_ONE_SPOT,
    CHANGES,
    COORDINATORS_ONLY,
    KEPT_TO_THEMSELVES,
    NOT_ME,
    OWN_SIDE,
    QUIET,
    REASONS,
    REFUSALS,
    SAID_TO_SIDES,
    Sentence,
    sentence,
)
from tests.engine.cases import TYPES, a_need, a_place, an_offer, an_organization, quarters


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class TestSentences:
    @pytest.mark.parametrize("table", [REASONS, REFUSALS, NOT_ME, OWN_SIDE, CHANGES])
    def test_say_the_same_in_both_languages(self, table: dict[str, Sentence]) -> None:
        for code, row in table.items():
            assert fields_of(row.zh) == fields_of(row.en), code
            assert row.zh.endswith("。"), code
            assert row.en.endswith("."), code
            assert re.search("[a-z]{3}", re.sub(r"{\w+(:span)?}", "", row.zh)) is None, code

    def test_exist_for_every_reason_the_engine_gives(self) -> None:
        source = "".join(inspect.getsource(module) for module in (companions, scoring, terms, knowledge, trust))
        names = {*scoring.__all__, *RULE_CODES} - {"DRIVE"}  # a rule, and also a reason
        given_codes = {code for code in re.findall(r'"([A-Z][A-Z_]{3,})"', source) if code not in names}

        assert given_codes | set(SAID_TO_SIDES.values()) | {prices.SCARCE, "LEFT_FOR_OTHERS", AT_ONE_SPOT} == set(
            REASONS
        )
        assert prices.KEPT in REFUSALS
        assert prices.SCARCE in COORDINATORS_ONLY

    def test_speak_of_the_two_and_not_to_one_of_them(self) -> None:
        for code, row in REASONS.items():
            assert not re.search(r"\b([Yy]ou|[Yy]our|[Tt]hey|[Tt]heir) ", row.en.replace("so they are", "")), code
            assert not any(word in row.zh for word in ("你", "您", "对方", "他们")), code

    @pytest.mark.parametrize(
        ("table", "code", "params", "told"),
        [
            (REASONS, "WALK", {"minutes": 1, "walk_m": 40}, "About 1 minute on foot (40 m, as the crow flies)."),
            (REASONS, "HAS_ROOM", {"visits": 1}, "The fullest of four weeks has room for 1 more visit."),
            (REASONS, "OTHERS_WERE_CONTENT", {"people": 2}, "Judged by what 2 neighbours said before."),
            (CHANGES, "TIME", {"hours": 1, "offers": 3}, "If the time could move by 1 hour, 3 could come."),
        ],
    )
    def test_count_one_and_many_in_english(
        self, table: dict[str, Sentence], code: str, params: dict[str, int], told: str
    ) -> None:
        assert sentence(table, code, params, "en") == told

    def test_exist_for_every_rule(self) -> None:
        assert set(RULE_CODES) < set(REFUSALS)
        assert set(RULE_CODES) <= set(NOT_ME) | KEPT_TO_THEMSELVES

    def test_never_call_anyone_isolated_or_give_credit(self) -> None:
        for table in (REASONS, REFUSALS, NOT_ME, CHANGES):
            for row in table.values():
                assert "信用" not in row.zh
                assert "孤" not in row.zh
                assert "isolated" not in row.en


class TestWhy:
    def terms(self) -> tuple[Term, ...]:
        town = Town(people=tuple(range(1, 41)), outcomes=(OutcomeFacts(1, 3, 1.0),), seeds=frozenset({3}))
        found = candidates([a_need(person_id=2, place=a_place(100.0))], [an_offer(1)], TYPES)
        (one,) = score(found, TYPES, knowledge_of(town), IDENTITY)
        return one.terms

    def test_begins_with_what_weighed_most(self) -> None:
        assert why(self.terms(), "en", ring_reason="NEAREST_RING") == (
            "This meeting helps neighbours get to know each other.",
            "The help on offer is just this kind.",
            "About 2 minutes on foot, as the crow flies.",
            "Among the nearest who could come.",
        )

    def test_puts_what_is_not_known_behind_what_is(self) -> None:
        told = why(self.terms(), "en", reader=Reader.COORDINATOR)

        # The load counts 1,000 here and the walk 900, but of the load nothing is known.
        assert told.index("About 2 minutes on foot (134 m, as the crow flies).") < told.index(
            "No weekly limit was set."
        )

    def test_speaks_chinese(self) -> None:
        assert why(self.terms(), "zh-Hans")[2] == "步行约2分钟（按直线估算）。"

    def test_tells_exact_metres_to_coordinators_alone(self) -> None:
        assert "About 2 minutes on foot (134 m, as the crow flies)." in why(
            self.terms(), "en", reader=Reader.COORDINATOR
        )
        assert not any("134" in told for language in ("en", "zh") for told in why(self.terms(), language))

    @pytest.mark.parametrize(
        ("ties", "code"),
        [
            ({}, "NEW_CIRCLES_MEET"),
            ({(1, 2): 1.0}, "KNOW_EACH_OTHER"),
            ({(1, 2): 0.05, (1, 3): 0.05, (2, 3): 0.05}, "KNOW_EACH_OTHER"),
            ({(1, 3): 1.0, (2, 3): 1.0}, "FRIENDS_IN_COMMON"),
            ({(1, 3): 1.0, (2, 3): 0.05}, "NEIGHBOURS_MEET"),
            ({(1, 3): 1.0, (2, 4): 1.0}, "NEW_CIRCLES_MEET"),
        ],
    )
    def test_is_true_of_whom_a_meeting_joins(self, ties: dict[tuple[int, int], float], code: str) -> None:
        told = tuple(TieFacts(u, v, TieKind.FRIEND, weight) for (u, v), weight in ties.items())
        known = knowledge_of(Town(people=tuple(range(1, 41)), ties=told))
        found = candidates([a_need(person_id=2)], [an_offer(1)], TYPES)

        (term,) = (term for term in score(found, TYPES, known)[0].terms if term.name == "identity_gain")

        assert term.reason == code
        assert why([term], "en") == ("This meeting helps neighbours get to know each other.",)
        assert why([term], "en", reader=Reader.COORDINATOR) == (REASONS[code].en,)

    def test_keeps_trust_and_ties_for_coordinators(self) -> None:
        told = why(self.terms(), "en", reader=Reader.COORDINATOR)

        assert "Judged by what 1 neighbour said before." in told
        assert not any("said before" in told for told in why(self.terms(), "en"))

    def test_never_tells_a_side_who_has_few_ties(self) -> None:
        term = Term("few_ties", 100, 0.0, "ties", "HELPER_HAS_FEW_TIES")

        assert why([term], "en", FEWEST_TIES) == ()
        assert len(why([term], "en", FEWEST_TIES, reader=Reader.COORDINATOR)) == 1

    def test_has_a_sentence_for_each_hidden_reason(self) -> None:
        assert set(REASONS) >= QUIET | COORDINATORS_ONLY


class TestWhyNobody:
    def test_names_the_rule_that_took_the_last(self) -> None:
        need = a_need(skills=frozenset({"DRIVING"}), open_quarters=quarters(40, 4))
        offers = [an_offer(1), an_offer(2, skills=frozenset({"DRIVING"}), free_quarters=quarters(48, 8))]

        nobody = why_nobody(need, offers, TYPES)

        assert nobody.rule == "TIME"
        assert dict(nobody.survivors)["LANGUAGE"] == 1
        assert dict(nobody.survivors)["TIME"] == 0

    def test_without_any_offer_misses_the_type(self) -> None:
        nobody = why_nobody(a_need(), [], TYPES)

        assert (nobody.rule, nobody.changes) == ("SERVICE_TYPE", (ONE_MORE_OFFER,))
        assert say_nobody(nobody, "en") == (
            "Nobody offers this kind of help at present.",
            "If one more neighbour or organization offered this near here at these times, somebody could come.",
        )

    def test_proposes_the_fewest_hours(self) -> None:
        need = a_need(open_quarters=quarters(40, 4))
        offers = [an_offer(1, free_quarters=quarters(48, 8)), an_offer(2, free_quarters=quarters(24, 8))]

        nobody = why_nobody(need, offers, TYPES)

        # 48 is two hours after 40; 28 to 31, the last hour of the other, is three hours before.
        assert nobody.changes == (Change("TIME", 1, {"hours": 2}),)
        assert say_nobody(nobody, "en")[1] == "If the time could move by 2 hours, 1 could come."

    def test_proposes_a_wider_reach_in_whole_steps(self) -> None:
        need = a_need(place=a_place(100.0))

        nobody = why_nobody(need, [an_offer(1, reach_m=60.0), an_offer(2, reach_m=10.0)], TYPES)

        assert nobody.changes == (Change("REACH", 1, {"more_m": 100}),)

    def test_has_no_wider_reach_where_the_area_is_the_limit(self) -> None:
        assert why_nobody(a_need(), [an_offer(1, area_ids=frozenset({5}))], TYPES).changes == (ONE_MORE_OFFER,)

    def test_proposes_to_do_without_one_skill(self) -> None:
        need = a_need(skills=frozenset({"DRIVING", "LIFTING"}))
        offers = [an_offer(1, skills=frozenset({"LIFTING"})), an_offer(2)]

        assert why_nobody(need, offers, TYPES).changes == (Change("SKILLS", 1, {"what": "DRIVING"}),)

    @pytest.mark.parametrize(
        ("rule", "need", "offer"),
        [
            ("LOAD", {}, {"visits_left_by_week": (0, 0, 0, 0)}),
            ("LANGUAGE", {"languages": frozenset({"mn"})}, {}),
            ("FORM", {"forms_accepted": frozenset({"PUBLIC"})}, {}),
            (
                "SAME_BUILDING",
                {"nobody_from_building": True, "place": a_place(building="A")},
                {"place": a_place(building="A")},
            ),
            ("HELPER_SEX", {"helper_sex": "FEMALE"}, {"sex": "MALE"}),
            ("GUARDIAN_CONSENT", {}, {"age": 16}),
        ],
    )
    def test_proposes_to_lift_one_wish_or_limit(
        self, rule: str, need: dict[str, object], offer: dict[str, object]
    ) -> None:
        nobody = why_nobody(a_need(**need), [an_offer(1, **offer)], TYPES)

        assert nobody.rule == rule
        assert [(change.rule, change.offers) for change in nobody.changes] == [(rule, 1)]
        assert all(len(say_nobody(nobody, language)) == 2 for language in ("zh", "en"))

    def test_proposes_training_and_insurance(self) -> None:
        need = a_need(service_type="INJECTIONS", risk_class=2)
        columns = {"service_types": frozenset({"INJECTIONS"}), "licences": frozenset({"NURSE"})}
        untrained = an_offer(1, insured=True, **columns)
        uninsured = an_offer(2, trainings=frozenset({"HYGIENE"}), **columns)

        changes = why_nobody(need, [untrained, uninsured], TYPES).changes

        assert changes == (Change("INSURANCE", 1), Change("TRAINING", 1, {"what": "HYGIENE"}))

    @pytest.mark.parametrize(
        "need",
        [{"excluded_person_ids": frozenset({1})}, {"person_id": 1}, {"person_is_minor": True}],
    )
    def test_never_argues_away_a_block_or_a_clearance(self, need: dict[str, object]) -> None:
        assert why_nobody(a_need(**need), [an_offer(1)], TYPES).changes == (ONE_MORE_OFFER,)

    def test_says_so_where_the_plan_used_up_who_could_come(self) -> None:
        nobody = why_nobody(a_need(minutes=45), [an_offer(1), an_offer(2)], TYPES)

        assert nobody.rule == "ALL_TAKEN"
        assert say_nobody(nobody, "en") == (
            "Those who could come are taken this time, or not free at one hour; helpers are still looked for.",
            "2 offers suit and are looked at again next time.",
            "If one more neighbour or organization offered this near here at these times, somebody could come.",
        )

    def test_promises_no_minutes_where_the_cap_is_what_lacks(self) -> None:
        needs, offer = [a_need(1), a_need(2)], an_offer(11, visits_left_by_week=(1, 0, 0, 0))
        made = plan(needs, score(candidates(needs, [offer], TYPES), TYPES, knowledge_of(Town(people=(1,)))))
        ((need_id, _),) = made.unmet

        nobody = why_nobody(needs[need_id - 1], [offer], TYPES)

        assert nobody.changes == (Change("ALL_TAKEN", 1), ONE_MORE_OFFER)
        assert not any("minute" in told or "分钟" in told for lang in ("en", "zh") for told in say_nobody(nobody, lang))

    def test_says_that_more_are_looked_for_where_some_were_found(self) -> None:
        nobody = why_nobody(a_need(helpers_wanted=2), [an_offer(11)], TYPES, found=1)

        assert say_nobody(nobody, "en")[0] == "Some helpers were found; more helpers are still looked for."
        assert say_nobody(nobody, "zh")[0] == "已找到一部分帮手，还在继续找。"
        assert nobody.changes == (ONE_MORE_OFFER,)

    def test_says_that_a_team_was_not_whole(self) -> None:
        nobody = why_nobody(a_need(helpers_wanted=3, all_or_none=True), [an_offer(11)], TYPES)

        assert nobody.rule == "TEAM_NOT_WHOLE"
        assert nobody.changes == (Change("COME_IN_PART", 1), ONE_MORE_OFFER)
        assert all(len(say_nobody(nobody, language)) == 3 for language in ("zh", "en"))

    def test_sends_a_public_duty_to_the_public_service(self) -> None:
        types = {**TYPES, "SHOPPING": dataclasses.replace(TYPES["SHOPPING"], public_duty=True)}

        nobody = why_nobody(a_need(), [an_offer(1)], types)

        assert (nobody.rule, nobody.changes) == ("PUBLIC_DUTY", (PUBLIC_HELP,))

    @given(st.integers(0, 3), st.booleans(), st.integers(0, 400), st.integers(0, 60))
    def test_has_a_change_for_every_need(self, age: int, insured: bool, metres: int, free: int) -> None:
        need = a_need(place=a_place(float(metres)), risk_class=2, languages=frozenset({"mn"}))
        offer = an_offer(1, age=15 + age, insured=insured, reach_m=200.0, free_quarters=quarters(free, 8))

        assert why_nobody(need, [offer], TYPES).changes

    def test_lifts_the_limit_of_every_week_of_a_series(self) -> None:
        nobody = why_nobody(a_need(weeks=3), [an_offer(1, visits_left_by_week=(0, 0, 0, 0))], TYPES)

        assert say_nobody(nobody, "en")[1] == "If a helper took on one more visit a week, 1 could come."

    @given(st.integers(0, 80), st.integers(0, 80), st.integers(1, 2))
    def test_proposes_hours_that_are_enough_and_no_more(self, asked: int, free: int, weeks: int) -> None:
        every_week = sum(quarters(week * WEEK_QUARTERS + asked, 4) for week in range(4))
        need = a_need(open_quarters=every_week, weeks=weeks)
        offer = an_offer(1, free_quarters=sum(quarters(week * WEEK_QUARTERS + free, 4) for week in range(4)))
        if first_refusal(need, offer, TYPES) is None:
            return

        (change,) = why_nobody(need, [offer], TYPES).changes

        hours = change.params["hours"]
        assert (hours - 1) * 4 < abs(asked - free) <= hours * 4


class TestWhyNotMe:
    def test_tells_a_helper_what_they_can_do(self) -> None:
        told = why_not_me(a_need(place=a_place(500.0)), an_offer(1, reach_m=100.0), TYPES, "en")

        assert told == "It is further than you said you would go."

    @pytest.mark.parametrize(
        ("need", "offer"),
        [
            ({"excluded_person_ids": frozenset({1})}, {}),
            ({"helper_sex": "FEMALE"}, {"sex": "MALE"}),
            ({"nobody_from_building": True, "place": a_place(building="A")}, {"place": a_place(building="A")}),
            ({"excluded_person_ids": frozenset({1}), "skills": frozenset({"DRIVING"})}, {}),
        ],
    )
    def test_never_tells_of_blocks_and_wishes(self, need: dict[str, object], offer: dict[str, object]) -> None:
        told = why_not_me(a_need(**need), an_offer(1, **offer), TYPES, "en")

        assert told == "This need is being met in another way."

    def test_is_friendly_where_another_was_asked(self) -> None:
        assert why_not_me(a_need(), an_organization(), TYPES, "zh") == "这次请了另一位邻居，下次还会想到您。"

    def test_has_a_sentence_for_every_rule_and_language(self) -> None:
        offer = dataclasses.replace(an_offer(1), age=12, visits_left_by_week=(0, 0, 0, 0))

        assert why_not_me(a_need(), offer, TYPES, "en") == "Your guardian's consent is still missing."
