"""One problem for the engine: needs, offers and the taxonomy over one horizon."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.models import Area
from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts
from matchmaker.matches import calendar
from matchmaker.matches.inputs.history import history_of
from matchmaker.matches.inputs.promised import promised_around
from matchmaker.needs.availability import QUARTER, quarters_for, weeks_running
from matchmaker.needs.models import Need, Urgency
from matchmaker.needs.queries import need_facts, need_facts_as_asked, offer_facts, service_type_facts

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

    @property
    def person_ids(self) -> frozenset[int]:
        """Everyone who may meet."""
        helpers = {offer.person_id for offer in self.offers if offer.person_id is not None}
        return frozenset(helpers | {need.person_id for need in self.needs})


def problem_of_community(community: Area, *, now: datetime) -> Problem:
    """All verified, open needs of a community that still miss helpers, and the offers that may reach it.

    No emergencies: those wait for no round.
    """
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk)
    needs = need_facts(community.pk, horizon_start=start, now=now, promised=promised, history=history)
    offers = offer_facts(community.pk, horizon_start=start, now=now, promised=promised, history=history)
    planned = [need for need in needs if need.urgency < Urgency.EMERGENCY]
    return Problem(start, _ahead(planned, start, now), tuple(offers), service_type_facts())


def problem_of_need(need_id: int, community: Area, *, service_type: str, now: datetime) -> Problem:
    """The same for one need and the offers of its type; no needs in it where nobody is missing."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, need_ids=[need_id])
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[need_id]
    )
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, covering=service_type
    )
    return Problem(start, _ahead(needs, start, now), tuple(offers), service_type_facts())


def problem_as_asked(need_id: int, community: Area, *, service_type: str, now: datetime) -> Problem:
    """The same for a need that may not be verified yet: what could be answered to its asker at once."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, need_ids=[need_id])
    needs = need_facts_as_asked(need_id, community.pk, horizon_start=start, now=now, promised=promised, history=history)
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, covering=service_type
    )
    return Problem(start, _ahead(needs, start, now), tuple(offers), service_type_facts())


def problem_of_emergency(need: Need, *, now: datetime) -> Problem:
    """The same for an emergency, as if nobody had been asked for it yet: those who were stay left out."""
    community = need.community
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start, except_asked_for=need.pk)
    history = history_of(community.pk, need_ids=[need.pk])
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
    return Problem(start, _ahead(needs, start, now), tuple(offers), service_type_facts())


def problem_of_pair(need_id: int, offer_id: int, community: Area, *, now: datetime) -> Problem:
    """One need and one offer; either is missing where nobody is wanted or it is closed."""
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    history = history_of(community.pk, need_ids=[need_id])
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[need_id]
    )
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, offer_ids=[offer_id]
    )
    return Problem(start, _ahead(needs, start, now), tuple(offers), service_type_facts())


def _ahead(needs: Iterable[NeedFacts], start: datetime, now: datetime) -> tuple[NeedFacts, ...]:
    """The needs without the quarters that are gone, or so near that nobody could answer in time."""
    return tuple(from_moment(need, start, now + TIME_TO_ANSWER[Urgency(need.urgency)]) for need in needs)


def from_moment(need: NeedFacts, start: datetime, moment: datetime) -> NeedFacts:
    """The need without the quarters that begin before a moment; a series is as long as one block still fits."""
    gone = max(0, -((start - moment) // QUARTER))
    ahead = need.open_quarters >> gone << gone
    weeks = max(1, weeks_running(ahead, quarters_for(need.minutes))) if need.weeks > 1 else 1
    return replace(need, open_quarters=ahead, weeks=weeks)
