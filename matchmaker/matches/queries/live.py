"""What somebody listens to: which rows there are, and how each of them stands, in as few columns as tell a change."""

from collections.abc import Hashable, Mapping
from typing import Final
from uuid import UUID

from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import Match, Proposal, Visit
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import matches_for
from matchmaker.matches.queries.own import concerns_own_side
from matchmaker.matches.queries.proposals import proposals_for, proposals_to_review
from matchmaker.matches.queries.rounds import round_by_id
from matchmaker.needs.queries import asker_side_of

LOOKED_AT: Final = 100
"""The newest of them: who has more under way looks at a list."""

Standing = Mapping[UUID, Hashable]
"""For each row by its public id something that differs once it has changed."""


def round_topic(round_id: UUID) -> str:
    """What is told whenever the round has come further."""
    return f"round:{round_id}"


def own_proposals_stand(viewer: Viewer) -> Standing:
    """Proposals that the viewer answers, answered or is asked for, on either side."""
    own = sides.helper_side_of(viewer) | asker_side_of(viewer, "need__")
    rows = Proposal.objects.filter(pk__in=proposals_for(viewer).filter(own).order_by().values("pk"))
    columns = ("public_id", "state", "answer_due_at", "helper_answered_at", "asker_answered_at", "starts_at")
    return {row[0]: row[1:] for row in rows.order_by("-made_at", "-pk").values_list(*columns)[:LOOKED_AT]}


def own_matches_stand(viewer: Viewer) -> Standing:
    """Matches of the viewer's own sides, with how their visits stand."""
    seen = matches_for(viewer).filter(concerns_own_side(viewer)).order_by().values("pk")
    newest = Match.objects.filter(pk__in=seen).order_by("-agreed_at", "-pk").values_list("pk", "public_id", "state")
    found = {pk: (public_id, state) for pk, public_id, state in newest[:LOOKED_AT]}
    visits: dict[int, list[Hashable]] = {pk: [] for pk in found}
    columns = ("match_id", "pk", "state", "starts_at", "arrived_at", "left_at")
    for match_id, *stands in Visit.objects.filter(match__in=found).order_by("pk").values_list(*columns):
        visits[match_id].append(tuple(stands))
    return {public_id: (state, tuple(visits[pk])) for pk, (public_id, state) in found.items()}


def review_stands(viewer: Viewer) -> Hashable:
    """What waits for a look in the viewer's areas, in its order."""
    waiting = proposals_to_review(viewer).values_list("public_id", "answer_due_at")
    return tuple(waiting[:LOOKED_AT])


def round_stands(viewer: Viewer, round_id: UUID) -> Hashable:
    """How far the round is; NotFound where the viewer may not see it."""
    row = round_by_id(viewer, round_id)
    return (row.state, row.phase, row.progress_percent)
