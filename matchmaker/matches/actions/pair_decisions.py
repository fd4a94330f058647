"""Pins and bans: a worker says, with a written reason, that a pair is to be planned, or is not to be."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.viewers import Viewer
from matchmaker.engine import eligibility, explain
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, queries
from matchmaker.matches.actions import agreements, locks
from matchmaker.matches.actions.rechecks import NeedNoLongerOpen, OfferNoLongerOpen
from matchmaker.matches.actions.reviews import (
    HardRuleBroken,
    OfferOutOfReach,
    OwnCase,
    refuse_empty,
)
from matchmaker.matches.models import PairDecision, PairDecisionKind
from matchmaker.matches.queries import sides
from matchmaker.needs import queries as needs
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from matchmaker.records import actions as records


class PairDecidedAlready(DomainError):
    code = "PAIR_DECIDED_ALREADY"
    message = "These two are pinned or banned already. Lift that first."
    message_zh = "这一对已经指定或排除过了，请先解除。"


class PairDecisionOver(DomainError):
    code = "PAIR_DECISION_OVER"
    message = "This has been lifted already."
    message_zh = "已经解除过了。"


def pin_pair(
    *, viewer: Viewer, need_id: UUID, offer_id: UUID, reason: str, now: datetime, until_date: date | None = None
) -> PairDecision:
    """The pair is planned first from now on, while every hard rule allows it; another worker still approves it."""
    with transaction.atomic():
        need, offer = _locked(viewer, need_id, offer_id, reason, until_date, now)
        if offer.state != OfferState.OPEN:
            raise OfferNoLongerOpen
        _refuse_if_rule_broken(need, offer, now)
        return _decided(viewer, need, offer, PairDecisionKind.PIN, reason, until_date, now)


def ban_pair(
    *, viewer: Viewer, need_id: UUID, offer_id: UUID, reason: str, now: datetime, until_date: date | None = None
) -> PairDecision:
    """Whoever offers this is not put to this need; a proposal of the two that nobody agreed to yet is taken back."""
    with transaction.atomic():
        need, offer = _locked(viewer, need_id, offer_id, reason, until_date, now)
        live = [proposal for proposal in locks.lock_live_proposals(need) if _is_by(proposal.offer, offer)]
        agreements.withdraw(live, now=now)
        agreements.tell_no_longer_needed(live, now=now)
        row = _decided(viewer, need, offer, PairDecisionKind.BAN, reason, until_date, now)
        if live:
            enqueue(names.PROPOSE_NEXT, {"need_id": need.pk}, now=now, key=f"propose_next@banned:{row.pk}")
        return row


def lift_pair_decision(*, viewer: Viewer, decision_id: UUID, now: datetime) -> PairDecision:
    """From now on the pair is looked at like any other."""
    seen = queries.pair_decision_by_id(viewer, decision_id)
    with transaction.atomic():
        need = locks.lock_need(seen.need_id)
        if not sides.is_worker(viewer, need):
            raise NotAllowed
        row = PairDecision.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.pk)
        if row.lifted_at is not None:
            raise PairDecisionOver
        row.lifted_at, row.lifted_by_id = now, viewer.require_person()
        row.save(update_fields=["lifted_at", "lifted_by"])
        _record("lift", row, need, viewer, now)
    return row


def _locked(
    viewer: Viewer, need_id: UUID, offer_id: UUID, reason: str, until_date: date | None, now: datetime
) -> tuple[Need, Offer]:
    """The two, for a worker who is no part of the matter, with a reason and a last day that is not past."""
    refuse_empty(reason)
    if until_date is not None and until_date < localdate(now):
        raise InvalidInput("This day has passed.", message_zh="这一天已经过去了。", field="until_date")
    seen, offer_pk = needs.need_by_id(viewer, need_id), needs.offer_by_id(viewer, offer_id).pk
    need = locks.lock_need(seen.pk)
    offer = Offer.objects.select_related("person", "organization").get(pk=offer_pk)
    if not sides.is_worker(viewer, need):
        raise NotAllowed
    if sides.is_own_case(viewer, need, offer):
        raise OwnCase
    if need.state != NeedState.OPEN:
        raise NeedNoLongerOpen
    if inputs.in_force(now).filter(need=need, offer=offer).exists():
        raise PairDecidedAlready
    return need, offer


def _refuse_if_rule_broken(need: Need, offer: Offer, now: datetime) -> None:
    """While others are being asked nothing can be said yet; the rules are looked at again whenever it is planned."""
    problem = inputs.problem_of_pair(need.pk, offer.pk, need.community, now=now)
    if not problem.offers:
        raise OfferOutOfReach
    if not problem.needs:
        return
    broken = eligibility.first_refusal(problem.needs[0], problem.offers[0], problem.types, problem.streets)
    if broken is not None:
        said = explain.refused_by(broken)
        raise HardRuleBroken(said.en, message_zh=said.zh)


def _is_by(other: Offer, offer: Offer) -> bool:
    """By the same person or organization: a ban is on whoever offers, not on one of their offers."""
    return (other.person_id, other.organization_id) == (offer.person_id, offer.organization_id)


def _decided(
    viewer: Viewer,
    need: Need,
    offer: Offer,
    kind: PairDecisionKind,
    reason: str,
    until_date: date | None,
    now: datetime,
) -> PairDecision:
    past_their_last_day = PairDecision.objects.filter(need=need, offer=offer, lifted_at__isnull=True)
    past_their_last_day.update(lifted_at=now)
    row = PairDecision.objects.create(
        kind=kind,
        need=need,
        offer=offer,
        decided_by_id=viewer.require_person(),
        reason=reason.strip(),
        decided_at=now,
        until_date=until_date,
    )
    _record(kind.lower(), row, need, viewer, now)
    return row


def _record(what: str, row: PairDecision, need: Need, viewer: Viewer, now: datetime) -> None:
    facts: dict[str, int | str] = {"pair_decision": row.pk, "need": need.pk, "offer": row.offer_id}
    records.commit(
        chain=agreements.chain_of(need),
        kind=f"decision.{what}",
        facts=facts,
        persons=[viewer.require_person()],
        now=now,
    )
