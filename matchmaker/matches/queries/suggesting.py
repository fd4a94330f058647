"""Who could come to one need, at once: to its asker how many, when and why without a name, to a worker all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from matchmaker.community.viewers import Viewer
from matchmaker.engine import explain
from matchmaker.engine.markets import Asked
from matchmaker.engine.prices import SCARCE
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.engine.scoring import Scored
from matchmaker.matches import inputs
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.explanations import ShownTerm, shown_terms
from matchmaker.needs.availability import moment_of
from matchmaker.needs.models import Need, NeedState, Offer
from matchmaker.needs.queries import is_asker_side, need_to_answer
from matchmaker.prepared import Prepared

TIMES_TOLD: Final = 3
"""The first time on each of so many days."""
MINUTES_TOLD: Final = 5
"""A walk is told in whole fives: who lives there is not to be guessed."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """One who could come, as a worker reads it: in points, with the price and why."""

    offer: Offer
    score: int
    price: int
    net: int
    walk_m: int
    ring: int
    is_scarce: bool
    earliest_at: datetime
    terms: tuple[ShownTerm, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`could_come` counts people and organizations.

    `ranked` is for workers who are no part of it, the one to ask first at the front.
    """

    could_come: int
    times: tuple[datetime, ...]
    reasons: tuple[str, ...]
    ranked: tuple[Suggested, ...]
    time_zone: str


def suggest_for(
    viewer: Viewer, need_id: UUID, language: str, *, now: datetime, at_most: int | None = None
) -> Suggestions | None:
    """The same as `suggest` for a need that nobody read yet; None also where the viewer may not know of it."""
    need = need_to_answer(viewer, need_id)
    return None if need is None else suggest(viewer, need, language, now=now, at_most=at_most)


def suggest(
    viewer: Viewer, need: Need, language: str, *, now: datetime, at_most: int | None = None
) -> Suggestions | None:
    """For the asker's side and workers of the area, while the need is open; else None.

    Nobody is asked by it. Whoever was asked already, or declined, is not among them: an asker who compares two looks
    learns no more than that somebody fewer could come. Only the first `at_most` are put into words.
    """
    asks, works = is_asker_side(viewer, need), sides.is_worker(viewer, need)
    if need.state != NeedState.OPEN or not (asks or works):
        return None
    card = inputs.card_kept(need.community, now=now)
    found = inputs.found_at_once(need, card, now=now)
    zone = ZoneInfo(need.community.time_zone)
    return Suggestions(
        could_come=inputs.givers_of([one.candidate.offer for one in found.candidates]),
        times=tuple(_times(found, zone)),
        reasons=tuple(_reasons(found.candidates, zh=language.startswith("zh"))),
        ranked=_ranked(found.asked[:at_most], found, card, language) if works and not asks else (),
        time_zone=need.community.time_zone,
    )


def _times(found: inputs.AtOnce, zone: ZoneInfo) -> Iterator[datetime]:
    """The first moment at which any of them could begin on each of the next days."""
    left = 0
    for one in found.candidates:
        left |= one.candidate.starts
    told: set[date] = set()
    while left and len(told) < TIMES_TOLD:
        first = (left & -left).bit_length() - 1
        moment = moment_of(first, horizon_start=found.horizon_start_at)
        day = moment.astimezone(zone).date()
        if day not in told:
            told.add(day)
            yield moment
        left &= left - 1


def _reasons(candidates: Sequence[Scored], *, zh: bool) -> Iterator[str]:
    """What can be said of all of them together without naming anybody, or telling one of a few apart."""
    if not candidates:
        return
    exact = sum(term.reason == "OFFERS_JUST_THIS" for one in candidates for term in one.terms)
    if exact:
        yield f"其中{exact}位提供的正是这类帮助。" if zh else _offer_just_this(exact)
    walks = [int(term.params["minutes"]) for one in candidates for term in one.terms if "minutes" in term.params]
    if walks:
        minutes = -(-min(walks) // MINUTES_TOLD) * MINUTES_TOLD
        yield (f"最近的一位走过来不到{minutes}分钟。" if zh else f"The nearest is less than {minutes} minutes away.")


def _offer_just_this(count: int) -> str:
    return "One offers just this kind of help." if count == 1 else f"{count} offer just this kind of help."


def _ranked(asked: Sequence[Asked], found: inputs.AtOnce, card: EngineCard, language: str) -> tuple[Suggested, ...]:
    offers = [one.scored.candidate.offer.offer_id for one in asked]
    rows = {row.pk: row for row in _OFFERS(offers=offers)} if offers else {}
    return tuple(
        _suggested(one, rows[offer_id], found, card, language)
        for one, offer_id in zip(asked, offers, strict=True)
        if offer_id in rows
    )


_OFFERS: Final = Prepared(lambda offers: Offer.objects.filter(pk__in=offers).select_related("person", "organization"))


def _suggested(one: Asked, offer: Offer, found: inputs.AtOnce, card: EngineCard, language: str) -> Suggested:
    candidate = one.scored.candidate
    first = (candidate.starts & -candidate.starts).bit_length() - 1
    why = explain.why(one.scored.terms, language, card, one.scored.ring_reason, explain.Reader.COORDINATOR)
    scarce = (explain.sentence(explain.REASONS, SCARCE, {}, language),) if one.is_scarce else ()
    return Suggested(
        offer=offer,
        score=one.scored.total,
        price=one.price,
        net=one.net,
        walk_m=round(candidate.walk_m),
        ring=int(candidate.ring),
        is_scarce=one.is_scarce,
        earliest_at=moment_of(first, horizon_start=found.horizon_start_at),
        terms=tuple(shown_terms(one.scored, card, language)),
        why=(*scarce, *why),
    )
