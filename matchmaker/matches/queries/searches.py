"""Where the search for a need stands, as its asker may know it: never who is asked, and never who declined."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import LIVE_STATES, Proposal, ProposalState
from matchmaker.needs.queries import asker_side_of


class SearchStep(StrEnum):
    LOOKING = "LOOKING"
    IN_REVIEW = "IN_REVIEW"
    ASKING = "ASKING"


def searches_of(viewer: Viewer, need_ids: Collection[int]) -> Mapping[int, SearchStep]:
    """By the need's key, what goes on for each need of the viewer's side; one query, however many needs.

    Somebody is being asked, or those found wait for a worker's look first, or nobody is found at this moment.
    """
    steps = dict.fromkeys(need_ids, SearchStep.LOOKING)
    if viewer.is_visitor or not steps:
        return steps
    live = Proposal.objects.filter(asker_side_of(viewer, "need__"), need_id__in=need_ids, state__in=LIVE_STATES)
    for need_id, state in live.values_list("need_id", "state"):
        if state != ProposalState.IN_REVIEW:
            steps[need_id] = SearchStep.ASKING
        elif steps[need_id] == SearchStep.LOOKING:
            steps[need_id] = SearchStep.IN_REVIEW
    return steps
