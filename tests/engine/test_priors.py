"""What is expected before anybody spoke: the documented prior, until a town's own outcomes clearly know better."""

import numpy as np
import pytest

from matchmaker.engine.priors import DOCUMENTED, ENOUGH_OUTCOMES, SETTLED_DAYS, prior_for
from matchmaker.engine.problem import OutcomeFacts


def outcomes_of(*, share: float, count: int, seed: int, helpers: int = 40) -> list[OutcomeFacts]:
    """So many outcomes, one a day, of helpers who are all alike."""
    rng = np.random.default_rng(seed)
    return [
        OutcomeFacts(
            int(rng.integers(helpers)), 1_000 + int(rng.integers(60)), float(rng.random() < share), SETTLED_DAYS + day
        )
        for day in range(count)
    ]


class TestPriorFor:
    def test_is_the_documented_one_where_few_spoke(self) -> None:
        assert prior_for([]) is DOCUMENTED
        assert prior_for(outcomes_of(share=0.5, count=ENOUGH_OUTCOMES - 1, seed=1)) is DOCUMENTED

    def test_is_the_documented_one_where_all_were_content(self) -> None:
        assert prior_for(outcomes_of(share=1.0, count=600, seed=1)) is DOCUMENTED

    def test_is_fitted_where_the_town_is_clearly_another(self) -> None:
        prior = prior_for(outcomes_of(share=0.4, count=600, seed=1, helpers=400))

        assert prior.value == pytest.approx(0.4, abs=0.06)
        assert prior.outcomes == 600

    def test_holds_firmly_to_the_mean_where_helpers_are_alike(self) -> None:
        prior = prior_for(outcomes_of(share=0.5, count=900, seed=2))

        assert prior.good + prior.bad == 20.0

    @pytest.mark.parametrize("seed", range(5))
    def test_stays_where_the_town_is_as_was_assumed(self, seed: int) -> None:
        prior = prior_for(outcomes_of(share=0.8, count=400, seed=seed))

        assert prior.value == pytest.approx(0.8, abs=0.06)

    def test_is_not_moved_by_what_is_said_today(self) -> None:
        settled = outcomes_of(share=0.5, count=400, seed=3)
        today = [OutcomeFacts(helper, 100, 0.0, age_days=SETTLED_DAYS - 1.0) for helper in range(40)]

        assert prior_for(settled + today) == prior_for(settled)

    def test_is_the_same_for_any_order_of_the_rows(self) -> None:
        settled = outcomes_of(share=0.5, count=400, seed=3)

        assert prior_for(settled[::-1]) == prior_for(settled)
