"""Pins where a plan is written: a second worker looks first, and a pin that could not stand is named."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from matchmaker.engine.assignment import Chosen
from matchmaker.engine.wishes import Pair, RefusedPin
from matchmaker.matches import inputs
from matchmaker.matches.actions import putting
from matchmaker.matches.models import Decision, DecisionKind, PairDecision, PairDecisionKind, Proposal, Round


def pinned_by(pairs: Collection[Pair], *, now: datetime) -> dict[Pair, PairDecision]:
    """The rows behind these pins, as far as they are still in force."""
    if not pairs:
        return {}
    rows = inputs.in_force(now).filter(kind=PairDecisionKind.PIN, need_id__in={need_id for need_id, _ in pairs})
    found = {(row.need_id, row.offer_id): row for row in rows}
    return {pair: found[pair] for pair in pairs if pair in found}


def stored(
    chosen: Sequence[Chosen],
    solved: putting.Solved,
    pinned: Mapping[Pair, PairDecision],
    *,
    now: datetime,
    round_row: Round | None = None,
) -> list[Proposal]:
    """The proposals stand; those of pins wait for a worker other than the one who pinned them, as overrides do."""
    made = putting.store(
        [
            putting.proposal_from(one, solved, now=now, round_row=round_row, is_override=one.key[:2] in pinned)
            for one in chosen
        ],
        now=now,
    )
    found = [(proposal, pinned.get((proposal.need_id, proposal.offer_id))) for proposal in made]
    Decision.objects.bulk_create(
        [
            Decision(
                proposal=proposal,
                kind=DecisionKind.OVERRIDE,
                decided_by_id=pin.decided_by_id,
                reason=pin.reason,
                decided_at=pin.decided_at,
            )
            for proposal, pin in found
            if pin is not None
        ],
        batch_size=500,
    )
    return made


def tell_refused(pinned: Mapping[Pair, PairDecision], refused: Iterable[RefusedPin], *, now: datetime) -> None:
    """Each pin says why it could not stand this time, or nothing where it could."""
    rules = {(pin.need_id, pin.offer_id): pin.rule for pin in refused}
    changed = []
    for pair, row in pinned.items():
        rule = rules.get(pair, "")
        if rule != row.refused_rule:
            row.refused_rule, row.refused_at = rule, now if rule else None
            changed.append(row)
    PairDecision.objects.bulk_update(changed, ["refused_rule", "refused_at"], batch_size=500)
