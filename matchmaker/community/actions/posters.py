"""Posters: one invitation for each stairwell of an area, to be scanned there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.joining import USES_AT_MOST
from matchmaker.community.actions.locking import area_named, chain_of, community_of
from matchmaker.community.invitation_codes import hash_of_code, new_code
from matchmaker.community.models import Area, AreaLevel, Invitation
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.records.actions import commit

HANGS_FOR: Final = timedelta(days=180)
"""Half a year on a wall; then somebody has to look whether the right ones still use it."""


class NothingToPutUp(DomainError):
    code = "NOTHING_TO_PUT_UP"
    message = "No stairwell stands in this area yet: enter its buildings first."
    message_zh = "这个区域还没有楼道，请先登记楼栋。"


@dataclass(frozen=True, slots=True)
class Poster:
    """A stairwell and the code that hangs in it; the code is told this once."""

    corridor: Area
    code: str = field(repr=False)
    expires_at: datetime


def make_posters(*, viewer: Viewer | None, area_id: UUID, now: datetime) -> list[Poster]:
    """Each stairwell of the area has a new poster, in the order of the tree; what hung there before holds no more.

    Workers of the area and operators may; `viewer` is None for an operator at the machine itself.
    """
    area = area_named(area_id)
    if viewer is not None and not (viewer.is_operator or viewer.works_at(area.path)):
        raise NotAllowed(field="area_id")
    community = community_of(area)
    rows = Area.objects.filter(level=AreaLevel.CORRIDOR, path__startswith=area.path).select_related("parent")
    corridors = list(rows.order_by("path"))
    if not corridors:
        raise NothingToPutUp(field="area_id")
    posters = [Poster(corridor, new_code(), now + HANGS_FOR) for corridor in corridors]
    with transaction.atomic():
        Area.objects.select_for_update(no_key=True).get(pk=community.pk)
        hanging = Invitation.objects.filter(area__in=corridors, on_poster=True, revoked_at__isnull=True)
        hanging.update(revoked_at=now)
        Invitation.objects.bulk_create(
            [_invitation(poster, viewer.person_id if viewer else None, now) for poster in posters], batch_size=500
        )
        facts = {"area": area.pk, "posters": len(posters)}
        persons = [viewer.person_id] if viewer is not None and viewer.person_id is not None else []
        commit(chain=chain_of(community.pk), kind="posters.made", facts=facts, persons=persons, now=now)
    return posters


def _invitation(poster: Poster, person_id: int | None, now: datetime) -> Invitation:
    return Invitation(
        code_hash=hash_of_code(poster.code),
        area=poster.corridor,
        invited_by_id=person_id,
        created_at=now,
        expires_at=poster.expires_at,
        uses=USES_AT_MOST,
        uses_left=USES_AT_MOST,
        on_poster=True,
    )
