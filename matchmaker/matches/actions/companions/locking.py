"""A companion's proposal as it stands now, the community, the need, the match and the visit locked before it."""

from uuid import UUID

from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.actions import locks
from matchmaker.matches.models import CompanionProposal, Visit


def lock_companion_proposal(viewer: Viewer, proposal_id: UUID) -> CompanionProposal:
    """NotFound where the viewer may not see it."""
    visible = queries.companion_proposals_for(viewer).select_related(None).prefetch_related(None)
    seen = visible.filter(public_id=proposal_id).values_list("pk", "visit_id", "visit__match_id").first()
    if seen is None:
        raise NotFound
    pk, visit_id, match_id = seen
    match = locks.lock_match(match_id)
    visit = Visit.objects.select_for_update(no_key=True).get(pk=visit_id)
    visit.match = match
    rows = CompanionProposal.objects.select_for_update(of=("self",), no_key=True)
    proposal = rows.select_related("companion__account").get(pk=pk)
    proposal.visit = visit
    return proposal
