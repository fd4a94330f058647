"""From what the engine chose to proposals that stand before people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from matchmaker.engine.assignment import Chosen
from matchmaker.engine.markets import Asked, left_for_others
from matchmaker.engine.prices import URGENT_FROM
from matchmaker.engine.scoring import Knowledge
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.matches import terms
from matchmaker.matches.actions import agreements
from matchmaker.matches.actions.due import ANSWER_WITHIN, answer_due_at
from matchmaker.matches.actions.reviewing import OVERRIDE, review_reasons
from matchmaker.matches.inputs import Problem
from matchmaker.matches.models import Proposal, ProposalState, Round, ScoreCard
from matchmaker.needs.availability import moment_of
from matchmaker.needs.models import Urgency
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind, WebhookEvent


@dataclass(frozen=True, slots=True)
class Solved:
    """What the engine was told and what it measured, and by which card.

    For one need alone also `prices` by offer, and who is `asked`, the first first; a round looks at no price.
    """

    problem: Problem
    knowledge: Knowledge
    card_row: ScoreCard
    card: EngineCard
    prices: Mapping[int, int] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()


def proposal_from(
    chosen: Chosen, solved: Solved, *, now: datetime, round_row: Round | None = None, is_override: bool = False
) -> Proposal:
    """The row of a chosen candidate, not yet stored: in review where a reason asks for it, else before the helper."""
    need, offer = chosen.scored.candidate.need, chosen.scored.candidate.offer
    kind = solved.problem.types[need.service_type]
    reasons = review_reasons(need, offer, kind, solved.knowledge.trust) + ([OVERRIDE] if is_override else [])
    starts_at = moment_of(chosen.start, horizon_start=solved.problem.horizon_start_at)
    gain = next((term.raw for term in chosen.scored.terms if term.name == "identity_gain"), 0.0)
    return Proposal(
        round=round_row,
        need_id=need.need_id,
        offer_id=offer.offer_id,
        helper_id=offer.person_id,
        score_card=solved.card_row,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=need.minutes),
        weeks=chosen.weeks,
        score=chosen.scored.total,
        terms=terms.stored(chosen.scored, solved.card),
        price=solved.prices.get(offer.offer_id, 0) if need.urgency < URGENT_FROM else 0,
        left_for_others=left_for_others(chosen.scored, solved.asked),
        walk_m=round(chosen.scored.candidate.walk_m),
        identity_gain=gain,
        ring=int(chosen.scored.candidate.ring),
        ring_reason=chosen.scored.ring_reason,
        review_reasons=reasons,
        state=ProposalState.IN_REVIEW if reasons else ProposalState.AWAITING_HELPER,
        made_at=now,
        answer_due_at=starts_at if reasons else answer_due_at(urgency=need.urgency, starts_at=starts_at, now=now),
        helper_asked_at=None if reasons else now,
    )


def store(proposals: Sequence[Proposal], *, now: datetime) -> list[Proposal]:
    """The proposals stand, and whoever is asked knows of it."""
    rows = Proposal.objects.bulk_create(proposals, batch_size=500)
    for proposal in rows:
        if proposal.helper_asked_at is not None:
            tell_helper(proposal, now=now)
    return rows


def tell_helper(proposal: Proposal, *, now: datetime) -> None:
    """The helper, or each clerk of the organization, is asked."""
    agreements.tell_systems_of_proposal(proposal, WebhookEvent.OFFER_PROPOSED, now)
    for person_id in agreements.helpers_to_tell(proposal.offer, now):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.PROPOSAL_TO_HELP,
            about=proposal.public_id,
            key=f"proposal_to_help:{proposal.pk}:{person_id}",
            now=now,
            urgent=proposal.answer_due_at - now <= ANSWER_WITHIN[Urgency.URGENT],
        )
