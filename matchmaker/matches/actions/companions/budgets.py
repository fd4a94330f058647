"""How many hours a week a community lets companions come along, and when that stops by itself."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.in_post import people_in_posts
from matchmaker.community.models import Area, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches.actions import locks
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.models import (
    COMPANION_ASKED_STATES,
    CompanionBudget,
    CompanionProposal,
    CompanionState,
)
from matchmaker.matches.queries.companions import unwelcome_in
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind
from matchmaker.records import actions as records

HOURS_PER_WEEK: Final = range(501)
UNWELCOME_AT_MOST: Final = 0.05
"""Above this share of accompanied visits that were not welcome nobody is asked any more until somebody has looked."""


def set_companion_budget(*, viewer: Viewer, community_id: UUID, hours_per_week: int, now: datetime) -> CompanionBudget:
    """So many hours a week, 0 for none; one that had stopped goes on, and what is welcome is counted afresh."""
    community = Area.objects.filter(public_id=community_id).exclude(time_zone="").first()
    if community is None:
        raise NotFound(field="community_id")
    if not viewer.holds(PostKind.COORDINATOR, community.path):
        raise NotAllowed
    if hours_per_week not in HOURS_PER_WEEK:
        raise InvalidInput(field="hours_per_week")
    with transaction.atomic():
        locks.lock_community(community.pk)
        said = {"hours_per_week": hours_per_week, "set_by_id": viewer.person_id, "set_at": now, "stopped_at": None}
        row, _ = CompanionBudget.objects.update_or_create(community=community, defaults=said)
        if hours_per_week == 0:
            _ask_nobody_more(community.pk, now)
        records.commit(
            chain=chain_of(community.pk),
            kind="companion.budget_set",
            facts={"community": community.pk, "hours": hours_per_week},
            persons=[viewer.require_person()],
            now=now,
        )
    return row


def stop_if_unwelcome(community_id: int, *, now: datetime) -> bool:
    """Too many did not welcome it: nobody else is asked, and the coordinators know. Inside the caller's transaction.

    What both had agreed to stands, for there the person helped said yes to this very neighbour.
    """
    rows = CompanionBudget.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    budget = rows.filter(community_id=community_id, stopped_at__isnull=True).first()
    if budget is None:
        return False
    count = unwelcome_in(community_id, since=budget.set_at)
    if count.unwelcome <= UNWELCOME_AT_MOST * count.spoken_of:
        return False
    budget.stopped_at = now
    budget.save(update_fields=["stopped_at"])
    _ask_nobody_more(community_id, now)
    for person_id in _coordinators_of(budget.community, now):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.COMPANIONS_STOPPED,
            about=budget.community.public_id,
            key=f"companions_stopped:{community_id}:{now:%Y%m%dT%H%M%S}:{person_id}",
            now=now,
        )
    return True


def _ask_nobody_more(community_id: int, now: datetime) -> None:
    rows = CompanionProposal.objects.filter(visit__match__community_id=community_id, state__in=COMPANION_ASKED_STATES)
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    for proposal in locked.select_related("visit__match__need"):
        known_to = endings.others_who_know(proposal, now=now)
        endings.close(proposal, CompanionState.WITHDRAWN, now=now)
        endings.tell_gone(proposal, to={proposal.companion_id, *known_to}, now=now)


def _coordinators_of(community: Area, now: datetime) -> list[int]:
    """Who holds the coordinator's post of the community, or one above it, today, and who stands in."""
    posts = {"kind": PostKind.COORDINATOR, "area_id__in": keys_of_path(community.path)}
    return sorted({row.person_id for row in people_in_posts(localdate(now), posts)})
