"""Looking at the people around a case, with a written reason."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation
from api.types.case_graph import CaseLook
from matchmaker.matches import actions


class LookAround(Mutation):
    """Say why the people around an open case are to be seen, as the coordinator of its area; `caseGraph` shows them
    from then on, for twelve hours. Those named there read the reason. The same reason again is the same look."""

    class Input:
        need_id = graphene.ID(required=True, description="Which need.")
        reason = graphene.String(required=True, description="Why; those whom the picture names read it.")

    gives = "case_look"
    case_look = graphene.Field(CaseLook, description="The look.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        need_id = uuid_of("Need", asked.need_id, field="need_id")
        return actions.look_around(viewer=context.viewer, need_id=need_id, reason=asked.reason, now=context.now)
