"""Reading notices."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation
from api.types.notices import Notice
from matchmaker.notices import actions


class ReadNotice(Mutation):
    """Mark a notice of one's own as read."""

    class Input:
        notice_id = graphene.ID(required=True, description="Which notice.")

    gives = "notice"
    notice = graphene.Field(Notice, description="The notice.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        notice_id = uuid_of("Notice", asked.notice_id, field="notice_id")
        return actions.read_notice(viewer=context.viewer, notice_id=notice_id, now=context.now)
