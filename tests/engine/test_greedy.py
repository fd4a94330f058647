"""The plan at once: lawful, close to the best, and never above its bound."""

import numpy as np

from matchmaker.engine.assignment import plan
from matchmaker.engine.choices import choices_of
from matchmaker.engine.greedy import greedy_plan, plan_again, quick_bound
from tests.engine.cases import a_need, an_offer, quarters
from tests.engine.test_assignment import HOUR, MONDAY_NINE, pairs_of, worth
from tests.engine.test_timing import a_problem


class TestGreedyPlan:
    def test_takes_the_best_pair_first_even_where_the_whole_is_worse(self) -> None:
        first, second = a_need(1, open_quarters=HOUR), a_need(2, open_quarters=HOUR)
        anna, bolat = an_offer(11), an_offer(12)
        scored = [worth(first, anna, 90), worth(first, bolat, 80), worth(second, anna, 70)]

        made = greedy_plan([first, second], scored)

        assert pairs_of(made) == {(1, 11)}
        assert (made.total_score, made.bound, made.unmet, made.status) == (90, 160, ((2, 1),), "PARTIAL")

    def test_begins_at_the_first_free_quarter(self) -> None:
        need = a_need(1)

        made = greedy_plan([need], [worth(need, an_offer(11, free_quarters=quarters(30, 8)), 50)])

        assert [one.key for one in made.chosen] == [(1, 11, 30)]

    def test_looks_further_only_where_the_nearer_left_a_helper_wanting(self) -> None:
        met, unmet = a_need(1, open_quarters=HOUR), a_need(2, open_quarters=HOUR)
        near, far = an_offer(11), an_offer(12)

        made = greedy_plan([met, unmet], [worth(met, near, 10)], [worth(met, far, 90), worth(unmet, far, 80)])

        assert pairs_of(made) == {(1, 11), (2, 12)}

    def test_is_the_same_for_any_order_of_its_input(self) -> None:
        needs, scored = a_problem(np.random.default_rng(3), all_day=False)

        assert greedy_plan(needs, scored) == greedy_plan(needs[::-1], scored[::-1])

    def test_is_never_above_its_bound_nor_is_the_exact_plan(self) -> None:
        rng = np.random.default_rng(7)
        for _ in range(30):
            needs, scored = a_problem(rng, all_day=False)

            quick, exact = greedy_plan(needs, scored), plan(needs, scored)

            assert max(quick.total_score, exact.total_score) <= exact.bound <= quick.bound

    def test_leaves_a_need_alone_for_which_nobody_came(self) -> None:
        made = greedy_plan([a_need(1)], [])

        assert (made.chosen, made.unmet, made.total_score, made.bound, made.gap) == ((), ((1, 1),), 0, 0, 0.0)


class TestPlanAgain:
    def test_makes_the_choices_of_an_earlier_plan(self) -> None:
        needs, scored = a_problem(np.random.default_rng(5), all_day=False)
        earlier = plan(needs, scored)

        again = plan_again(needs, choices_of(scored), [one.key for one in earlier.chosen])

        assert (again.chosen, again.total_score) == (earlier.chosen, earlier.total_score)

    def test_leaves_out_what_can_no_longer_be(self) -> None:
        need = a_need(1, open_quarters=HOUR)
        scored = [worth(need, an_offer(11), 50)]

        made = plan_again(
            [need], choices_of(scored), [(1, 11, MONDAY_NINE + 40), (1, 99, MONDAY_NINE), (2, 11, MONDAY_NINE)]
        )

        assert made.chosen == ()


class TestQuickBound:
    def test_counts_the_best_helpers_of_each_need_once(self) -> None:
        need = a_need(1, helpers_wanted=2, open_quarters=HOUR)
        twice = [an_offer(11, person_id=7), an_offer(12, person_id=7)]
        scored = [worth(need, twice[0], 90), worth(need, twice[1], 80), worth(need, an_offer(13), 30)]

        assert quick_bound([need], choices_of(scored)) == 90 + 30
