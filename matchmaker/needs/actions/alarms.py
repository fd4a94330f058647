"""The duty post and needs that cannot wait: it is rung when one is opened, and left alone once help is found."""

from datetime import datetime
from typing import Final

from matchmaker.needs.models import Need, Urgency
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind

_KINDS: Final = {Urgency.URGENT: AlarmKind.URGENT_NEED, Urgency.EMERGENCY: AlarmKind.EMERGENCY}


def ring_if_urgent(need: Need, *, now: datetime) -> None:
    """The duty post of the place is rung for a need that cannot wait; inside the caller's transaction."""
    kind = _KINDS.get(Urgency(need.urgency))
    if kind is None:
        return
    notices.raise_alarm(
        area_id=need.place_id,
        kind=kind,
        about=need.public_id,
        key=f"{kind.lower()}:{need.pk}:{now.isoformat()}",
        now=now,
        not_person_ids=not_for(need),
    )


def settle(need: Need, *, now: datetime) -> None:
    """Nobody needs to be rung about this need any more: help was found, or nobody wants it now.

    An emergency stays with the duty post until a worker has taken it: a person looks, whoever else went.
    """
    kinds = (AlarmKind.URGENT_NEED, AlarmKind.NEED_OVERDUE)
    notices.settle_alarms(about=need.public_id, kinds=kinds, now=now)


def helper_said_yes(need: Need, *, now: datetime) -> None:
    """Somebody would come: the duty post need not be rung again while the asker answers."""
    notices.settle_alarms(about=need.public_id, kinds=(AlarmKind.URGENT_NEED,), now=now)


def not_for(need: Need) -> set[int]:
    """Whom the need is for, and the proxy who asked; a worker who took it down at the desk is no part of it."""
    return {need.for_person_id, need.asked_by_id} if need.mandate_id is not None else {need.for_person_id}
