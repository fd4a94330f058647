"""Proposals whose time to answer is over, and those whose visit began before anybody could answer."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from matchmaker.matches.actions import agreements, due, locks
from matchmaker.matches.actions.proposing import look_for_next
from matchmaker.matches.models import LIVE_STATES, Proposal, ProposalState
from matchmaker.notices import actions as telling
from matchmaker.notices import queries as notices


def expire_proposals(*, now: datetime) -> int:
    """Every overdue proposal has ended and the next candidate is looked for; how many there were.

    None has expired of which the side that is asked had not heard; whoever heard late has their whole time from then
    on. When the visit begins it is too late for an answer: who never heard of it, or hardly before, has let nothing
    pass, and the proposal is taken back.
    """
    return sum(_end(proposal_id, now) for proposal_id in _ripe(now))


def _ripe(now: datetime) -> list[int]:
    """Those to look at under lock: seen without one, so that the unheard ones cost nothing on their way."""
    late = list(_with_sides(Proposal.objects.filter(state__in=LIVE_STATES, answer_due_at__lte=now)))
    asked = {proposal.pk: due.asked_side(proposal, now) for proposal in late if proposal.starts_at > now}
    reached = notices.reached_since_each([side for side in asked.values() if side is not None])
    return [proposal.pk for proposal in late if proposal.starts_at <= now or asked[proposal.pk] in reached]


def _with_sides(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("need", "offer").order_by("need_id", "pk")


def _end(proposal_id: int, now: datetime) -> int:
    with transaction.atomic():
        need = locks.lock_need(Proposal.objects.values_list("need_id", flat=True).get(pk=proposal_id))
        rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
        proposal = rows.select_related("offer__person__account", "helper").get(pk=proposal_id)
        proposal.need = need
        if proposal.state not in LIVE_STATES or proposal.answer_due_at > now:
            return 0
        heard_at = due.heard_since(proposal, now)
        if proposal.starts_at <= now and not due.had_fair_time(proposal, heard_at):
            _take_back(proposal, now)
        elif heard_at is None:
            return 0
        elif (due_at := due.due_after(proposal, heard_at)) > now:
            proposal.answer_due_at = due_at
            proposal.save(update_fields=["answer_due_at"])
            return 0
        else:
            proposal.state, proposal.closed_at = ProposalState.EXPIRED, now
            proposal.save(update_fields=["state", "closed_at"])
            telling.settle(about=proposal.public_id, now=now)
        look_for_next(proposal, now=now, because="expired")
    return 1


def _take_back(proposal: Proposal, now: datetime) -> None:
    """It is too late, and nobody's fault; whoever was asked need not look any more."""
    agreements.withdraw([proposal], now=now)
    agreements.tell_no_longer_needed([proposal], now=now)
