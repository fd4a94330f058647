"""`python -m bench.passing_on --ratings FILE`: what rules about passing words on keep out, and whom they cost.

Who grows a tree of made-up people out of five who won words is as well known as these, where a word is passed on whole.
Beside the rule in use (`anchoring.py`) stand those that were tried: a mean over no fewer than so many words, and words
that nobody answered being split among all whom their speaker speaks for. Each is held against attacks on real ratings
read one way, and against made towns, one of ties and one of one-way words.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.ratings import Ratings, UnreadableRatings, read_ratings
from bench.sybils import BRANCHES, FAKES, FLATTERED, GROWN, Attack, attacked, plain_words, ranked_last
from bench.towns import town
from matchmaker.engine.anchoring import AT_HOME, LOOKS_BACK, heard_words
from matchmaker.engine.trust import ANCHORED_FROM

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rule = Callable[[csr_array], tuple[csr_array, Floats]]
"""From words as they were said to what is heard, and what part of the mean each person keeps."""
WON: Final = 200
SEEDS: Final = (0, 1, 2)
PEOPLE: Final = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.passing_on", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=Path, required=True, help="CSV with rater, rated, rating, unix_time")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    asked = parser.parse_args(arguments)
    try:
        ratings = read_ratings(asked.ratings)
    except UnreadableRatings as fault:
        print(fault, file=sys.stderr)
        return 2
    found = {name: {**against(ratings, rule), **in_towns(rule)} for name, rule in RULES.items()}
    print(json.dumps(found) if asked.json else _table(found))
    return 0


def against(ratings: Ratings, rule: Rule) -> dict[str, list[float]]:
    """For each attack: pairs of a real person and a fake in order, and the parts of both who come out as anchored."""
    found = {}
    for name, attack_of in ATTACKS.items():
        rows = []
        for seed in SEEDS:
            attack = attack_of(ratings, seed)
            warmth = walked(plain_words(attack), attack.anchors, rule)
            anchored = warmth >= ANCHORED_FROM
            rows.append((ranked_last(attack, warmth), anchored[: attack.real].mean(), anchored[attack.real :].mean()))
        found[name] = [float(value) for value in np.mean(rows, axis=0)]
    return found


def in_towns(rule: Rule) -> dict[str, list[float]]:
    """The part of the people of a made town who are anchored, with a post for one in a hundred."""
    found: dict[str, list[float]] = {"town of ties": [], "town of one-way words": []}
    for seed in SEEDS:
        made, rng = town(people=PEOPLE, seed=seed), np.random.default_rng(seed)
        posts = rng.choice(PEOPLE, PEOPLE // 100, replace=False)
        turned = rng.random(len(made.edges_u)) < 0.5
        u, v = np.where(turned, made.edges_v, made.edges_u), np.where(turned, made.edges_u, made.edges_v)
        one_way = csr_array((np.ones(len(u)), (u, v)), (PEOPLE, PEOPLE))
        for name, words in {"town of one-way words": one_way, "town of ties": csr_array(one_way + one_way.T)}.items():
            found[name].append(float((walked(words, posts, rule) >= ANCHORED_FROM).mean()))
    return {name: [float(np.mean(shares))] for name, shares in found.items()}


def walked(words: csr_array, seeds: Ints, rule: Rule) -> Floats:
    """The walk of `anchored_share`, where everybody keeps a part of the mean that they hear."""
    heard, kept = rule(words)
    warmth = _warmed(heard, kept, seeds)
    for _ in range(LOOKS_BACK):
        entries = heard.tocoo()
        one, other = (warmth[end] for end in entries.coords)
        most = np.maximum(one, other)
        alike = np.divide(np.minimum(one, other), most, out=np.zeros(len(most)), where=most > 0.0)
        warmth = _warmed(csr_array((entries.data * alike, entries.coords), heard.shape), kept, seeds)
    warmth /= warmth[warmth >= AT_HOME * (warmth**2).sum() / warmth.sum()].mean()
    warmth[seeds] = np.maximum(warmth[seeds], 1.0)
    return warmth


def _warmed(heard: csr_array, kept: Floats, seeds: Ints) -> Floats:
    people = heard.shape[0]
    warmth = np.bincount(seeds, minlength=people).clip(0, 1).astype(np.float64)
    mass = np.asarray(heard.sum(axis=1)).ravel()
    part = np.divide(kept, mass, out=np.zeros(people), where=mass > 0.0)
    for _ in range(2 * math.ceil(math.log2(people))):
        warmth = np.where(mass > 0.0, 0.5 * warmth + 0.5 * part * (heard @ warmth), warmth)
    return warmth


def passed_on_whole(words: csr_array) -> tuple[csr_array, Floats]:
    """The rule in use."""
    heard = heard_words(words)
    return heard, np.ones(heard.shape[0])


def over_at_least(least: float) -> Rule:
    """Whoever heard less than so much keeps as much less of the mean; five is how many may be vouched for at a time."""

    def rule(words: csr_array) -> tuple[csr_array, Floats]:
        heard = heard_words(words)
        return heard, np.minimum(1.0, np.asarray(heard.sum(axis=1)).ravel() / least)

    return rule


def split_among_all(words: csr_array) -> tuple[csr_array, Floats]:
    """A word that nobody answered is one part of all such words of its speaker; answered ones are whole."""
    heard = heard_words(words)
    spoke = csr_array((np.ones(heard.nnz), heard.indices, heard.indptr), heard.shape)
    answered = csr_array(spoke.multiply(spoke.T))
    alone = csr_array(spoke - answered)
    given = np.asarray(alone.sum(axis=0)).ravel()
    parts = alone @ np.divide(1.0, given, out=np.zeros(len(given)), where=given > 0.0)
    return heard, np.minimum(1.0, parts + np.asarray(answered.sum(axis=1)).ravel())


def grown_by(words_each: int) -> Callable[[Ratings, int], Attack]:
    """The tree of `GROWN`, but each new fake hears so many fakes who have words left, of the five that each gives."""

    def attack_of(ratings: Ratings, seed: int) -> Attack:
        attack = attacked(ratings, edges=WON, seed=seed, also=GROWN)
        real, kept = attack.real, attack.rater < attack.real
        left, spoken = [BRANCHES] * BRANCHES, list[tuple[int, int]]()
        while len(left) < FAKES:
            speakers = [fake for fake, words in enumerate(left) if words > 0][:words_each]
            for fake in speakers:
                left[fake] -= 1
                spoken.append((real + fake, real + len(left)))
            left.append(BRANCHES if len(speakers) == words_each else 0)
        speaker, of = np.array(spoken, dtype=np.int64).reshape(-1, 2).T
        return replace(
            attack,
            rater=np.concatenate((attack.rater[kept], speaker)),
            rated=np.concatenate((attack.rated[kept], of)),
            rating=np.concatenate((attack.rating[kept], np.ones(len(spoken)))),
        )

    return attack_of


RULES: Final[dict[str, Rule]] = {
    "passed on whole (in use)": passed_on_whole,
    "a mean over at least 2": over_at_least(2.0),
    "a mean over at least 5": over_at_least(5.0),
    "split among all": split_among_all,
}
ATTACKS: Final[dict[str, Callable[[Ratings, int], Attack]]] = {
    "a ring": lambda ratings, seed: attacked(ratings, edges=WON, seed=seed),
    "a ring that flatters": lambda ratings, seed: attacked(ratings, edges=WON, seed=seed, also=FLATTERED),
    "a tree": lambda ratings, seed: attacked(ratings, edges=WON, seed=seed, also=GROWN),
    "a tree by two words each": grown_by(2),
}


def _table(found: dict[str, dict[str, list[float]]]) -> str:
    names = list(next(iter(found.values())))
    lines = ["| rule | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for rule, row in found.items():
        lines.append(
            f"| {rule} | " + " | ".join(", ".join(f"{value:.2f}" for value in row[name]) for name in names) + " |"
        )
    told = (
        "Pairs of a real person and a fake in order, real people anchored, fakes anchored; of towns, people anchored."
    )
    return "\n".join([*lines, "", f"{told} {WON} words won, seeds {SEEDS[0]} to {SEEDS[-1]}."])


if __name__ == "__main__":
    sys.exit(main())
