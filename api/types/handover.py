"""What is open in a worker's areas, for whoever takes over."""

import graphene

from api.connections import connection_inside
from api.context import Context
from api.loaders import bare
from api.types.desk import DeskPersonConnection
from api.types.matches import VisitConnection
from api.types.needs import NeedConnection
from matchmaker.community import queries as community
from matchmaker.community.viewers import Viewer
from matchmaker.matches import queries as matches
from matchmaker.needs import queries as needs
from matchmaker.notices import queries as notices


class Handover(graphene.ObjectType):
    """All that is open in the areas of a worker: how much of each, and the rows that no other list gives."""

    class Meta:
        possible_types = (Viewer,)

    to_verify = graphene.Int(required=True, description="How many needs wait to be verified, but one's own.")
    to_approve = graphene.Int(required=True, description="How many proposals are in `proposalsToReview`.")
    to_answer = graphene.Int(required=True, description="How many concerns are in `concernsToAnswer`.")
    to_call = graphene.Int(required=True, description="How many calls of today are in `calls`.")
    to_confirm = graphene.Int(required=True, description="How many homes wait to be confirmed, but one's own.")
    promised = graphene.Int(required=True, description="How many open needs were promised a time.")
    visits = graphene.Int(required=True, description="How many visits begin within a week or are under way.")
    alarms = graphene.Int(required=True, description="How many alarms of `dutyAlarms` are not closed.")
    needs_to_verify = connection_inside(
        NeedConnection,
        lambda viewer, _context: bare(needs.needs_to_verify(viewer)),
        description="The needs that wait to be verified, the first asked first.",
    )
    needs_promised = connection_inside(
        NeedConnection,
        lambda viewer, _context: bare(needs.needs_promised_by(viewer)),
        description="Open needs that were promised a time, the first due first.",
    )
    visits_ahead = connection_inside(
        VisitConnection,
        lambda viewer, context: matches.visits_ahead_for(viewer, now=context.now),
        description="Those visits, the first first.",
    )
    homes_to_confirm = connection_inside(
        DeskPersonConnection,
        lambda viewer, _context: community.homes_to_confirm(viewer),
        description="Who said where they live and waits for `confirmHome` or `refuseHome`, the longest waiting first.",
    )

    @staticmethod
    def resolve_to_verify(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return needs.needs_to_verify(viewer).count()

    @staticmethod
    def resolve_to_approve(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return matches.proposals_to_review(viewer).count()

    @staticmethod
    def resolve_to_answer(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return matches.concerns_to_answer(viewer).count()

    @staticmethod
    def resolve_to_call(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return notices.calls_for(viewer, viewer.today).count()

    @staticmethod
    def resolve_to_confirm(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return community.homes_to_confirm(viewer).count()

    @staticmethod
    def resolve_promised(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return needs.needs_promised_by(viewer).count()

    @staticmethod
    def resolve_visits(viewer: Viewer, info: graphene.ResolveInfo) -> int:
        context: Context = info.context
        return matches.visits_ahead_for(viewer, now=context.now).count()

    @staticmethod
    def resolve_alarms(viewer: Viewer, _info: graphene.ResolveInfo) -> int:
        return notices.open_alarms_for(viewer).count()
