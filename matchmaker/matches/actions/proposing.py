"""The next candidates for one need: at once after a decline, an expiry, a refusal, a cancellation or a verification."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from matchmaker.engine import assignment, eligibility, markets, scoring, wishes
from matchmaker.engine.choices import choices_of
from matchmaker.engine.nobody import why_nobody_of_each
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import agreements, emergencies, locks, pins, putting, rechecks, unmet
from matchmaker.matches.actions.score_cards import card_in_use
from matchmaker.matches.models import LIVE_STATES, Proposal, Round, UnmetNeed
from matchmaker.needs.models import Need, NeedState, OfferState


def propose_next(*, need_id: int, now: datetime) -> Proposal | None:
    """The best candidates now, by score less price, are proposed for the places that are free; the first, or None.

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
        card_row = card_in_use(need.community, now=now)
        problem = inputs.problem_of_need(need_id, seen.community, service_type=need.service_type.code, now=now)
        if not problem.needs:
            return None
        solved, scored = _ordered(putting.Solved(problem, knowledge, card_row, terms.card_of(card_row)), now)
        pinned = pins.pinned_by(inputs.pins_of_need(need_id, now=now), now=now)
        plan = _plan(solved, scored, seed=need_id, wished=tuple(pinned))
        made = pins.stored(plan.chosen, solved, pinned, now=now)
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


def _ordered(solved: putting.Solved, now: datetime) -> tuple[putting.Solved, tuple[scoring.Scored, ...]]:
    """The candidates of a need with their scores, and in which order they would be asked at the prices of now."""
    problem = solved.problem
    found = eligibility.candidates(problem.needs, problem.offers, problem.types, problem.streets)
    scored = scoring.score(found, problem.types, solved.knowledge, solved.card, streets=problem.streets)
    entering, _ = scoring.within_rings(scored, solved.card)
    prices = inputs.prices_of([one.candidate.offer for one in scored], now=now)
    asked = markets.in_order(entering, prices, wanted=problem.needs[0].helpers_wanted)
    return replace(solved, prices=prices, asked=asked), scored


def _plan(
    solved: putting.Solved, scored: tuple[scoring.Scored, ...], *, seed: int, wished: tuple[wishes.Pair, ...]
) -> assignment.Plan:
    """The plan of a small problem at prices, around the pairs that are wished; teams whole or not at all."""
    problem = solved.problem
    choices = markets.at_prices(choices_of(*scoring.within_rings(scored, solved.card)), solved.prices)
    keys, _ = wishes.pins_as_keys(problem.needs, problem.offers, problem.types, choices, wished, problem.streets)
    groups = wishes.groups_by_grid(problem.needs)
    return wishes.wished_plan(problem.needs, choices, groups, seed=seed, pins=keys).plan


def look_for_next(proposal: Proposal, *, now: datetime, because: str) -> None:
    """The next candidate for the need of a proposal that ended is looked for, once."""
    key = f"propose_next@{because}:{proposal.pk}"
    enqueue(names.PROPOSE_NEXT, {"need_id": proposal.need_id}, now=now, key=key)


def look_again(proposal: Proposal, *, now: datetime) -> None:
    """What is under way for the need is looked at again: a proposal that no longer holds is taken back."""
    with transaction.atomic():
        enqueue(names.PROPOSE_NEXT, {"need_id": proposal.need_id}, now=now)


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


def unmet_rows(
    solved: putting.Solved,
    plan: assignment.Plan,
    *,
    round_row: Round | None,
    still: Callable[[], None] = lambda: None,
) -> list[UnmetNeed]:
    """One row, not yet stored, for each need that still misses helpers, with the rule and what would help."""
    problem = solved.problem
    by_id = {need.need_id: need for need in problem.needs}
    found = Counter(one.key[0] for one in plan.chosen)
    asked = [by_id[need_id] for need_id, _ in plan.unmet]
    names = unmet.names_of(asked)
    told = why_nobody_of_each(asked, problem.offers, problem.types, found, problem.streets, still)
    return [
        UnmetNeed(
            round=round_row,
            need_id=need.need_id,
            helpers_missing=missing,
            rule_code=nobody.rule,
            reasons=unmet.stored(nobody, need, names),
        )
        for need, (_, missing), nobody in zip(asked, plan.unmet, told, strict=True)
    ]
