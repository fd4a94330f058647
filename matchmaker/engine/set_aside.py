"""Whether a piece of evidence speaks for somebody: without it, some number of theirs would be lower."""

from collections.abc import Iterable
from typing import Final

from matchmaker.engine.problem import Town
from matchmaker.engine.trust import Trust, trust_in

NO_LESS: Final = 1e-9
"""Numbers this near to each other are the same."""


def speaks_for(with_it: Town, without: Town, person_id: int) -> bool:
    """Whether any of the three numbers of a person is lower in the one town than in the other.

    Parameters
    ----------
    with_it, without : Town
        The same town with a piece of evidence and without it.
    person_id : int
        One of its people.

    Examples
    --------
    >>> from matchmaker.engine.problem import OutcomeFacts
    >>> praised = Town(people=(1, 2), outcomes=(OutcomeFacts(1, 2, 1.0),))
    >>> speaks_for(praised, Town(people=(1, 2)), 1)
    True
    >>> blamed = Town(people=(1, 2), outcomes=(OutcomeFacts(1, 2, 0.0),))
    >>> speaks_for(blamed, Town(people=(1, 2)), 1)
    False
    """
    return any_speaks_for(with_it, (without,), person_id)


def any_speaks_for(with_it: Town, without: Iterable[Town], person_id: int) -> bool:
    """The same of several pieces, each with its own town without it: whether any of them speaks for the person."""
    before, asked = trust_in(with_it), _whom_they_helped(with_it, person_id)
    numbers = _numbers(before, person_id, asked)
    return any(_is_lower(numbers, _numbers(trust_in(town), person_id, asked)) for town in without)


def _is_lower(numbers: list[float], without: list[float]) -> bool:
    return any(lower < number - NO_LESS for number, lower in zip(numbers, without, strict=True))


def _whom_they_helped(town: Town, person_id: int) -> list[int]:
    """Whoever spoke of the person's help, and themself, as somebody with whom nothing was experienced yet."""
    return [person_id, *sorted({said.person_id for said in town.outcomes if said.helper_id == person_id})]


def _numbers(trust: Trust, person_id: int, asked: list[int]) -> list[float]:
    known = trust.anchoring_of(person_id)
    anchoring = 0.0 if known is None else known.value
    own = [float(trust.is_known(person_id)), anchoring, trust.standing_of(person_id).value]
    return own + [trust.reliance_of(person_id, other).value for other in asked]
