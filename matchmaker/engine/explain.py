"""The reasons in plain words: why this candidate, why nobody, why not me.

A reason is a code with parameters; its two sentences, Chinese and English, are rows of the tables in `sentences`. What
would tell one side about the other's trust, ties, place or wishes is for coordinators alone, or said in general words.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from matchmaker.engine.columns import Types
from matchmaker.engine.eligibility import ARTICLES, refusals
from matchmaker.engine.nobody import GIVEN_TO_OTHERS, ONE_MORE_OFFER, PUBLIC_HELP, Change, Nobody, why_nobody
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.scoring import IDENTITY, ScoreCard, Term
from matchmaker.engine.sentences import (
    CHANGES,
    COORDINATORS_ONLY,
    KEPT_TO_THEMSELVES,
    NOT_ME,
    QUIET,
    REASONS,
    REFUSALS,
    SAID_TO_SIDES,
    Sentence,
    sentence,
)
from matchmaker.engine.streets import Streets

__all__ = [
    "CHANGES",
    "NOT_ME",
    "ONE_MORE_OFFER",
    "PUBLIC_HELP",
    "REASONS",
    "REFUSALS",
    "Change",
    "Nobody",
    "Reader",
    "Sentence",
    "law_behind",
    "refused_by",
    "say_nobody",
    "sentence",
    "why",
    "why_nobody",
    "why_not_me",
]


class Reader(StrEnum):
    """Who reads: a side of the match, or a coordinator of the area."""

    SIDE = "SIDE"
    COORDINATOR = "COORDINATOR"


def why(
    terms: Iterable[Term],
    language: str,
    card: ScoreCard = IDENTITY,
    ring_reason: str = "",
    reader: Reader = Reader.SIDE,
) -> tuple[str, ...]:
    """Why this candidate: the weightiest reason first, how near they live at the end, and no sentence twice.

    What is merely not known stands behind what is, however much a neutral number of points weighed.
    """
    listed = sorted(terms, key=lambda term: (term.reason in QUIET, -card.weights[term.name] * term.points))
    hidden = frozenset() if reader is Reader.COORDINATOR else QUIET | COORDINATORS_ONLY
    general = {} if reader is Reader.COORDINATOR else SAID_TO_SIDES
    told = [
        sentence(REASONS, general.get(term.reason, term.reason), term.params, language)
        for term in listed
        if term.reason not in hidden
    ]
    if ring_reason:
        told.append(sentence(REASONS, ring_reason, {}, language))
    return tuple(dict.fromkeys(told))


def say_nobody(nobody: Nobody, language: str) -> tuple[str, ...]:
    """`why_nobody` in words: the rule, then the first change; both where the plan gave the helpers to others."""
    told = [sentence(REFUSALS, nobody.rule, {}, language)]
    told += [
        sentence(CHANGES, change.rule, {**change.params, "offers": change.offers}, language)
        for change in nobody.changes[: 2 if nobody.rule in GIVEN_TO_OTHERS else 1]
    ]
    return tuple(told)


def refused_by(rule: str) -> Sentence:
    """The sentence of a hard rule, and its article where the law has one."""
    said, law = REFUSALS[rule], law_behind(rule)
    return Sentence(f"{said.zh}{law.zh}", f"{said.en} {law.en}") if law is not None else said


def law_behind(rule: str) -> Sentence | None:
    """The article behind a hard rule; None where it is the house's own.

    >>> law_behind("LICENCE").en
    '(Volunteer Service Regulation, article 16)'
    """
    article = ARTICLES.get(rule)
    if article is None:
        return None
    return Sentence(
        f"（《志愿服务条例》第{_NUMERALS[article]}条）", f"(Volunteer Service Regulation, article {article})"
    )


_NUMERALS: Final = {"2": "二", "15": "十五", "16": "十六", "17": "十七"}


def why_not_me(need: NeedFacts, offer: OfferFacts, types: Types, language: str, streets: Streets | None = None) -> str:
    """Why this need does not come to this helper, from their side; blocks and wishes stay with the asker."""
    broken = refusals(need, offer, types, streets)
    if not KEPT_TO_THEMSELVES.isdisjoint(broken):
        return sentence(NOT_ME, "ANOTHER_WISH", {}, language)
    return sentence(NOT_ME, broken[0] if broken else "OTHERS_THIS_TIME", {}, language)
