"""Forecasts of ratings: from the prior first, from models that do better later, never from the future."""

import math

import numpy as np
import pytest
from scipy.stats import rankdata

from matchmaker.engine import reliance as module
from matchmaker.engine.boosting import Shape
from matchmaker.engine.reliance import ENOUGH_RATINGS, Forecast, Reliance
from tests.engine.streams import Event, best_chance, stream


def told(events: list[Event], reliance: Reliance | None = None) -> list[Forecast]:
    reliance = reliance or Reliance()
    found = []
    for event in events:
        found.append(reliance.forecast(event.rater, event.rated, event.at_s))
        reliance.take(event.rater, event.rated, event.rating, event.at_s)
    return found


def auc(value: np.ndarray, good: np.ndarray) -> float:
    many = good.sum()
    return float((rankdata(value)[good].sum() - many * (many + 1) / 2) / (many * (~good).sum()))


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not asked how well it learns."""
    for name in ("CHANCE", "RATING"):
        monkeypatch.setattr(module, name, Shape(trees=15, depth=3))


class TestReliance:
    def test_begins_with_the_documented_prior(self) -> None:
        found = told(stream(events=1, people=40, seed=1))

        assert found[0] == Forecast(pytest.approx(0.8), 0.0, 0, learned=False)

    def test_has_no_trees_before_there_is_enough_to_grow_them_from(self) -> None:
        reliance = Reliance()

        told(stream(events=ENOUGH_RATINGS - 1, people=40, seed=1), reliance)

        assert reliance.model is None
        assert reliance.refits == 0

    def test_expects_less_of_whom_others_found_worse(self) -> None:
        reliance = Reliance()
        for at in range(6):
            reliance.take(1, 2, 1.0, 2.0 * at)
            reliance.take(1, 3, -1.0, 2.0 * at + 1.0)

        well, unknown, badly = (reliance.forecast(4, rated, 20.0) for rated in (2, 5, 3))

        assert badly.chance < unknown.chance < well.chance
        assert badly.rating < unknown.rating < well.rating
        assert (well.evidence, unknown.evidence) == (6, 0)

    def test_learns_a_stream_of_another_shape(self) -> None:
        events = stream(events=2_500, people=150, seed=3)
        good = np.array([event.rating > 0 for event in events])[1_500:]
        prior, seen = [], {}
        for event in events:
            well, count = seen.get(event.rated, (0, 0))
            prior.append((4 + well) / (5 + count))
            seen[event.rated] = (well + (event.rating > 0), count + 1)

        found = np.array([one.chance for one in told(events)])[1_500:]

        best = auc(best_chance(events, people=150, seed=3)[1_500:], good)
        print(f"\nforecast {auc(found, good):.3f}, prior {auc(np.array(prior)[1_500:], good):.3f}, best {best:.3f}")
        assert auc(found, good) > auc(np.array(prior)[1_500:], good) + 0.08
        assert auc(found, good) > best - 0.05
        place = np.minimum((10 * found).astype(int), 9)
        assert np.abs(np.bincount(place, good - found, 10)).sum() / len(good) < 0.05

    @pytest.mark.usefixtures("few_trees")
    @pytest.mark.parametrize("nothing_to_learn", [True, False])
    def test_loses_hardly_more_than_the_prior_whatever_comes(self, nothing_to_learn: bool) -> None:
        """Of the log loss of all forecasts together at most ln 3 and the ln of their number, which is proved."""
        rng = np.random.default_rng(5)
        events = [
            Event(int(u), int(v), 1.0 if rng.random() < 0.8 else -1.0, float(at))
            for at, (u, v) in enumerate(rng.integers(4_000, size=(1_300, 2)))
        ]
        if not nothing_to_learn:
            events = stream(events=1_300, people=60, seed=2)
        reliance = Reliance()

        found = told(events, reliance)

        lost = spared = 0.0
        known: dict[int, tuple[int, int]] = {}
        for event, one in zip(events, found, strict=True):
            well, count = known.get(event.rated, (0, 0))
            prior, good = (4 + well) / (5 + count), event.rating > 0
            lost -= math.log(one.chance if good else 1 - one.chance)
            spared -= math.log(prior if good else 1 - prior)
            known[event.rated] = (well + good, count + 1)
        assert reliance.refits >= 2
        assert lost <= spared + math.log(3) + math.log(len(events) + 1)
        assert found[-1].learned is not nothing_to_learn

    @pytest.mark.usefixtures("few_trees")
    def test_does_not_see_the_future(self) -> None:
        events = stream(events=900, people=60, seed=2)
        turned = [Event(e.rater, e.rated, -e.rating, e.at_s) for e in events[700:]]

        assert told(events)[:701] == told(events[:700] + turned)[:701]

    @pytest.mark.usefixtures("few_trees")
    def test_is_not_changed_by_being_asked(self) -> None:
        events = stream(events=600, people=60, seed=2)
        asking = Reliance()
        for event in events:
            asking.forecast(event.rated, event.rater, event.at_s)
            asking.forecast(event.rater, event.rated, event.at_s)
            asking.take(event.rater, event.rated, event.rating, event.at_s)
        quiet = Reliance()
        for event in events:
            quiet.take(event.rater, event.rated, event.rating, event.at_s)

        then = events[-1].at_s + 60.0
        assert [asking.forecast(u, 7, then) for u in range(30)] == [quiet.forecast(u, 7, then) for u in range(30)]

    @pytest.mark.usefixtures("few_trees")
    def test_remembers_a_bounded_past(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "REMEMBERED_ROWS", 500)
        reliance = Reliance()

        told(stream(events=1_000, people=60, seed=2), reliance)

        assert reliance.refits == 2
        assert reliance._rows.shape[0] == 500  # the bound itself is what is tested

    def test_refuses_a_rating_off_the_scale(self) -> None:
        reliance = Reliance()

        with pytest.raises(ValueError, match="between -1 and 1"):
            reliance.take(1, 2, 7.0, 0.0)
        assert reliance.forecast(3, 2, 0.0).evidence == 0

    @pytest.mark.parametrize("rating", [1.0, -1.0])
    def test_of_a_stream_of_one_kind_stays_with_the_prior(self, rating: float) -> None:
        events = [Event(at % 7, 7 + at % 5, rating, float(at)) for at in range(1_000)]
        reliance = Reliance()

        found = told(events, reliance)

        assert reliance.refits == 0
        assert abs(found[-1].chance - (rating > 0)) < 0.02
