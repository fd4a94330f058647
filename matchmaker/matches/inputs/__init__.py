"""What the engine is told of a community: rows read in a fixed number of queries and turned into plain values."""

from matchmaker.matches.inputs.fingerprint import fingerprint_of
from matchmaker.matches.inputs.knowledge import forget_measured, knowledge_in, town_in
from matchmaker.matches.inputs.pair import PairFacts, pair_facts
from matchmaker.matches.inputs.problem import (
    Problem,
    problem_as_asked,
    problem_of_community,
    problem_of_emergency,
    problem_of_need,
    problem_of_pair,
)
from matchmaker.matches.inputs.town import town_of

__all__ = [
    "PairFacts",
    "Problem",
    "fingerprint_of",
    "forget_measured",
    "knowledge_in",
    "pair_facts",
    "problem_as_asked",
    "problem_of_community",
    "problem_of_emergency",
    "problem_of_need",
    "problem_of_pair",
    "town_in",
    "town_of",
]
