"""One problem for the engine: needs, offers and the taxonomy over one horizon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.queries import street_network
from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts
from matchmaker.engine.streets import Streets
from matchmaker.matches import calendar
from matchmaker.matches.inputs.history import history_of, history_under
from matchmaker.matches.inputs.promised import promised_around
from matchmaker.needs.availability import QUARTER, block_starts, quarters_for, weeks_running
from matchmaker.needs.models import Need, Urgency
from matchmaker.needs.queries import (
    Promised,
    need_facts,
    need_facts_as_asked,
    offer_facts,
    offer_facts_under,
    service_type_facts,
    with_places_kept,
)

TIME_TO_ANSWER: Final = {
    Urgency.WHENEVER: timedelta(hours=4),
    Urgency.SOON: timedelta(hours=2),
    Urgency.URGENT: timedelta(minutes=30),
    Urgency.EMERGENCY: timedelta(minutes=15),
}
"""So long before a visit at least it is proposed, so that both sides can answer."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Needs in which nobody is missing are left out."""

    horizon_start_at: datetime
    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]
    types: dict[str, ServiceTypeFacts]
    streets: Streets | None = None
    """What is walked on; None where no street map was imported."""

    @property
    def person_ids(self) -> frozenset[int]:
        """Everyone who may meet."""
        helpers = {offer.person_id for offer in self.offers if offer.person_id is not None}
        return frozenset(helpers | {need.person_id for need in self.needs})


def problem_of_community(community: Area, *, now: datetime, as_before: int | None = None) -> Problem:
    """All verified, open needs of a community that still miss helpers, and the offers that may reach it.

    No emergencies: those wait for no round. `as_before` is a round whose own proposals are left aside.
    """
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start, except_of_round=as_before)
    history = history_of(community.pk, now=now, except_round_id=as_before)
    needs = need_facts(community.pk, horizon_start=start, now=now, promised=promised, history=history)
    offers = offer_facts(community.pk, horizon_start=start, now=now, promised=promised, history=history)
    planned = [need for need in needs if need.urgency < Urgency.EMERGENCY]
    return Problem(start, _ahead(planned, promised, start, now), tuple(offers), service_type_facts(), street_network())


def problem_under(area: Area, *, now: datetime) -> Problem:
    """The same for all communities of an area together, and the offers of these communities alone.

    So a city is planned: first each joint community by itself, then what is left of all of them. A fixed number of
    queries for each community.
    """
    start = calendar.horizon_start(now, calendar.zone_of(area))
    promised = promised_around(area, start=start)
    history = history_under(area, now=now)
    below = Area.objects.filter(path__startswith=area.path, level=AreaLevel.COMMUNITY).order_by("path")
    needs = [
        need
        for community_id in below.values_list("pk", flat=True)
        for need in need_facts(community_id, horizon_start=start, now=now, promised=promised, history=history)
        if need.urgency < Urgency.EMERGENCY
    ]
    kinds = sorted({need.service_type for need in needs})
    offers = offer_facts_under(area, horizon_start=start, now=now, promised=promised, history=history, covering=kinds)
    ahead = sorted(_ahead(needs, promised, start, now), key=lambda need: need.need_id)
    return Problem(start, tuple(ahead), tuple(offers), service_type_facts(), street_network())


def problem_of_need(need_id: int, community: Area, *, service_type: str, now: datetime) -> Problem:
    """The same for one need and the offers of its type; no needs in it where nobody is missing."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, now=now, need_ids=[need_id])
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[need_id]
    )
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, covering=service_type
    )
    return _problem_of_one(needs, offers, promised, start, now)


def problem_as_asked(need_id: int, community: Area, *, service_type: str, now: datetime) -> Problem:
    """The same for a need that may not be verified yet: what could be answered to its asker at once."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, now=now, need_ids=[need_id])
    needs = need_facts_as_asked(need_id, community.pk, horizon_start=start, now=now, promised=promised, history=history)
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, covering=service_type
    )
    return _problem_of_one(needs, offers, promised, start, now)


def problem_unasked(
    need_id: int, community: Area, *, service_type: str, now: datetime, as_before: int | None = None
) -> Problem:
    """The same as if nobody waited for an answer for it: who passes the rules, beside those who were asked.

    `as_before` is a round whose own proposals are left aside: then its helpers are there again.
    """
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start, except_asked_for=need_id, except_of_round=as_before)
    history = history_of(community.pk, now=now, need_ids=[need_id], except_round_id=as_before)
    needs = need_facts_as_asked(need_id, community.pk, horizon_start=start, now=now, promised=promised, history=history)
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, covering=service_type
    )
    return _problem_of_one(needs, offers, promised, start, now)


def problem_of_emergency(need: Need, *, now: datetime) -> Problem:
    """The same for an emergency, as if nobody had been asked for it yet: those who were stay left out."""
    community = need.community
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start, except_asked_for=need.pk)
    history = history_of(community.pk, now=now, need_ids=[need.pk])
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[need.pk]
    )
    offers = offer_facts(
        community.pk,
        horizon_start=start,
        now=now,
        promised=promised,
        history=history,
        covering=need.service_type.code,
    )
    return _problem_of_one(needs, offers, promised, start, now)


def problem_of_pair(need_id: int, offer_id: int, community: Area, *, now: datetime) -> Problem:
    """One need and one offer; either is missing where nobody is wanted or it is closed."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, now=now, need_ids=[need_id])
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[need_id]
    )
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, offer_ids=[offer_id]
    )
    return _problem_of_one(needs, offers, promised, start, now)


def _problem_of_one(
    needs: Sequence[NeedFacts], offers: Iterable[OfferFacts], promised: Promised, start: datetime, now: datetime
) -> Problem:
    """Of one need at most: a place that was kept with it at the stop of a tour is its own."""
    found = offers if not needs else (with_places_kept(needs[0], offer) for offer in offers)
    return Problem(start, _ahead(needs, promised, start, now), tuple(found), service_type_facts(), street_network())


def _ahead(needs: Iterable[NeedFacts], promised: Promised, start: datetime, now: datetime) -> tuple[NeedFacts, ...]:
    """The needs without the quarters that are gone, or so near that nobody could answer in time."""
    found = (from_moment(need, start, now + TIME_TO_ANSWER[Urgency(need.urgency)]) for need in needs)
    return tuple(up_to_stand_ins(need, promised.quarters_of_stand_ins.get(need.need_id, 0)) for need in found)


def from_moment(need: NeedFacts, start: datetime, moment: datetime) -> NeedFacts:
    """The need without the quarters that begin before a moment; a series is as long as one block still fits."""
    gone = max(0, -((start - moment) // QUARTER))
    ahead = need.open_quarters >> gone << gone
    weeks = max(1, weeks_running(ahead, quarters_for(need.minutes))) if need.weeks > 1 else 1
    return replace(need, open_quarters=ahead, weeks=weeks)


def up_to_stand_ins(need: NeedFacts, others: int) -> NeedFacts:
    """The series no longer than from its first week to the next that belongs to whoever stands in.

    Otherwise its helper would begin only after that week wherever more weeks lie behind it. The weeks behind are added
    to the match as time goes on.
    """
    starts = block_starts(need.open_quarters, quarters_for(need.minutes))
    first = (starts & -starts).bit_length() - 1
    later = others >> first << first if starts else 0
    if not later:
        return need
    before = need.open_quarters & ((later & -later) - 1)
    return replace(need, weeks=min(need.weeks, max(1, weeks_running(before, quarters_for(need.minutes)))))
