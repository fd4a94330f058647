"""Seeded chance: a stream of draws for making rows, and single draws that depend on their words alone."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np

T = TypeVar("T")
_TWO_TO_64: Final = 2.0**64


def draw(seed: int, *words: object) -> float:
    """A number in [0, 1) that is the same for the same seed and words, whatever was drawn before."""
    text = "|".join([str(seed), *map(str, words)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / _TWO_TO_64


class Dice:
    """One stream of chance; streams of the same seed with other words do not touch each other."""

    def __init__(self, seed: int, *words: object) -> None:
        self._rng = np.random.default_rng(int(draw(seed, *words) * 2**63))

    def chance(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self._rng.integers(low, high + 1))

    def real(self, low: float, high: float) -> float:
        return float(self._rng.uniform(low, high))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._rng.integers(len(choices)))]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices, each as likely as its weight says."""
        point = self._rng.random() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            point -= weight
            if point < 0:
                return choice
        return choices[-1][0]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones, or all of them where there are fewer."""
        order = self._rng.permutation(len(choices))[:count]
        return [choices[int(index)] for index in order]

    def public_id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self._rng.bytes(16), version=4)
