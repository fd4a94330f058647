"""The plan of a round with pins, teams and floors at once: by hand, and against what each must never break."""

from collections import Counter
from dataclasses import replace

import numpy as np

from matchmaker.engine.assignment import plan_from
from matchmaker.engine.choices import choices_of
from matchmaker.engine.teams import team_plan
from matchmaker.engine.wishes import (
    NO_GROUP,
    NO_OFFER,
    NOT_LOOKED_FOR,
    TAKEN,
    TEAM_NOT_WHOLE,
    RefusedPin,
    fairness_of,
    fallen_pins,
    groups_by_grid,
    pins_as_keys,
    wished_plan,
)
from tests.engine.cases import TYPES, a_need, a_place, an_offer, quarters
from tests.engine.test_assignment import HOUR, MONDAY_NINE, pairs_of, worth
from tests.engine.test_plan_optimum import a_problem


class TestPinsAsKeys:
    def test_take_the_hour_at_which_most_could_come(self) -> None:
        need = a_need(open_quarters=quarters(MONDAY_NINE, 8))
        late = quarters(MONDAY_NINE + 4, 4)
        offers = [an_offer(11), an_offer(12, free_quarters=late), an_offer(13, free_quarters=late)]
        choices = choices_of([worth(need, offer, 10) for offer in offers])

        assert pins_as_keys([need], offers, TYPES, choices, [(1, 11)]) == (((1, 11, MONDAY_NINE + 4),), ())

    def test_name_the_rule_of_a_pair_that_may_not_meet(self) -> None:
        need, offer = a_need(place=a_place(500.0)), an_offer(11, reach_m=100.0)

        keys, refused = pins_as_keys([need], [offer], TYPES, choices_of([]), [(1, 11)])

        assert (keys, refused) == ((), (RefusedPin(1, 11, "REACH"),))

    def test_say_what_else_is_in_the_way(self) -> None:
        needs = [a_need(1, open_quarters=HOUR), a_need(2, open_quarters=HOUR)]
        offers = [an_offer(11)]
        choices = choices_of([worth(need, offers[0], 10) for need in needs])

        keys, refused = pins_as_keys(needs, offers, TYPES, choices, [(1, 11), (2, 11), (2, 12), (3, 11)])

        assert [key[:2] for key in keys] == [(1, 11)]
        assert refused == (RefusedPin(2, 11, TAKEN), RefusedPin(2, 12, NO_OFFER), RefusedPin(3, 11, NOT_LOOKED_FOR))


class TestWishedPlan:
    def test_keeps_pins_that_cost_value(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in (1, 2)]
        offers = [an_offer(11), an_offer(12)]
        worths = {(1, 11): 90, (1, 12): 10, (2, 11): 50, (2, 12): 90}
        scored = [worth(needs[n - 1], offers[o - 11], points) for (n, o), points in worths.items()]
        pins, _ = pins_as_keys(needs, offers, TYPES, choices_of(scored), [(1, 12)])

        made = wished_plan(needs, choices_of(scored), groups_by_grid(needs), pins=pins)

        assert pairs_of(made.plan) == {(1, 12), (2, 11)}
        assert (made.plan.total_score, made.plan.bound) == (60, 180)

    def test_holds_floors_beside_pins(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in range(1, 5)]
        offers = [an_offer(number) for number in (11, 12)]
        scored = [worth(need, offer, 90) for need in needs[:2] for offer in offers]
        scored += [worth(need, offers[0], 60) for need in needs[2:]]
        group_of = {1: 0, 2: 0, 3: 1, 4: 1}
        pins, _ = pins_as_keys(needs, offers, TYPES, choices_of(scored), [(2, 12)])

        made = wished_plan(needs, choices_of(scored), group_of, pins=pins)
        told = fairness_of(made.plan, made.freely, needs, group_of)

        assert (2, 12) in pairs_of(made.plan)
        assert told is not None
        assert (told.worst_freely, told.worst, told.worst_group) == (0.0, 0.5, 0)
        assert (round(told.floor_share, 6), round(told.price, 6)) == (0.49, round(30 / 180, 6))

    def test_gives_up_a_team_that_is_not_whole_and_its_pin(self) -> None:
        lift = a_need(1, open_quarters=HOUR, helpers_wanted=3, all_or_none=True)
        visit = a_need(2, open_quarters=HOUR)
        scored = [worth(lift, an_offer(offer), 90) for offer in (11, 12)] + [worth(visit, an_offer(11), 20)]
        choices = choices_of(scored)
        pins, _ = pins_as_keys([lift, visit], [an_offer(11), an_offer(12)], TYPES, choices, [(1, 11)])

        made = wished_plan([lift, visit], choices, {1: 0, 2: 0}, pins=pins)

        assert (pairs_of(made.plan), made.given_up) == ({(2, 11)}, {1})
        assert fallen_pins(pins, made.plan) == (RefusedPin(1, 11, TEAM_NOT_WHOLE),)

    def test_is_the_plan_as_it_was_where_nothing_is_wished(self) -> None:
        rng = np.random.default_rng(3)
        for _ in range(40):
            needs, scored = a_problem(rng)
            if scored:
                made = wished_plan(needs, choices_of(scored), dict.fromkeys((need.need_id for need in needs), 0))
                assert made.plan == plan_from(needs, choices_of(scored))

    def test_never_has_a_team_in_part_nor_loses_a_pin(self) -> None:
        rng, tried = np.random.default_rng(8), 0
        while tried < 60:
            plain, scored = a_problem(rng)
            if not scored:
                continue
            tried += 1
            needs = [replace(need, all_or_none=need.helpers_wanted > 1) for need in plain]
            offers = list({one.candidate.offer.offer_id: one.candidate.offer for one in scored}.values())
            choices, group_of = choices_of(scored), {need.need_id: need.need_id % 3 for need in needs}
            one = scored[int(rng.integers(len(scored)))].candidate
            pins, _ = pins_as_keys(needs, offers, TYPES, choices, [(one.need.need_id, one.offer.offer_id)])

            made = wished_plan(needs, choices, group_of, seed=tried, pins=pins)

            found = Counter(need_id for need_id, _, _ in (choice.key for choice in made.plan.chosen))
            assert all(found[need.need_id] in (0, need.helpers_wanted) for need in needs if need.all_or_none)
            lost = [pin for pin in pins if pin[:2] not in pairs_of(made.plan)]
            assert {pin[0] for pin in lost} <= made.given_up
            assert made.plan.total_score <= team_plan(needs, choices, ()).bound


class TestFairnessOf:
    def test_puts_needs_without_a_grid_into_one_group(self) -> None:
        assert groups_by_grid([a_need(1, place=a_place(grid_id=5)), a_need(2)]) == {1: 5, 2: NO_GROUP}

    def test_says_nothing_where_nobody_is_wanted(self) -> None:
        nothing = plan_from([], choices_of([]))

        assert fairness_of(nothing, nothing, [], {}) is None
