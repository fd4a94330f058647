"""`python -m bench.online`: a week of answers at once, beside what hindsight could have done with the same week."""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from scipy import stats

from bench.measuring import at_least_one, share
from bench.online_play import Played, hindsight, play
from bench.online_policies import LOOKS, POLICIES, ByPrice
from bench.online_stream import ASSUMPTIONS, Stream, Week, a_stream, a_week
from matchmaker.engine.scoring import IDENTITY

SUPPLIES: Final = (0.6, 0.9, 1.3)
AT_ONCE: Final = ("first_come", "nearest", "greedy", "greedy_load", "prices")
"""Where no need can wait, prices order and hold nobody back."""
BESIDE: Final = "greedy"
FIGURES: Final = tuple(field.name for field in fields(Played) if field.name not in {"met", "held"})


@dataclass(frozen=True)
class Result:
    """One week under one policy, beside hindsight."""

    policy: str
    supply: float
    waits: bool
    seed: int
    share_of_hindsight: float
    share_of_points: float
    """The same without the points that every visit counts for being held at all."""
    held_met_share: float
    """Of the needs that a price kept waiting, how many were met in the end; beside it how many of them greedy met."""
    held_met_by_greedy: float
    played: Played
    solve_seconds: float
    bound_gap: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=at_least_one, default=6, help="towns and weeks")
    parser.add_argument("--needs", type=at_least_one, default=1_000, help="needs in a week")
    parser.add_argument("--json", action="store_true", help="one object, with a list `rows`")
    told = parser.parse_args()
    if told.seeds < 2:
        parser.error("one week says nothing of how sure a mean is: --seeds 2 or more")
    results: list[Result] = []
    for seed in range(1, told.seeds + 1):
        results += results_of(a_stream(needs=told.needs, seed=seed), seed)
        print(f"week {seed} of {told.seeds}", file=sys.stderr, flush=True)
    rows = [
        _row(results, policy, supply, waits)
        for waits, policies in ((True, POLICIES), (False, AT_ONCE))
        for supply in SUPPLIES
        for policy in policies
    ]
    if told.json:
        print(json.dumps({"assumptions": ASSUMPTIONS, "seeds": told.seeds, "needs": told.needs, "rows": rows}))
        return
    print(f"{told.seeds} weeks of {told.needs:,} needs each, prices solved {LOOKS} times a week. Assumed:\n")
    print("\n".join(f"- {line}" for line in ASSUMPTIONS))
    for waits in (True, False):
        print("\nNeeds wait for help:" if waits else "\nAt once or never:", end="\n\n")
        print("\n".join(_table([row for row in rows if row["waits"] is waits])))


def results_of(stream: Stream, seed: int) -> Iterator[Result]:
    """Every policy, on the same weeks."""
    for supply in SUPPLIES:
        waiting = a_week(stream, supply=supply, seed=seed)
        never = replace(waiting, waits_until=waiting.comes_at)
        for waits, week, policies in ((True, waiting, POLICIES), (False, never, AT_ONCE)):
            best = hindsight(week)
            beside = play(week, POLICIES[BESIDE](seed))
            for policy in policies:
                yield _result(policy, _Setting(supply, waits, seed, week, best, beside))


@dataclass(frozen=True)
class _Setting:
    """A week, the best value and visits that hindsight has, and how it goes under the policy that all stand beside."""

    supply: float
    waits: bool
    seed: int
    week: Week
    best: tuple[int, int]
    beside: Played


def _result(name: str, setting: _Setting) -> Result:
    policy = POLICIES[name](setting.seed)
    played = play(setting.week, policy)
    value, visits = setting.best
    points = share(played.value - IDENTITY.base_points * played.visits, value - IDENTITY.base_points * visits)
    by_price = isinstance(policy, ByPrice)
    return Result(
        policy=name,
        supply=setting.supply,
        waits=setting.waits,
        seed=setting.seed,
        share_of_hindsight=share(played.value, value),
        share_of_points=points,
        held_met_share=share(len(played.held & played.met), len(played.held)),
        held_met_by_greedy=share(len(played.held & setting.beside.met), len(played.held)),
        played=played,
        solve_seconds=statistics.median(policy.seconds) if by_price else 0.0,
        bound_gap=statistics.median(policy.gaps) if by_price else 0.0,
    )


def _row(results: list[Result], policy: str, supply: float, waits: bool) -> dict[str, Any]:
    """Means over the weeks; what stands in `low` and `high` holds the mean with 95 %, by Student's t."""
    ours = [one for one in results if (one.policy, one.supply, one.waits) == (policy, supply, waits)]
    beside = [one for one in results if (one.policy, one.supply, one.waits) == (BESIDE, supply, waits)]
    shares = [one.share_of_hindsight for one in ours]
    ahead = [one.share_of_hindsight - other.share_of_hindsight for one, other in zip(ours, beside, strict=True)]
    played = {key: np.mean([getattr(one.played, key) for one in ours]) for key in FIGURES}
    return {
        "policy": policy,
        "supply": supply,
        "waits": waits,
        "share_of_hindsight": _rounded(np.mean(shares)),
        "low": _rounded(np.mean(shares) - _half_width(shares)),
        "high": _rounded(np.mean(shares) + _half_width(shares)),
        "worst_week": _rounded(min(shares)),
        "ahead_of_greedy": _rounded(np.mean(ahead)),
        "ahead_low": _rounded(np.mean(ahead) - _half_width(ahead)),
        "ahead_high": _rounded(np.mean(ahead) + _half_width(ahead)),
        "share_of_points": _rounded(np.mean([one.share_of_points for one in ours])),
        **{key: _rounded(value) for key, value in played.items()},
        "held_met_share": _rounded(np.mean([one.held_met_share for one in ours])),
        "held_met_by_greedy": _rounded(np.mean([one.held_met_by_greedy for one in ours])),
        "solve_seconds": _rounded(np.mean([one.solve_seconds for one in ours])),
        "bound_gap": _rounded(np.mean([one.bound_gap for one in ours])),
    }


def _half_width(numbers: list[float]) -> float:
    return float(stats.t.ppf(0.975, len(numbers) - 1) * statistics.stdev(numbers) / len(numbers) ** 0.5)


def _rounded(number: Any) -> float:
    return round(float(number), 4)


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield (
        "| supply | policy | of hindsight | worst week | ahead of greedy | points alone | met | few could come "
        "| urgent | at once | wait | held | of these met | by greedy | asked a visit | turned away |"
    )
    yield "|" + "---|" * 16
    for row in rows:
        cells = (
            f"{row['supply']}",
            row["policy"],
            f"{row['share_of_hindsight']:.3f} ({row['low']:.3f} to {row['high']:.3f})",
            f"{row['worst_week']:.3f}",
            f"{row['ahead_of_greedy']:+.3f} ({row['ahead_low']:+.3f} to {row['ahead_high']:+.3f})",
            f"{row['share_of_points']:.3f}",
            f"{row['met_share']:.3f}",
            f"{row['met_share_few']:.3f}",
            f"{row['met_share_urgent']:.3f}",
            f"{row['at_once_share']:.2f}",
            f"{row['wait_hours']:.1f} h",
            f"{row['held_share']:.2f}",
            f"{row['held_met_share']:.2f}",
            f"{row['held_met_by_greedy']:.2f}",
            f"{row['asked_per_visit']:.2f}",
            f"{row['turned_away']:.1f}",
        )
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
