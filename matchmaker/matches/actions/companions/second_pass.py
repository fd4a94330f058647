"""The second pass: helpers are agreed, and now it is looked for who might come along, within the hours there are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from matchmaker.community.models import Area
from matchmaker.engine.companions import Companionship, best_companions
from matchmaker.matches import calendar, inputs
from matchmaker.matches.actions import locks
from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    CompanionBudget,
    CompanionProposal,
    Visit,
    Willingness,
)
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind

Minutes = dict[datetime, int]
"""By the beginning of the ISO week."""


def propose_companions(*, now: datetime) -> int:
    """Every community that gives hours for it has been looked at; how many neighbours were asked to come along."""
    open_budgets = CompanionBudget.objects.filter(hours_per_week__gt=0, stopped_at__isnull=True)
    communities = [row.community for row in open_budgets.select_related("community").order_by("community__path")]
    return sum(len(propose_companions_in(community, now=now)) for community in communities)


def propose_companions_in(community: Area, *, now: datetime) -> list[CompanionProposal]:
    """The companions who add most are asked, at most one for a visit and within the week's hours. Twice is once.

    What is computed is computed before anybody is locked, and looked at again under lock.
    """
    if not inputs.visits_to_accompany(community, now=now).exists():
        return []
    company = inputs.company_in(community, now=now)
    if company.forest is None:
        return []
    best = best_companions(
        company.visits, company.willing, company.forest, company.acquaintances, allowed_types=company.types
    )
    with transaction.atomic():
        locks.lock_community(community.pk)
        left = _minutes_left(community)
        rows = {row.pk: row for row in inputs.visits_to_accompany(community, now=now)}
        willing = set(Willingness.objects.filter(paused_at__isnull=True).values_list("person_id", flat=True))
        made = [_made(one, rows[one.match_id], now) for one in _within(best, rows, willing, left, community)]
        made = CompanionProposal.objects.bulk_create(made)
        for proposal in made:
            _ask(proposal, now)
    return made


def _within(
    best: Sequence[Companionship], rows: dict[int, Visit], willing: set[int], left: Minutes, community: Area
) -> list[Companionship]:
    """Those who bring something, best first, while the hours of the visit's week last; nobody twice at one hour."""
    held: list[Companionship] = []
    hours: dict[int, list[Visit]] = defaultdict(list)
    for one in best:
        visit = rows.get(one.match_id)
        if visit is None or one.companion_id not in willing or one.added <= 0.0:
            continue
        week, elsewhere = _week_of(visit, community), hours[one.companion_id]
        overlaps = any(visit.starts_at < other.ends_at and other.starts_at < visit.ends_at for other in elsewhere)
        if left[week] >= visit.minutes and not overlaps:
            left[week] -= visit.minutes
            elsewhere.append(visit)
            held.append(one)
    return held


def _minutes_left(community: Area) -> Minutes:
    """What is left of each week's hours, beside what is asked for and agreed."""
    budget = CompanionBudget.objects.select_for_update(of=("self",), no_key=True).get(community=community)
    whole = 0 if budget.stopped_at is not None else budget.hours_per_week * 60
    left: Minutes = defaultdict(lambda: whole)
    taken = CompanionProposal.objects.filter(visit__match__community=community, state__in=COMPANION_LIVE_STATES)
    rows = taken.values("visit__starts_at").annotate(minutes=Sum("visit__minutes"))
    for row in rows:
        left[calendar.horizon_start(row["visit__starts_at"], calendar.zone_of(community))] -= row["minutes"]
    return left


def _week_of(visit: Visit, community: Area) -> datetime:
    return calendar.horizon_start(visit.starts_at, calendar.zone_of(community))


def _made(one: Companionship, visit: Visit, now: datetime) -> CompanionProposal:
    return CompanionProposal(
        visit=visit,
        companion_id=one.companion_id,
        walk_m=round(one.walk_m),
        chance=one.chance,
        gain_alone=one.alone,
        gain_together=one.together,
        reason=one.reason,
        reason_params=dict(one.params),
        asked_at=now,
    )


def _ask(proposal: CompanionProposal, now: datetime) -> None:
    """The companion hears of a time and a grid, and of nothing else."""
    notices.notify(
        person_id=proposal.companion_id,
        kind=NoticeKind.COMPANION_WANTED,
        about=proposal.public_id,
        key=f"companion_wanted:{proposal.pk}",
        now=now,
    )
