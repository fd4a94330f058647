"""`python -m bench.matching`: our plan beside other ways to give needs to helpers, and beside a bare solve of its flow.

All ways choose among the same candidates of one city and keep the same hard limits. `share_of_optimal` is of the exact
plan's value, whose gap stands beside it. Sigma counts the whole city, before and after the new ties, each with its
chance to last; `new_ties` is the number that is expected to last. Seconds are the processor's, `seconds_in_all` counts
the steps before the plan too: columns, candidates, scores and arcs. With `--each` every proposal of our plan comes
with its terms, reasons and ring, and every unmet need with why nobody.
"""

import argparse
import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from unittest import mock

import numpy as np
from scipy.sparse import csr_array

from bench.city import TYPES, City, city
from bench.each import each_of
from bench.measuring import Row, at_least_one, memory_mb, share, show, timed
from bench.policies import as_they_come, bipartite, first_twenty, lp_bound
from matchmaker.engine import network
from matchmaker.engine.assignment import Plan, plan_from, put_into_words
from matchmaker.engine.choices import Choices, choices_in
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.fairness import fair_plan
from matchmaker.engine.flow import Arcs, cheapest_flow
from matchmaker.engine.greedy import greedy_from
from matchmaker.engine.knowledge import BridgesOf, Knowledge
from matchmaker.engine.nobody import why_nobody, why_nobody_of_each
from matchmaker.engine.overlapping import overlap_plan
from matchmaker.engine.scoring import Scores, score_pairs
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.sketched import bridges_by_sketch
from matchmaker.engine.teams import team_plan
from matchmaker.engine.trust import NO_TRUST

SEED: Final = 1
SMALL_NEEDS: Final = 1_000
SMALLEST_GROUP: Final = 20
"""Helpers wanted in a grid whose share is looked at."""
TWO_POINTS: Final = 0.02
ONE_POINT: Final = 0.01
DAY_QUARTERS: Final = 96
SEVERAL_FLOWS: Final = 10_000
"""Needs for which a way is tried that plans sixty times."""
ALONE: Final = 20
"""Unmet needs whose reasons are also looked for one by one."""

Policy = Callable[[City, Scores, Choices], Plan]

POLICIES: Final[dict[str, Policy]] = {
    "ours": lambda made, scores, choices: plan_from(made.needs, choices, SEED),
    "greedy": lambda made, scores, choices: greedy_from(made.needs, choices),
    "first come": as_they_come(lambda made, scores, choices: -choices.values),
    "nearest": as_they_come(lambda made, scores, choices: scores.pairs.walks_m),
    "fewest ties": as_they_come(lambda made, scores, choices: _degrees(made)[_rows(made, scores)[1]]),
    "first twenty": first_twenty,
}


class _KeptError(Exception):
    """The arcs are at hand."""


class Laboratory:
    """A city with its candidates and scores, and what each step cost."""

    def __init__(self, made: City) -> None:
        self.made = made
        self.steps: Row = {}
        ties = made.adjacency
        self.before = self._step("sketch_of_ties", lambda: sketch_of(ties, rng=np.random.default_rng(SEED)))
        self.bridges_of: BridgesOf = bridges_by_sketch(made.town.ids, self.before)
        pairs = self._step("candidates", lambda: pairs_of(made.needs, made.offers, TYPES))
        nothing = Knowledge(NO_TRUST, None, {}, {})
        self.scores = self._step("scoring", lambda: score_pairs(pairs, nothing, bridges_of=self.bridges_of))
        self.choices = self._step("arrays_of_choices", lambda: choices_in(self.scores))
        self.ready_s = sum(self.steps[name] for name in ("candidates", "scoring", "arrays_of_choices"))

    def _step(self, name: str, work: Callable):
        self.steps[name], result = timed(work)
        return result

    def bare(self) -> Row:
        """The very arcs of the first flow, given to OR-Tools and to nothing else."""
        kept: list[tuple[np.ndarray, Arcs]] = []
        flows = 1 if self.choices.have_one_hour_each() else 2  # else the bound is a flow of its own and comes first

        def keep(supplies: np.ndarray, arcs: Arcs) -> np.ndarray:
            kept.append((supplies, arcs))
            if len(kept) == flows:
                raise _KeptError
            return np.zeros(len(arcs.tails), dtype=np.int64)

        with mock.patch.object(network, "cheapest_flow", keep), contextlib.suppress(_KeptError):
            plan_from(self.made.needs, self.choices, SEED)
        spent, _ = timed(lambda: cheapest_flow(*kept[-1]) if kept else None)  # no flow where nobody could come
        arcs = len(kept[-1][1].tails) if kept else 0
        return {"policy": "bare solve of the same arrays", "seconds": spent, "arcs": arcs}

    def row(self, name: str, planned: Plan, spent: float, optimal: int) -> Row:
        """All figures of one way."""
        chosen, needs = planned.chosen, self.made.needs
        wanted = sum(need.helpers_wanted for need in needs)
        grids = np.asarray(self.made.grids)
        by_grid = np.bincount(grids, weights=[need.helpers_wanted for need in needs])
        met = np.bincount([grids[one.key[0]] for one in chosen], minlength=len(by_grid))
        large = by_grid >= SMALLEST_GROUP
        ties = self._ties(chosen)
        walks = [one.scored.candidate.walk_m for one in chosen]
        return {
            "policy": name,
            "share_met": len(chosen) / wanted,
            "share_of_optimal": share(planned.total_score, optimal),
            "walk_m": float(np.mean(walks)) if walks else None,
            "load_gini": self._gini([one.key[1] for one in chosen]),
            "worst_grid": float((met[large] / by_grid[large]).min()) if large.any() else None,
            "new_ties": float(ties[2].sum()),
            "sigma": self._sigma(*ties),
            "seconds": spent,
            "seconds_in_all": spent + self.ready_s,
            "memory_mb": memory_mb(),
        }

    def _ties(self, chosen: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        helpers = np.asarray([one.scored.candidate.offer.person_id for one in chosen], dtype=np.int64)
        people = np.asarray([one.scored.candidate.need.person_id for one in chosen], dtype=np.int64)
        near = np.asarray([one.scored.candidate.ring <= 2 for one in chosen], dtype=np.bool_)
        ids = self.made.town.ids
        chances = self.bridges_of(helpers, people, near).chances
        return np.searchsorted(ids, helpers), np.searchsorted(ids, people), chances

    def _sigma(self, us: np.ndarray, vs: np.ndarray, chances: np.ndarray) -> float:
        """With each tie there or not by its chance: one draw, the same dice for a pair under every policy."""
        people = len(self.made.town.ids)
        dice = ((us * 2_654_435_761 + vs * 40_503) % 1_000_003) / 1_000_003
        lasts = dice < chances
        left, right = np.concatenate([us[lasts], vs[lasts]]), np.concatenate([vs[lasts], us[lasts]])
        added = csr_array((np.ones(len(left)), (left, right)), shape=(people, people))
        return sketch_of(csr_array(self.made.adjacency + added), rng=np.random.default_rng(SEED)).sigma()[0]

    def _gini(self, offer_ids: list[int]) -> float | None:
        """Of visits, over all offers that could have come to somebody; None where there were no visits."""
        if not offer_ids:
            return None
        counts = np.bincount(offer_ids, minlength=len(self.made.offers))
        visits = np.sort(counts[np.unique(self.choices.offers)]).astype(float)
        rank = np.arange(1, len(visits) + 1)
        return float(2 * (rank * visits).sum() / (len(visits) * visits.sum()) - (len(visits) + 1) / len(visits))


def ours(laboratory: Laboratory) -> Plan:
    """Our plan, once more."""
    return plan_from(laboratory.made.needs, laboratory.choices, SEED)


def rows_of_ours(laboratory: Laboratory) -> list[Row]:
    """Our plan, why nobody of what it leaves, and a bare solve of its arcs; none of the other ways."""
    spent, planned = timed(lambda: ours(laboratory))
    row = _told_of_ours(laboratory, planned, laboratory.row("ours", planned, spent, planned.total_score))
    return [row, _why_nobody(laboratory, planned), _bare_beside(laboratory, row)]


def rows_of(laboratory: Laboratory) -> list[Row]:
    """One row for each way, ours first; what only fits small cases is asked for in these alone."""
    made, scores, choices = laboratory.made, laboratory.scores, laboratory.choices
    ways = dict(POLICIES)
    if len(made.needs) <= SMALL_NEEDS:
        ways["bipartite by distance, without ties"] = bipartite
    rows, optimal = [], 0
    for name, policy in ways.items():
        spent, planned = timed(lambda policy=policy: policy(made, scores, choices))
        optimal = optimal or planned.total_score
        row = laboratory.row(name, planned, spent, optimal)
        rows.append(row)
        if name == "ours":
            rows[-1] = _told_of_ours(laboratory, planned, row)
            rows.append(_why_nobody(laboratory, planned))
            rows.append(_with_floors(laboratory, optimal))
            rows.append(_with_teams(laboratory, optimal))
            if len(made.needs) <= SEVERAL_FLOWS:
                rows.append(_with_overlaps(laboratory, planned, optimal))
    if len(made.needs) <= SMALL_NEEDS and choices.have_one_hour_each():
        spent, bound = timed(lambda: lp_bound(choices))
        rows.append({"policy": "LP bound (HiGHS)", "share_of_optimal": share(bound, optimal), "seconds": spent})
    return [*rows, _bare_beside(laboratory, rows[0])]


def _told_of_ours(laboratory: Laboratory, planned: Plan, row: Row) -> Row:
    """Its row with what only our plan has: its gap, what was left out of its flows, and reasons for all of it."""
    spent, _ = timed(lambda: put_into_words(planned, laboratory.choices))
    return {**row, "gap": planned.gap, "repaired": planned.repaired, "reasons_seconds": spent}


def _bare_beside(laboratory: Laboratory, row: Row) -> Row:
    bare = laboratory.bare()
    return {**bare, "ours_in_all_over_bare": row["seconds_in_all"] / bare["seconds"] if bare["arcs"] else None}


def _why_nobody(laboratory: Laboratory, planned: Plan) -> Row:
    """Why nobody, of each need that misses helpers: all at once, and what one need takes where it is asked alone."""
    made = laboratory.made
    by_id = {need.need_id: need for need in made.needs}
    unmet = [by_id[need_id] for need_id, _ in planned.unmet]
    found = Counter(one.key[0] for one in planned.chosen)
    spent, told = timed(lambda: why_nobody_of_each(unmet, made.offers, TYPES, found))
    alone, _ = timed(lambda: [why_nobody(need, made.offers, TYPES) for need in unmet[:ALONE]])
    return {
        "policy": "why nobody, all unmet needs at once",
        "seconds": spent,
        "unmet": len(unmet),
        "without_candidates": sum(1 for one in told if one.survivors),
        "ms_a_need": 1_000 * spent / max(1, len(unmet)),
        "ms_a_need_alone": 1_000 * alone / max(1, min(ALONE, len(unmet))),
    }


def _with_floors(laboratory: Laboratory, optimal: int) -> Row:
    """Ours once more, with a floor for every grid; its seconds count the plan without floors too."""
    made = laboratory.made
    group_of = {need.need_id: grid for need, grid in zip(made.needs, made.grids, strict=True)}
    spent, fair = timed(lambda: fair_plan(made.needs, laboratory.choices, group_of, SEED))
    row = laboratory.row("ours, floors by grid", fair.plan, spent, optimal)
    large = fair.wanted >= SMALLEST_GROUP
    below = row["share_met"] - (fair.found[large] / fair.wanted[large]).min() if large.any() else None
    far = np.flatnonzero(large & (fair.found < (row["share_met"] - TWO_POINTS) * fair.wanted)).tolist()
    lacking = np.maximum(0, fair.reachable - fair.found).sum(axis=1).tolist()
    return {
        **row,
        "price_of_floors": fair.price,
        "worst_below_average": below,
        "below_their_floors": lacking,
        "grids_far_below": len(far),
        "helpers_they_have": int(fair.found[far].sum()),
        "helpers_they_could_have_alone": _most_of(laboratory, far),
    }


def _with_teams(laboratory: Laboratory, optimal: int) -> Row:
    """Ours once more, where needs that want several helpers want all of them or none; the gap is to ours in part."""
    needs = laboratory.made.needs
    teams = {need.need_id for need in needs if need.helpers_wanted > 1}
    spent, made = timed(lambda: team_plan(needs, laboratory.choices, teams, SEED))
    return {**laboratory.row("ours, teams whole", made, spent, optimal), "gap": made.gap, "teams": len(teams)}


def _with_overlaps(laboratory: Laboratory, freely: Plan, optimal: int) -> Row:
    """Ours once more, with a floor for each grid, each kind of help and each day of the week at once."""
    made = laboratory.made
    groups: dict[str, set[int]] = defaultdict(set)
    for need, grid in zip(made.needs, made.grids, strict=True):
        day = ((need.open_quarters & -need.open_quarters).bit_length() - 1) // DAY_QUARTERS
        for name in (f"grid {grid}", f"kind {need.service_type}", f"day {day}"):
            groups[name].add(need.need_id)
    least = max(0.0, len(freely.chosen) / sum(need.helpers_wanted for need in made.needs) - ONE_POINT)
    spent, over = timed(
        lambda: overlap_plan(made.needs, laboratory.choices, groups, dict.fromkeys(groups, least), SEED)
    )
    return {
        **laboratory.row("ours, floors of groups that overlap", over.plan, spent, optimal),
        "gap": over.plan.gap,
        "price_of_floors": over.price,
        "groups": len(groups),
        "groups_below": int((over.found < over.at_least).sum()),
        "groups_below_freely": int((over.found_freely < over.at_least).sum()),
        "helpers_lacking": int(np.maximum(0, over.at_least - over.found).sum()),
        "helpers_lacking_freely": int(np.maximum(0, over.at_least - over.found_freely).sum()),
    }


def _most_of(laboratory: Laboratory, grids: list[int]) -> int:
    """Helpers that these grids could have together if nobody else asked for any: no plan can give them more."""
    of_need = {need.need_id: grid for need, grid in zip(laboratory.made.needs, laboratory.made.grids, strict=True)}
    numbers = sorted(set(of_need.values()))
    wanted = {numbers[at] for at in grids}
    choices = laboratory.choices
    rows = [
        row for row, need in enumerate(choices.needs.tolist()) if of_need[choices.need_facts[need].need_id] in wanted
    ]
    own = choices.only(np.asarray(rows, dtype=np.int64))
    equal = replace(own, values=np.ones(len(rows), dtype=np.int64), waits=np.zeros(len(rows), dtype=np.bool_))
    asked = [need for need in laboratory.made.needs if of_need[need.need_id] in wanted]
    return len(plan_from(asked, equal).chosen)


def _degrees(made: City) -> np.ndarray:
    return np.asarray(made.adjacency.sum(axis=1)).ravel()


def _rows(made: City, scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    """The town's rows of who is helped and who helps, for each pair."""
    columns = scores.pairs.columns
    people = columns.needs.person_ids[scores.pairs.needs], columns.offers.person_ids[scores.pairs.offers]
    return np.searchsorted(made.town.ids, people[0]), np.searchsorted(made.town.ids, people[1])


def main() -> None:
    """Print one row for each way."""
    told = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    told.add_argument("--needs", type=at_least_one, default=SMALL_NEEDS)
    told.add_argument("--seed", type=int, default=SEED)
    told.add_argument("--open-hours", action="store_true", help="needs leave a choice of two to five hours")
    told.add_argument("--ours-alone", action="store_true", help="our plan, why nobody and the bare solve, no other way")
    told.add_argument("--each", action="store_true", help="with --json: also each proposal and each unmet need")
    told.add_argument("--json", action="store_true")
    asked = told.parse_args()
    made = city(needs=asked.needs, offers=asked.needs, seed=asked.seed, open_hours=asked.open_hours)
    laboratory = Laboratory(made)
    rows = rows_of_ours(laboratory) if asked.ours_alone else rows_of(laboratory)
    beside = {"needs": asked.needs, "pairs": len(laboratory.scores), "sigma_before": laboratory.before.sigma()[0]}
    each = each_of(made, laboratory.choices, ours(laboratory)) if asked.each and asked.json else {}
    show(rows, as_json=asked.json, **beside, steps=laboratory.steps, **each)


if __name__ == "__main__":
    main()
