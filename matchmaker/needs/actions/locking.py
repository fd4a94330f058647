"""A need locked for a change, as the viewer may see it."""

from uuid import UUID

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import may_change_need, need_by_id


class NeedNotOpen(DomainError):
    code = "NEED_NOT_OPEN"
    message = "This request is closed already."
    message_zh = "这条需求已经结束了。"


def locked_need(viewer: Viewer, need_id: UUID) -> Need:
    """The need, locked and read afresh; NotFound for who may not know of it."""
    viewer.require_person()
    list(Need.objects.select_for_update(no_key=True).filter(public_id=need_id).values_list("pk"))
    return need_by_id(viewer, need_id)


def locked_need_to_change(viewer: Viewer, need_id: UUID) -> Need:
    """The same while it is open, for who may change it: the person, a live proxy, a worker of the area."""
    need = locked_need(viewer, need_id)
    if not may_change_need(viewer, need):
        raise NotAllowed
    if need.state != NeedState.OPEN:
        raise NeedNotOpen
    return need
