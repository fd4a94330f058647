"""Proposals as each viewer may see them."""

from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import LIVE_STATES, Decision, DecisionKind, MatchState, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.needs.queries import asker_side_of, is_asker_side

READ_TO_SHOW_HELPER: Final = ("state", "helper_answered_at", *sides.READ_WITH_ASKER_SIDE)
"""What `may_see_helper` reads of a proposal."""


def proposals_for(viewer: Viewer, *, state: str | None = None) -> QuerySet[Proposal]:
    """What was put to the viewer as helper, asker, proxy or clerk, and all of the areas they work for; newest first."""
    if viewer.is_visitor:
        return Proposal.objects.none()
    asked = Q(helper_asked_at__isnull=False)
    visible = worked_by(viewer, "need__place__path")
    visible |= asked & sides.helper_side_of(viewer)
    visible |= asked & _shown_to_askers() & asker_side_of(viewer, "need__")
    rows = Proposal.objects.filter(visible)
    if state is not None:
        rows = rows.filter(state=state)
    return with_details(rows).order_by("-made_at", "-pk")


def proposal_by_id(viewer: Viewer, public_id: UUID) -> Proposal:
    """The proposal, or NotFound where the viewer may not see it."""
    found = proposals_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def proposals_to_review(viewer: Viewer) -> QuerySet[Proposal]:
    """What waits for a worker's look in the viewer's areas, the first due first."""
    waiting = Proposal.objects.filter(worked_by(viewer, "need__place__path"), state=ProposalState.IN_REVIEW)
    return with_details(waiting).order_by("answer_due_at", "pk")


def need_ids_asked(viewer: Viewer) -> QuerySet[Proposal, int]:
    """Needs that wait for an answer of the viewer's side as helper, or got a yes: the viewer may know of them."""
    if viewer.is_visitor:
        return Proposal.objects.none().values_list("need_id", flat=True)
    states = (ProposalState.AWAITING_HELPER, ProposalState.AWAITING_ASKER, ProposalState.ACCEPTED)
    return Proposal.objects.filter(sides.helper_side_of(viewer), state__in=states).values_list("need_id", flat=True)


def with_details(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """The rows with all that doors and predicates read of them: two queries, however many rows."""
    return rows.select_related(
        "need__service_type",
        "need__place",
        "need__community",
        "need__for_person__account",
        "need__for_person__household",
        "offer__person__account",
        "offer__organization",
        "offer__stop__place",
        "helper",
        "score_card",
        "match",
    ).prefetch_related(decisions_of_proposals())


def decisions_of_proposals() -> Prefetch:
    """What workers decided about proposals, in order of time, and who did."""
    return Prefetch("decisions", queryset=Decision.objects.select_related("decided_by").order_by("decided_at", "pk"))


def may_see_helper(viewer: Viewer, proposal: Proposal) -> bool:
    """Workers and the helper's side always; the asker's side once the helper said yes."""
    if sides.is_helper_side(viewer, proposal) or sides.is_worker(viewer, proposal.need):
        return True
    accepted = proposal.helper_answered_at is not None and proposal.state != ProposalState.DECLINED_BY_HELPER
    return accepted and is_asker_side(viewer, proposal.need)


def may_see_person(viewer: Viewer, proposal: Proposal) -> bool:
    """Whom the help is for: the asker's side, workers, and the helper's side while what both agreed to stands."""
    if is_asker_side(viewer, proposal.need) or sides.is_worker(viewer, proposal.need):
        return True
    return _has_standing_match(proposal) and sides.is_helper_side(viewer, proposal)


def may_refuse_proposal(viewer: Viewer, proposal: Proposal) -> bool:
    """A worker of the area while it waits for a look, unless it is a case of their own."""
    if proposal.state != ProposalState.IN_REVIEW or not sides.is_worker(viewer, proposal.need):
        return False
    return viewer.person_id != proposal.helper_id and not sides.is_own_case(viewer, proposal.need, proposal.offer)


def may_approve_proposal(viewer: Viewer, proposal: Proposal) -> bool:
    """The same, unless they proposed this pair themselves; `decisions` are read with the row."""
    proposed = any(
        one.kind == DecisionKind.OVERRIDE and one.decided_by_id == viewer.person_id for one in proposal.decisions.all()
    )
    return not proposed and may_refuse_proposal(viewer, proposal)


def may_see_terms(viewer: Viewer, proposal: Proposal) -> bool:
    """The points of the score are for workers of the area; the sides read sentences."""
    return sides.is_worker(viewer, proposal.need)


def _has_standing_match(proposal: Proposal) -> bool:
    """`match` is read with the row."""
    if proposal.state != ProposalState.ACCEPTED or not hasattr(proposal, "match"):
        return False
    return proposal.match.state in (MatchState.AGREED, MatchState.DONE)


def _shown_to_askers() -> Q:
    """An asker never learns who declined: only what is under way, what came to them, and what they answered."""
    came_to_them = Q(helper_answered_at__isnull=False) & ~Q(state=ProposalState.DECLINED_BY_HELPER)
    return Q(state__in=LIVE_STATES) | came_to_them
