"""Better hours: what the search gains, what it never breaks, and how much the best plan is still ahead."""

import numpy as np
import pytest

from matchmaker.engine import assignment
from matchmaker.engine.assignment import plan
from matchmaker.engine.booking import Bookings
from matchmaker.engine.choices import choices_of
from matchmaker.engine.eligibility import candidate, candidates
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored
from matchmaker.engine.timing import improve
from tests.engine.cases import TYPES, a_need, an_offer, quarters
from tests.engine.exact import best_value

NINE, DAY = 36, quarters(36, 32)
CASES = 60


def worth(need: NeedFacts, offer: OfferFacts, total: int) -> Scored:
    return Scored(candidate(need, offer), (), total, 100, "test")


def a_problem(rng: np.random.Generator, *, all_day: bool) -> tuple[list[NeedFacts], list[Scored]]:
    """Four to eight needs of an hour, two to four helpers with some hours and a cap, within one day."""
    needs = [
        a_need(
            number,
            open_quarters=DAY if all_day else quarters(NINE + 4 * int(rng.integers(6)), int(rng.integers(4, 14))),
            helpers_wanted=int(rng.choice([1, 1, 1, 1, 1, 2])),
            urgency=int(rng.choice([0, 0, 0, 0, 1, 2])),
        )
        for number in range(1, int(rng.integers(5, 10)))
    ]
    offers = []
    for number in range(int(rng.integers(2, 5))):
        cap = (int(rng.integers(2, 5)),) * 4
        free = quarters(NINE + 4 * int(rng.integers(5)), int(rng.integers(12, 33))) & DAY
        offers.append(
            an_offer(20 + number, free_quarters=free, person_visits_left_by_week=cap, visits_left_by_week=cap)
        )
    found = candidates(needs, offers, TYPES)
    return needs, [Scored(one, (), int(rng.integers(11_000, 17_000)), 100, "test") for one in found]


class TestImprove:
    def test_moves_a_need_to_the_hour_at_which_the_better_helper_is_free(self) -> None:
        needs = [a_need(number, open_quarters=DAY) for number in (1, 2)]
        anna, bolat = an_offer(11), an_offer(12)

        made = plan(needs, [worth(n, anna, 16_000) for n in needs] + [worth(n, bolat, 11_000) for n in needs])

        assert made.total_score == 32_000
        assert {one.scored.candidate.offer.offer_id for one in made.chosen} == {11}

    def test_makes_room_by_moving_another_need(self) -> None:
        flexible, fixed = a_need(1, open_quarters=quarters(NINE, 8)), a_need(2, open_quarters=quarters(NINE, 4))
        anna = an_offer(11)
        bookings = Bookings([flexible, fixed])
        scored = [worth(flexible, anna, 90), worth(fixed, anna, 50)]
        assert bookings.take(scored[0], NINE)

        improve(bookings, choices_of(scored), np.arange(len(scored)))

        assert [one.key for one in bookings.chosen()] == [(1, 11, NINE + 4), (2, 11, NINE)]

    @pytest.mark.parametrize(("unwilling", "stays"), [((), False), ((2,), False), ((1,), True)])
    def test_takes_no_helper_from_who_is_unwilling_for_somebody_worth_more(
        self, unwilling: tuple[int, ...], stays: bool
    ) -> None:
        one, other = (a_need(number, open_quarters=quarters(NINE, 4)) for number in (1, 2))
        anna = an_offer(11)
        bookings = Bookings([one, other])
        scored = [worth(one, anna, 50), worth(other, anna, 90)]
        assert bookings.take(scored[0], NINE)

        improve(bookings, choices_of(scored), np.arange(2), unwilling=unwilling)

        assert [chosen.key for chosen in bookings.chosen()] == [(1, 11, NINE) if stays else (2, 11, NINE)]

    @pytest.mark.parametrize(("unwilling", "stays"), [((), False), ((3,), False), ((1,), True), ((2,), True)])
    def test_takes_none_from_them_for_a_need_that_two_make_room_for(
        self, unwilling: tuple[int, ...], stays: bool
    ) -> None:
        """Two hours of anna's for one need of two: three needs are put in anew together."""
        hours = [a_need(number, open_quarters=quarters(NINE + 4 * (number - 1), 4)) for number in (1, 2)]
        long = a_need(3, open_quarters=quarters(NINE, 8), minutes=120)
        anna = an_offer(11)
        bookings = Bookings([*hours, long])
        scored = [worth(hours[0], anna, 50), worth(hours[1], anna, 50), worth(long, anna, 120)]
        assert bookings.take(scored[0], NINE)
        assert bookings.take(scored[1], NINE + 4)

        improve(bookings, choices_of(scored), np.arange(3), unwilling=unwilling)

        before = [(1, 11, NINE), (2, 11, NINE + 4)]
        assert [chosen.key for chosen in bookings.chosen()] == (before if stays else [(3, 11, NINE)])

    def test_leaves_a_need_alone_that_holds_a_choice_from_elsewhere(self) -> None:
        need = a_need(1)
        near, far = worth(need, an_offer(11), 50), worth(need, an_offer(12), 90)
        bookings = Bookings([need])
        assert bookings.take(near, NINE)

        improve(bookings, choices_of([far]), np.arange(1))

        assert [one.key for one in bookings.chosen()] == [(1, 11, NINE)]

    def test_puts_back_what_it_took_out(self) -> None:
        need = a_need(1, helpers_wanted=2)
        bookings = Bookings([need])
        listed = [worth(need, an_offer(number), 50) for number in (11, 12)]
        assert all(bookings.take(one, NINE) for one in listed)
        before = bookings.chosen()

        released = bookings.release(1)

        assert (bookings.chosen(), bookings.missing) == ((), {1: 2})
        assert all(bookings.take(one.scored, one.start) for one in released)
        assert (bookings.chosen(), bookings.missing) == (before, {1: 0})


class TestLoss:
    @pytest.mark.parametrize("all_day", [True, False], ids=["all day", "some hours"])
    def test_against_the_best_plan_at_any_hours_is_below_one_per_cent(
        self, all_day: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rng = np.random.default_rng(1)
        problems = [a_problem(rng, all_day=all_day) for _ in range(CASES)]
        best = np.asarray([best_value(*problem) for problem in problems], dtype=float)
        moved = np.asarray([plan(*problem).total_score for problem in problems])
        monkeypatch.setattr(assignment, "improve", lambda *_: None)
        guessed = np.asarray([plan(*problem).total_score for problem in problems])

        lost = 1 - moved[best > 0] / best[best > 0]
        lost_before = 1 - guessed[best > 0] / best[best > 0]
        print(f"{lost.mean():.2%} lost on average, {lost.max():.1%} at most; {lost_before.mean():.2%} without moves")

        assert np.all(moved <= best)
        assert np.all(moved >= guessed)
        assert lost.mean() < 0.01
        assert lost_before.mean() > 2 * lost.mean()


class TestFullestStarts:
    def test_are_the_earliest_of_those_at_which_most_could_begin(self) -> None:
        needs = [a_need(1, minutes=15), a_need(2, minutes=15)]
        hours = [quarters(3, 9), quarters(5, 4), quarters(6, 1) | quarters(2000, 1)]
        offers = [an_offer(11 + at, free_quarters=free) for at, free in enumerate(hours)]
        choices = choices_of([worth(needs[0], offer, 50) for offer in offers] + [worth(needs[1], offers[2], 50)])

        assert choices.fullest_starts(np.arange(4), choices.words).tolist() == [6, 6]
        assert choices.fullest_starts(np.arange(3), choices.words).tolist() == [6, -1]
