"""Running counters of who found whom how: each event changes a bounded number of them, however large the town is.

Ratings run from -1 (badly) to 1 (well), times are seconds. Nothing here looks ahead: a row about a pair is made of
what was taken in before. All columns are for the laboratory; the model card says which the service may use.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

REMEMBERED: Final = 24
"""Partners of each side that a person's record keeps, the latest ones: what bounds the work of an event."""
PRIOR_WEIGHT: Final = 3.0
"""A mean is shrunken towards everybody's by so many ratings."""
FRESHNESS: Final = 0.25
"""What part of a running mean the newest rating makes up."""
WINDOWS_S: Final = (60.0, 21_600.0, 86_400.0, 1_209_600.0)
"""A minute, six hours, a day, a fortnight: how fast the counts of recent ratings fade."""
LEAST_SPREAD: Final = 0.01
"""Where all ratings are alike, a hundredth of the scale is a step."""
UNKNOWN: Final = math.nan


@dataclass(slots=True)
class Side:
    """What one person gave, or what one person was given."""

    count: int = 0
    total: float = 0.0
    bad: int = 0
    last: float = UNKNOWN
    last_at_s: float = UNKNOWN
    last_bad_at_s: float = UNKNOWN
    lately: float = UNKNOWN
    bad_lately: float = 0.0
    surprise: float = 0.0
    """Sum of the differences from what the other side's mean promised, and of their sizes."""
    distance: float = 0.0
    run: int = 0
    """How often in a row the same rating came."""
    recent: list[float] = field(default_factory=lambda: [0.0] * len(WINDOWS_S))
    recent_bad: list[float] = field(default_factory=lambda: [0.0] * len(WINDOWS_S))
    partners: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def mean(self, usual: float) -> float:
        return (self.total + PRIOR_WEIGHT * usual) / (self.count + PRIOR_WEIGHT)

    def take(self, rating: float, at_s: float, promised: float) -> None:
        bad = rating <= 0.0
        since = at_s - self.last_at_s if self.count else math.inf
        for place, length in enumerate(WINDOWS_S):
            left = math.exp(-since / length)
            self.recent[place] = self.recent[place] * left + 1.0
            self.recent_bad[place] = self.recent_bad[place] * left + bad
        self.run = self.run + 1 if rating == self.last else 1
        self.lately = self.lately + FRESHNESS * (rating - self.lately) if self.count else rating
        self.bad_lately += FRESHNESS * (bad - self.bad_lately)
        self.surprise += rating - promised
        self.distance += abs(rating - promised)
        self.count += 1
        self.total += rating
        self.bad += bad
        self.last, self.last_at_s = rating, at_s
        if bad:
            self.last_bad_at_s = at_s


@dataclass(slots=True)
class Record:
    """One person: both sides, how their words about newcomers went, and their raters' own standing."""

    since_s: float
    given: Side = field(default_factory=Side)
    received: Side = field(default_factory=Side)
    heard: float = 0.0
    """Sum of ratings received, each times its rater's standing then, and the sum of those."""
    heard_weight: float = 0.0
    newcomers: int = 0
    bad_newcomers: int = 0


SIDE_COLUMNS: Final = (
    *(
        "mean",
        "bad_share",
        "log_count",
        "last",
        "log_since",
        "lately",
        "bad_lately",
        "log_since_bad",
        "surprise",
        "run",
    ),
    *(f"{what}_{name}" for name in ("minute", "six_hours", "day", "fortnight") for what in ("recent", "recent_bad")),
)
COLUMNS: Final = (
    *(f"{who}_{column}" for who in ("rater_given", "rated_received") for column in SIDE_COLUMNS),
    *(f"{who}_{column}" for who in ("rater_received", "rated_given") for column in SIDE_COLUMNS),
    *("rater_log_age", "rated_log_age", "rater_distance", "rater_heard", "rated_heard", "means_joined"),
    *("newcomers", "newcomers_bad_share", "reverse", "reverse_log_since", "before", "before_log_since"),
    *("shared", "shared_trusted", "shared_trusting", "alike_count", "alike", "shared_worst"),
    *("raters_standing", "raters_surprise", "raters_bad", "raters_bad_standing"),
    *("rated_ones_mean", "rated_ones_surprise", "rated_ones_bad"),
    *("town_bad_lately", "town_newcomers_bad_lately", "town_newcomers_bad_now", "town_recent", "town_recent_bad"),
)
"""The names of a row's numbers, in their order."""


class Evidence:
    """All counters of one town. `row` reads them, `take` adds one rating; both cost the same in a city of any size.

    Examples
    --------
    >>> evidence = Evidence()
    >>> evidence.take(1, 2, 0.5, at_s=0.0)
    >>> dict(zip(COLUMNS, evidence.row(3, 2, at_s=60.0)))["rated_received_last"]
    0.5
    """

    def __init__(self) -> None:
        self.people: dict[int, Record] = {}
        self.ratings: dict[tuple[int, int], tuple[float, float]] = {}
        self.town = Side()
        self.squares = 0.0
        self.bad_lately = 0.0
        self.newcomers_bad_lately = 0.0
        self.newcomers_bad_now = 0.0

    def usual(self) -> float:
        """The town's mean rating, 0 before there is any."""
        return self.town.total / (self.town.count + 1.0)

    def spread(self) -> float:
        """The standard deviation of the town's ratings, 1/2 before there is any."""
        variance = (self.squares + 0.25) / (self.town.count + 1.0) - self.usual() ** 2
        return math.sqrt(max(LEAST_SPREAD**2, variance))

    def usual_bad(self) -> float:
        """The share of bad ratings in the town; a fifth of five imagined ones is bad."""
        return (self.town.bad + 1.0) / (self.town.count + 5.0)

    def row(self, rater: int, rated: int, at_s: float) -> list[float]:
        """What is known before this rating is given, as the numbers of `COLUMNS`; NaN where nothing is known."""
        u = self.people.get(rater) or Record(at_s)
        v = self.people.get(rated) or Record(at_s)
        row: list[float] = []
        for side in (u.given, v.received, u.received, v.given):
            row += self._of_side(side, at_s)
        row += self._of_people(u, v, at_s)
        row += self._of_pair(rater, rated, at_s)
        row += self._of_friends(rater, rated, u, v)
        row += self._of_raters(rated, v)
        row += self._of_rated_ones(rater, u)
        row += self._of_town(at_s)
        return row

    def take(self, rater: int, rated: int, rating: float, at_s: float) -> None:
        """Add one rating, -1..1, given at a time no earlier than those before."""
        u = self.people.setdefault(rater, Record(at_s))
        v = self.people.setdefault(rated, Record(at_s))
        usual, bad = self.usual(), rating <= 0.0
        self._take_of_newcomer(u, v, bad)
        promised, expected = v.received.mean(usual), u.given.mean(usual)
        standing = max(0.05, u.received.mean(usual) + 0.1)
        v.heard += standing * rating
        v.heard_weight += standing
        u.given.take(rating, at_s, promised)
        v.received.take(rating, at_s, expected)
        if (rater, rated) not in self.ratings:
            u.given.partners.append(rated)
            v.received.partners.append(rater)
        self.ratings[rater, rated] = (rating, at_s)
        self.town.take(rating, at_s, usual)
        self.squares += rating**2
        self.bad_lately += 0.01 * (bad - self.bad_lately)

    def _take_of_newcomer(self, u: Record, v: Record, bad: bool) -> None:
        if v.received.count:
            return
        u.newcomers += 1
        u.bad_newcomers += bad
        self.newcomers_bad_lately += 0.02 * (bad - self.newcomers_bad_lately)
        self.newcomers_bad_now += 0.2 * (bad - self.newcomers_bad_now)

    def _of_side(self, side: Side, at_s: float) -> list[float]:
        known = side.count + PRIOR_WEIGHT
        since = at_s - side.last_at_s if side.count else math.inf
        row = [
            side.mean(self.usual()),
            (side.bad + PRIOR_WEIGHT * self.usual_bad()) / known,
            math.log1p(side.count),
            side.last,
            _log_since(at_s, side.last_at_s),
            side.lately,
            side.bad_lately,
            _log_since(at_s, side.last_bad_at_s),
            side.surprise / known,
            float(side.run),
        ]
        for place, length in enumerate(WINDOWS_S):
            left = math.exp(-since / length)
            row += (side.recent[place] * left, side.recent_bad[place] * left)
        return row

    def _of_people(self, u: Record, v: Record, at_s: float) -> Iterator[float]:
        usual = self.usual()
        yield _log_since(at_s, u.since_s)
        yield _log_since(at_s, v.since_s)
        yield u.given.distance / (u.given.count + PRIOR_WEIGHT)
        yield (u.heard + usual) / (u.heard_weight + 1.0)
        yield (v.heard + usual) / (v.heard_weight + 1.0)
        yield u.given.mean(usual) + v.received.mean(usual)
        yield float(u.newcomers)
        yield (u.bad_newcomers + 2.0 * self.newcomers_bad_lately) / (u.newcomers + 2.0)

    def _of_pair(self, rater: int, rated: int, at_s: float) -> Iterator[float]:
        for pair in ((rated, rater), (rater, rated)):
            rating, given_at_s = self.ratings.get(pair, (UNKNOWN, UNKNOWN))
            yield rating
            yield _log_since(at_s, given_at_s)

    def _of_friends(self, rater: int, rated: int, u: Record, v: Record) -> list[float]:
        """Whom both have to do with: words of those the rater thinks well of, of those who think well of the rater."""
        said = self.ratings
        shared, worst = 0, 0.0
        trusted = trusted_weight = trusting = trusting_weight = 0.0
        for friend in dict.fromkeys((*v.received.partners, *u.given.partners)):
            word = said.get((friend, rated))
            if friend == rater or word is None:
                continue
            to, back = said.get((rater, friend)), said.get((friend, rater))
            if to is None and back is None:
                continue
            shared += 1
            worst = min(worst, word[0])
            if to is not None:
                trusted += to[0] * word[0]
                trusted_weight += abs(to[0])
            if back is not None:
                trusting += back[0] * word[0]
                trusting_weight += abs(back[0])
        alike_count, alike = self._alike(rater, rated, u, v)
        return [
            float(shared),
            trusted / (trusted_weight + 0.1) if shared else UNKNOWN,
            trusting / (trusting_weight + 0.1) if shared else UNKNOWN,
            float(alike_count),
            alike / alike_count if alike_count else UNKNOWN,
            worst if shared else UNKNOWN,
        ]

    def _alike(self, rater: int, rated: int, u: Record, v: Record) -> tuple[int, float]:
        """Whether the two thought alike of the people both rated, and of each other's raters."""
        count, total = 0, 0.0
        for third in u.given.partners:
            word = self.ratings.get((rated, third))
            if word is not None:
                count += 1
                total += word[0] * self.ratings[rater, third][0]
        for third in v.given.partners:
            word = self.ratings.get((third, rater))
            if word is not None:
                count += 1
                total += word[0] * self.ratings[rated, third][0]
        return count, total

    def _of_raters(self, rated: int, v: Record) -> list[float]:
        """The last five who rated this person: how they stand, how harsh they are."""
        last = list(v.received.partners)[-5:]
        if not last:
            return [UNKNOWN, UNKNOWN, 0.0, UNKNOWN]
        usual = self.usual()
        words = [self.ratings[who, rated][0] for who in last]
        standing = [self.people[who].received.mean(usual) for who in last]
        harsh = [word - self.people[who].given.mean(usual) for who, word in zip(last, words, strict=True)]
        bad = [stands for stands, word in zip(standing, words, strict=True) if word <= 0.0]
        mean_of_bad = sum(bad) / len(bad) if bad else UNKNOWN
        return [sum(standing) / len(last), sum(harsh) / len(last), float(len(bad)), mean_of_bad]

    def _of_rated_ones(self, rater: int, u: Record) -> list[float]:
        """The last five whom the rater rated: how others found them."""
        last = list(u.given.partners)[-5:]
        if not last:
            return [UNKNOWN, UNKNOWN, 0.0]
        usual = self.usual()
        words = [self.ratings[rater, who][0] for who in last]
        others = [
            (side.total - word + PRIOR_WEIGHT * usual) / (side.count - 1 + PRIOR_WEIGHT)
            for side, word in zip((self.people[who].received for who in last), words, strict=True)
        ]
        surprise = sum(word - found for word, found in zip(words, others, strict=True))
        return [sum(others) / len(last), surprise / len(last), float(sum(word <= 0.0 for word in words))]

    def _of_town(self, at_s: float) -> list[float]:
        side = self.town
        left = math.exp(-(at_s - side.last_at_s) / WINDOWS_S[1]) if side.count else 0.0
        lately = [self.bad_lately, self.newcomers_bad_lately, self.newcomers_bad_now]
        return [*lately, side.recent[1] * left, side.recent_bad[1] * left]


def _log_since(at_s: float, then_s: float) -> float:
    return math.log1p(max(0.0, at_s - then_s)) if then_s == then_s else UNKNOWN
