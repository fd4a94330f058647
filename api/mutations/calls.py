"""Logging calls, and wishing how to be told."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.calls import Call, Wishes
from api.types.enums import CallResult, NoticeChannel
from matchmaker.notices import actions, queries


class LogCall(Mutation):
    """Log, as a worker of the area, what came of a call or a visit."""

    class Input:
        call_id = graphene.ID(required=True, description="Which call.")
        result = CallResult(required=True, description="What came of it.")
        note = graphene.String(description="A short note.")

    gives = "call"
    call = graphene.Field(Call, description="The call.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        call_id = uuid_of("Call", asked.call_id, field="call_id")
        told = given(asked, except_for=("call_id",))
        actions.log_call(viewer=context.viewer, call_id=call_id, now=context.now, **told)
        return queries.call_by_id(context.viewer, call_id)


class WishNotices(Mutation):
    """Say how one wishes to be told; what is left out is left to the service."""

    class Input:
        channel = NoticeChannel(description="The way.")
        language = graphene.String(description="`zh-hans` or `en`.")
        quiet_from = graphene.Time(description="From when nobody disturbs.")
        quiet_until = graphene.Time(description="Until when.")

    gives = "wishes"
    wishes = graphene.Field(Wishes, description="The wishes.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        actions.wish_notices(viewer=context.viewer, now=context.now, **given(asked))
        return queries.wishes_of(context.viewer)
