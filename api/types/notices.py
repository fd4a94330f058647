"""The inbox."""

from typing import Final

import graphene
from graphql_relay import to_global_id

from api.connections import connection_of
from api.ids import Node
from api.reads import reads
from api.types.enums import NoticeKind
from matchmaker.notices import models

TYPE_OF: Final = {
    models.NoticeKind.PROPOSAL_TO_HELP: "Proposal",
    models.NoticeKind.HELPER_FOUND: "Proposal",
    models.NoticeKind.PROPOSAL_WITHDRAWN: "Proposal",
    models.NoticeKind.MATCH_AGREED: "Match",
    models.NoticeKind.MATCH_CANCELLED: "Match",
    models.NoticeKind.VISIT_OUTCOME_WANTED: "Visit",
    models.NoticeKind.NEED_VERIFIED: "Need",
    models.NoticeKind.NEED_EXPIRED: "Need",
    models.NoticeKind.NEED_WITHDRAWN: "Need",
    models.NoticeKind.DUTY_ALARM: "DutyAlarm",
    models.NoticeKind.DUTY_OVERDUE: "DutyAlarm",
    models.NoticeKind.EMERGENCY_TO_HELP: "Proposal",
    models.NoticeKind.EMERGENCY_ANSWERED: "Proposal",
    models.NoticeKind.VISIT_CANCELLED: "Visit",
    models.NoticeKind.WHAT_HAPPENED: "Visit",
    models.NoticeKind.NEXT_IS_ASKED: "Need",
    models.NoticeKind.MATCH_PAUSED: "Match",
    models.NoticeKind.MATCH_RESUMED: "Match",
    models.NoticeKind.CONCERN_ANSWERED: "Concern",
    models.NoticeKind.MANDATE_GIVEN: "Mandate",
    models.NoticeKind.MANDATE_HOLDS: "Mandate",
    models.NoticeKind.MANDATE_ENDING: "Mandate",
    models.NoticeKind.COMPANION_WANTED: "CompanionProposal",
    models.NoticeKind.COMPANION_FOUND: "CompanionProposal",
    models.NoticeKind.COMPANION_AGREED: "CompanionProposal",
    models.NoticeKind.COMPANION_GONE: "CompanionProposal",
    models.NoticeKind.COMPANION_WORDS_WANTED: "CompanionProposal",
    models.NoticeKind.COMPANIONS_STOPPED: "Area",
    models.NoticeKind.TOUR_CHANGED: "Tour",
    models.NoticeKind.TOUR_LATE: "Tour",
    models.NoticeKind.TOUR_CALLED_OFF: "Tour",
    models.NoticeKind.DUTY_SECOND_LOOK: "DutyAlarm",
    models.NoticeKind.SECOND_LOOK_ANSWERED: "SecondLook",
    models.NoticeKind.COUNTS_AGAIN: "SecondLook",
    models.NoticeKind.DEPUTY_NAMED: "Deputy",
    models.NoticeKind.DEPUTY_ENDED: "Deputy",
}
"""What a notice of each kind is about."""


class Notice(graphene.ObjectType):
    """Something a person should know; each reads their own."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Notice,)

    kind = graphene.Field(NoticeKind, required=True, description="What it tells.")
    about = graphene.ID(required=True, description="The id of what it is about: node(id) shows it.")
    made_at = graphene.DateTime(required=True, description="When it was made.")
    read_at = graphene.DateTime(description="When it was read.")

    @staticmethod
    @reads("kind", "about")
    def resolve_about(notice: models.Notice, _info: graphene.ResolveInfo) -> str:
        return str(to_global_id(TYPE_OF[models.NoticeKind(notice.kind)], str(notice.about)))


NoticeConnection = connection_of(Notice)
