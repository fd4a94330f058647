"""What concerns the viewer themself, apart from what they see as a worker: their turn to answer, meet or speak."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import Match, MatchState, OutcomeSide, Proposal, ProposalState, Visit, VisitState
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import matches_for, visits_for
from matchmaker.matches.queries.proposals import proposals_for
from matchmaker.needs.queries import spoken_on_by

LOOKED_BACK: Final = timedelta(days=31)
"""So long a visit stays in a calendar after it was."""


def proposals_to_answer(viewer: Viewer) -> QuerySet[Proposal]:
    """Those whose next answer is the viewer's own side's, the first due first."""
    helpers_turn = Q(state=ProposalState.AWAITING_HELPER) & sides.helper_side_of(viewer)
    askers_turn = Q(state=ProposalState.AWAITING_ASKER) & spoken_on_by(viewer, "need__")
    return proposals_for(viewer).filter(helpers_turn | askers_turn).order_by("answer_due_at", "pk")


def own_matches(viewer: Viewer) -> QuerySet[Match]:
    """The agreed matches of the viewer and of those they speak for, paused ones too, newest first."""
    return matches_for(viewer).filter(_own(viewer), state__in=(MatchState.AGREED, MatchState.SUSPENDED))


def visits_to_speak_of(viewer: Viewer, *, now: datetime) -> QuerySet[Visit]:
    """Visits that have begun and of which the viewer's own side has said nothing, the oldest first."""
    if viewer.is_visitor:
        return Visit.objects.none()
    begun = visits_for(viewer).filter(state=VisitState.PLANNED, starts_at__lte=now)
    begun = begun.exclude(match__state=MatchState.SUSPENDED)
    as_helper = Q(match__helper_id=viewer.person_id) & ~Q(outcomes__side=OutcomeSide.HELPER)
    as_asker = spoken_on_by(viewer, "match__need__") & ~Q(outcomes__side=OutcomeSide.ASKER)
    return begun.filter(as_helper | as_asker).distinct()


def agreed_visits(viewer: Viewer, *, now: datetime) -> QuerySet[Visit]:
    """The visits of the viewer and of those they speak for that stand, and those held of late, in order: one query."""
    return _agreed(_own(viewer), now) if not viewer.is_visitor else Visit.objects.none()


def agreed_visits_of_organization(viewer: Viewer, organization_id: int, *, now: datetime) -> QuerySet[Visit]:
    """Those of an organization whose clerk the viewer is; of no other there are any."""
    known = viewer.clerk_of & {organization_id}
    return _agreed(Q(offer__organization__in=known), now)


def _agreed(whose: Q, now: datetime) -> QuerySet[Visit]:
    matches = Match.objects.filter(whose, state__in=(MatchState.AGREED, MatchState.DONE))
    rows = Visit.objects.filter(match__in=matches.values("pk"), state__in=(VisitState.PLANNED, VisitState.DONE))
    rows = rows.filter(ends_at__gte=now - LOOKED_BACK)
    return rows.select_related("match__need__service_type").order_by("starts_at", "pk")


def awaited_side(viewer: Viewer, proposal: Proposal) -> OutcomeSide | None:
    """Which side the viewer answers for now, if it is that side's turn."""
    if proposal.state == ProposalState.AWAITING_HELPER and sides.answers_for_helper(viewer, proposal):
        return OutcomeSide.HELPER
    if proposal.state == ProposalState.AWAITING_ASKER and sides.answers_for_asker(
        viewer, proposal.need, proposal.offer, proposal.helper_id
    ):
        return OutcomeSide.ASKER
    return None


def is_helping(viewer: Viewer, proposal: Proposal) -> bool:
    """Stands on the helper's side of this proposal."""
    return sides.is_helper_side(viewer, proposal)


def concerns_own_side(viewer: Viewer) -> Q:
    """Matches of the viewer, of those they speak for, and of the organizations whose clerk they are."""
    return _own(viewer) | Q(offer__organization__in=viewer.clerk_of)


def _own(viewer: Viewer) -> Q:
    return spoken_on_by(viewer, "need__") | Q(helper_id=viewer.person_id)
