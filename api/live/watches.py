"""What there is to listen to: for each field of Subscription when to look, how its rows stand, and how one is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from api.context import Context
from api.ids import uuid_of
from matchmaker.community.actions.locking import chain_of
from matchmaker.community.area_paths import keys_of_path
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.queries.live import Standing
from matchmaker.news import ANYWHERE

SHOWN_IN_QUEUE: Final = 20
WHOLE: Final = UUID(int=0)
"""Stands for a list that is told as a whole."""

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Watch:
    """`stand` says how things stand, and raises NotFound where the viewer has no part in it; `show` gives one row."""

    topics: Callable[[Context, Given], frozenset[str]]
    stand: Callable[[Context, Given], Standing]
    show: Callable[[Context, UUID], Any]
    at_once: bool = False
    """How things stand is told at the beginning too."""


def _community(context: Context, _given: Given) -> frozenset[str]:
    """The viewer's own community; all of them where a post lies elsewhere, or above."""
    own = context.viewer.community_id
    elsewhere = any(own not in keys_of_path(post.area_path) for post in context.viewer.posts)
    return frozenset({ANYWHERE if elsewhere else chain_of(own)})


def _round(context: Context, given: Given) -> frozenset[str]:
    return frozenset({queries.round_topic(_round_id(given)), *_community(context, given)})


def _round_id(given: Given) -> UUID:
    return uuid_of("Round", str(given.get("id", "")), field="id")


def _queue_stands(context: Context, _given: Given) -> Standing:
    if not context.viewer.worker_paths:
        raise NotFound
    return {WHOLE: queries.review_stands(context.viewer)}


def _queue(context: Context, _row: UUID) -> Any:
    return list(queries.proposals_to_review(context.viewer)[:SHOWN_IN_QUEUE])


def _round_stands(context: Context, given: Given) -> Standing:
    round_id = _round_id(given)
    return {round_id: queries.round_stands(context.viewer, round_id)}


WATCHES: Final[dict[str, Watch]] = {
    "ownProposals": Watch(
        topics=_community,
        stand=lambda context, _given: queries.own_proposals_stand(context.viewer),
        show=lambda context, row: queries.proposal_by_id(context.viewer, row),
    ),
    "ownMatches": Watch(
        topics=_community,
        stand=lambda context, _given: queries.own_matches_stand(context.viewer),
        show=lambda context, row: queries.match_by_id(context.viewer, row),
    ),
    "reviewQueue": Watch(topics=_community, stand=_queue_stands, show=_queue, at_once=True),
    "round": Watch(
        topics=_round,
        stand=_round_stands,
        show=lambda context, row: queries.round_by_id(context.viewer, row),
        at_once=True,
    ),
}
