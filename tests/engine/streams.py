"""A stream of ratings made from a seed, nothing like a market: neighbours who meet the same few people again."""

from dataclasses import dataclass

import numpy as np

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Event:
    rater: int
    rated: int
    rating: float
    at_s: float


def stream(*, events: int, people: int, seed: int) -> list[Event]:
    """A third of all meet badly; who is careless, who is hard to please, and who lives with whom decides.

    Everybody keeps meeting the ten who live near, any number of times, at any time of the day; ratings are any number
    of a scale. A seventh of the people are careless, a sixth hard to please, and everybody is pleased by one circle of
    theirs more than by others.
    """
    rng = np.random.default_rng(seed)
    careless = rng.random(people) < 1 / 7
    strict = rng.random(people) < 1 / 6
    circle = rng.integers(3, size=people)
    found = []
    at_s = 0.0
    for _ in range(events):
        at_s += float(rng.exponential(DAY_S / 40))
        rater = int(rng.integers(people))
        rated = (rater + int(rng.integers(1, 11))) % people
        liking = 1.2 - 2.4 * careless[rated] - 1.6 * strict[rater] + 0.5 * (circle[rater] == circle[rated])
        found.append(Event(rater, rated, float(np.tanh(liking + rng.normal(0.0, 0.7))), at_s))
    return found


def best_chance(events: list[Event], *, people: int, seed: int) -> np.ndarray:
    """The liking behind each event, which no counter can know better than."""
    rng = np.random.default_rng(seed)
    careless = rng.random(people) < 1 / 7
    strict = rng.random(people) < 1 / 6
    circle = rng.integers(3, size=people)
    return np.array(
        [
            1.2 - 2.4 * careless[e.rated] - 1.6 * strict[e.rater] + 0.5 * (circle[e.rater] == circle[e.rated])
            for e in events
        ]
    )
