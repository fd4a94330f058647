"""What was asked of a companion, or agreed, is off; whoever knew of it is told so, never by whom or why."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    BookedQuarter,
    CompanionProposal,
    CompanionState,
    Visit,
    VisitState,
)
from matchmaker.needs.queries import people_asking
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind

HEARD_AT_ONCE: Final = timedelta(hours=12)
"""Of a visit so near one is told in quiet hours too."""


def release(visits: Iterable[Visit], *, now: datetime) -> None:
    """Nobody comes along on these visits any more: they were called off or paused. Inside the caller's locks."""
    live = CompanionProposal.objects.filter(visit__in=[visit.pk for visit in visits], state__in=COMPANION_LIVE_STATES)
    _withdraw_all(live, now)


def release_unwished(visits: Iterable[Visit], *, now: datetime) -> None:
    """The same where the visits stand and the asker took the wish back: a helper who knew is told too."""
    live = CompanionProposal.objects.filter(visit__in=[visit.pk for visit in visits], state__in=COMPANION_LIVE_STATES)
    for proposal in _locked(live):
        match = proposal.visit.match
        known_to = others_who_know(proposal, now=now) - {match.person_id, match.need.asked_by_id}
        close(proposal, CompanionState.WITHDRAWN, now=now)
        tell_gone(proposal, to={proposal.companion_id, *known_to}, now=now)


def release_person(*, person_id: int, now: datetime) -> None:
    """This person comes along nowhere any more; whoever had heard of them is told that nobody comes along."""
    ahead = _ahead(now).filter(companion_id=person_id)
    for proposal in _locked(ahead):
        close(proposal, CompanionState.WITHDRAWN, now=now)
        tell_gone(proposal, to=others_who_know(proposal, now=now), now=now)


def part(pair: Collection[int], *, now: datetime) -> None:
    """These two are not brought together by a visit ahead: it is as if the company had fallen through."""
    met = Q(visit__match__helper_id__in=pair) | Q(visit__match__person_id__in=pair)
    for proposal in _locked(_ahead(now).filter(met, companion_id__in=pair)):
        known_to = others_who_know(proposal, now=now)
        close(proposal, CompanionState.WITHDRAWN, now=now)
        tell_gone(proposal, to={proposal.companion_id, *known_to}, now=now)


def close(proposal: CompanionProposal, state: CompanionState, *, now: datetime) -> None:
    """The proposal ended so, and the companion's time is free; nobody is told yet."""
    proposal.state, proposal.closed_at = state, now
    proposal.save(update_fields=["state", "closed_at"])
    BookedQuarter.objects.filter(visit_id=proposal.visit_id, person_id=proposal.companion_id).delete()
    notices.settle(about=proposal.public_id, now=now)


def others_who_know(proposal: CompanionProposal, *, now: datetime) -> set[int]:
    """The asker's side once the companion had said yes, and the helper once the asker had."""
    match = proposal.visit.match
    known: set[int] = set()
    if proposal.companion_answered_at is not None and proposal.state != CompanionState.DECLINED:
        known |= people_asking(match.need, now=now)
    if proposal.asker_answered_at is not None and proposal.state != CompanionState.REFUSED:
        known.add(match.helper_id)
    return known


def tell_gone(proposal: CompanionProposal, *, to: Collection[int], now: datetime) -> None:
    for person_id in sorted(set(to)):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.COMPANION_GONE,
            about=proposal.public_id,
            key=f"companion_gone:{proposal.pk}:{person_id}",
            now=now,
            urgent=proposal.visit.starts_at - now <= HEARD_AT_ONCE,
        )


def _withdraw_all(rows: QuerySet[CompanionProposal], now: datetime) -> None:
    """The companion alone is told: the two others hear of the visit itself."""
    for proposal in _locked(rows):
        close(proposal, CompanionState.WITHDRAWN, now=now)
        if proposal.visit.ends_at > now:
            tell_gone(proposal, to=[proposal.companion_id], now=now)


def _ahead(now: datetime) -> QuerySet[CompanionProposal]:
    return CompanionProposal.objects.filter(
        state__in=COMPANION_LIVE_STATES, visit__state=VisitState.PLANNED, visit__starts_at__gt=now
    )


def _locked(rows: QuerySet[CompanionProposal]) -> list[CompanionProposal]:
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return list(locked.select_related("visit__match__need"))
