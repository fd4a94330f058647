"""Looking at the neighbourhood of a case person by person: with a written reason, which those named there can read."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed
from matchmaker.matches.actions import agreements
from matchmaker.matches.actions.reviews import refuse_empty
from matchmaker.matches.models import CaseLook
from matchmaker.matches.queries.around import around_case, named_around
from matchmaker.matches.queries.case_looks import looks_that_hold
from matchmaker.matches.queries.neighbourhood import MOST_NODES
from matchmaker.needs.actions.locking import locked_need
from matchmaker.records import actions as records


def look_around(*, viewer: Viewer, need_id: UUID, reason: str, now: datetime) -> CaseLook:
    """The look is recorded before anything is shown; it holds for twelve hours, while the case is open.

    The same reason given again while it holds is the same look: whoever presses twice looked once.
    """
    refuse_empty(reason)
    with transaction.atomic():
        need = locked_need(viewer, need_id)
        around = around_case(viewer, need, MOST_NODES, now)
        if around is None:
            raise NotAllowed
        known = looks_that_hold(viewer, now=now).filter(need=need, reason=reason.strip()).first()
        if known is not None:
            return known
        named = sorted(named_around(viewer, around))
        look = CaseLook.objects.create(
            need=need, looked_by_id=viewer.require_person(), reason=reason.strip(), looked_at=now
        )
        look.named.set(named)
        records.commit(
            chain=agreements.chain_of(need),
            kind="case.looked",
            facts={"case_look": look.pk, "need": need.pk},
            persons=[viewer.require_person(), *(pk for pk in named if pk != viewer.person_id)],
            now=now,
        )
    return look
