"""Any row by its id, as far as the viewer may see it."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import graphene
from django.db.models import QuerySet

from api.context import Context
from api.ids import Node, decode
from matchmaker.community import queries as community
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.lists import queries as lists
from matchmaker.matches import queries as matches
from matchmaker.needs import queries as needs
from matchmaker.notices import queries as notices


def _need(viewer: Viewer, public_id: UUID) -> Any:
    return needs.need_by_id(viewer, public_id, also_need_ids=matches.need_ids_asked(viewer))


def _among(rows_for: Callable[[Viewer], QuerySet[Any]]) -> Callable[[Viewer, UUID], Any]:
    """The row with this public id among those that the viewer may see; None where it is not there."""
    return lambda viewer, public_id: rows_for(viewer).filter(public_id=public_id).first()


BY_ID: Final[dict[str, Callable[[Viewer, UUID], Any]]] = {
    "AccessToken": _among(community.tokens_for),
    "Area": _among(community.areas_for),
    "Concern": matches.concern_by_id,
    "Call": _among(notices.seen_calls_for),
    "CompanionProposal": matches.companion_proposal_by_id,
    "Deputy": _among(community.deputies_for),
    "Decision": _among(matches.decisions_for),
    "CityPlan": matches.city_plan_by_id,
    "DutyAlarm": _among(notices.alarms_for),
    "ImportRun": lists.import_by_id,
    "LedgerEntry": _among(matches.ledger_for),
    "Match": matches.match_by_id,
    "Need": _need,
    "Notice": _among(notices.notices_for),
    "Offer": needs.offer_by_id,
    "Organization": _among(community.organizations_for),
    "PairDecision": matches.pair_decision_by_id,
    "Post": _among(community.posts_for),
    "Proposal": matches.proposal_by_id,
    "Round": matches.round_by_id,
    "ScoreCard": _among(lambda _viewer: matches.score_cards()),
    "SecondLook": matches.second_look_by_id,
    "Tour": needs.tour_by_id,
    "TourStop": needs.stop_by_id,
    "UnmetNeed": _among(matches.unmet_needs_for),
    "Visit": matches.visit_by_id,
    "Webhook": _among(notices.webhooks_for),
    "WebhookMessage": _among(notices.webhook_messages_for),
    "WhatIf": matches.what_if_by_id,
}
"""How each type is found; what is not here is only reached through another row."""


class NodeQueries(graphene.ObjectType):
    """Any row by its id."""

    node = graphene.Field(
        Node,
        description="Any row by its id; null where the viewer may not see it.",
        id=graphene.ID(required=True, description="Its id."),
    )

    @staticmethod
    def resolve_node(_root: Any, info: graphene.ResolveInfo, id: str) -> Any:
        context: Context = info.context
        named = decode(id)
        if named is None or named.type_name not in BY_ID:
            return None
        try:
            return BY_ID[named.type_name](context.viewer, named.public_id)
        except NotFound:
            return None
