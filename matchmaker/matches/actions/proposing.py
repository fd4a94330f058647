"""The next candidates for one need: at once after a decline, an expiry, a refusal, a cancellation or a verification."""

from datetime import datetime

from django.db import transaction

from matchmaker.engine import assignment, eligibility, explain, scoring
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import agreements, emergencies, locks, putting, rechecks
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import LIVE_STATES, Proposal, Round, RoundState, ScoreCard, UnmetNeed
from matchmaker.needs.models import Need, NeedState, OfferState

INSTANT_POLICY = "identity"


def propose_next(*, need_id: int, now: datetime) -> Proposal | None:
    """The best candidates now are proposed for the places that are free; the first of them, or None.

    Proposals that can no longer be held are withdrawn first. There are never more live proposals and matches together
    than helpers wanted, so doing it twice does nothing the second time.
    """
    seen = Need.objects.select_related("community").get(pk=need_id)
    if emergencies.is_emergency(seen):
        return _propose_at_once(need_id, now)
    if _is_settled(seen, now):
        return None
    _, knowledge = inputs.knowledge_in(seen.community, now=now)
    with transaction.atomic():
        need = locks.lock_need(need_id)
        _withdraw_lost(need, now)
        if need.state != NeedState.OPEN or need.verified_at is None:
            return None
        card_row = _card_in_use(need, now)
        problem = inputs.problem_of_need(need_id, seen.community, service_type=need.service_type.code, now=now)
        if not problem.needs:
            return None
        solved = putting.Solved(problem, knowledge, card_row, terms.card_of(card_row))
        plan = solve(solved, seed=need_id)
        made = putting.store([putting.proposal_from(chosen, solved, now=now) for chosen in plan.chosen], now=now)
        _write_why_nobody(solved, plan)
    return made[0] if made else None


def _propose_at_once(need_id: int, now: datetime) -> Proposal | None:
    """The nearest are asked side by side; the first of those asked just now, or None."""
    with transaction.atomic():
        need = locks.lock_need(need_id)
        _withdraw_lost(need, now)
        asked = emergencies.ask_the_nearest(need, now=now)
        if asked.solved is not None:
            _write_why_nobody(asked.solved, asked.without_anybody(need_id))
    return asked.made[0] if asked.made else None


def _is_settled(need: Need, now: datetime) -> bool:
    """Nothing to find, and nothing to take back: seen without a lock, before the town is measured.

    Every later change of a need, an offer or a proposal asks for another look of its own.
    """
    live = list(Proposal.objects.filter(need=need, state__in=LIVE_STATES).select_related("helper", "offer"))
    if any(not _can_be_held(need, proposal, now) for proposal in live):
        return False
    if need.state != NeedState.OPEN or need.verified_at is None:
        return True
    return need.helpers_found + len(live) >= need.helpers_wanted


def solve(solved: putting.Solved, *, seed: int) -> assignment.Plan:
    """Candidates, scores, rings and plan of a small problem."""
    problem = solved.problem
    found = eligibility.candidates(problem.needs, problem.offers, problem.types)
    scored = scoring.score(found, problem.types, solved.knowledge, solved.card)
    entering, waiting = scoring.within_rings(scored, solved.card)
    return assignment.plan(problem.needs, entering, waiting, seed)


def look_for_next(proposal: Proposal, *, now: datetime, because: str) -> None:
    """The next candidate for the need of a proposal that ended is looked for, once."""
    key = f"propose_next@{because}:{proposal.pk}"
    enqueue(names.PROPOSE_NEXT, {"need_id": proposal.need_id}, now=now, key=key)


def look_again(proposal: Proposal, *, now: datetime) -> None:
    """What is under way for the need is looked at again: a proposal that no longer holds is taken back."""
    with transaction.atomic():
        enqueue(names.PROPOSE_NEXT, {"need_id": proposal.need_id}, now=now)


def _card_in_use(need: Need, now: datetime) -> ScoreCard:
    """The card of the community's latest round, so that instant answers and rounds follow one policy."""
    rounds = Round.objects.filter(community_id=need.community_id, state=RoundState.DONE).select_related("score_card")
    latest = rounds.order_by("-pk").first()
    return latest.score_card if latest is not None else latest_card(INSTANT_POLICY, now=now)


def _withdraw_lost(need: Need, now: datetime) -> None:
    """Live proposals made on old words, or whose helper's time is gone, are taken back."""
    lost = [proposal for proposal in locks.lock_live_proposals(need) if not _can_be_held(need, proposal, now)]
    agreements.withdraw(lost, now=now)
    agreements.tell_no_longer_needed(lost, now=now)


def _can_be_held(need: Need, proposal: Proposal, now: datetime) -> bool:
    proposal.need = need
    if proposal.made_at < need.changed_at or proposal.starts_at <= now:
        return False
    if proposal.helper is not None:
        return rechecks.still_holds(proposal, proposal.helper, now=now)
    return need.state == NeedState.OPEN and proposal.offer.state == OfferState.OPEN


def _write_why_nobody(solved: putting.Solved, plan: assignment.Plan) -> None:
    """The reason found just now stands in place of an earlier one that no round wrote."""
    for need in solved.problem.needs:
        UnmetNeed.objects.filter(need_id=need.need_id, round=None).delete()
    UnmetNeed.objects.bulk_create(unmet_rows(solved, plan, round_row=None))


def unmet_rows(solved: putting.Solved, plan: assignment.Plan, *, round_row: Round | None) -> list[UnmetNeed]:
    """One row, not yet stored, for each need that still misses helpers, with the rule and what would help."""
    problem = solved.problem
    by_id = {need.need_id: need for need in problem.needs}
    rows = []
    for need_id, missing in plan.unmet:
        nobody = explain.why_nobody(by_id[need_id], problem.offers, problem.types)
        changes = [
            {"rule": change.rule, "offers": change.offers, "params": dict(change.params)} for change in nobody.changes
        ]
        rows.append(
            UnmetNeed(round=round_row, need_id=need_id, helpers_missing=missing, rule_code=nobody.rule, reasons=changes)
        )
    return rows
