"""What an invitation opens, for whoever holds its code."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from matchmaker.community.invitation_codes import hashes_of_code
from matchmaker.community.models import Area, AreaLevel, Invitation

FLATS_AT_MOST = 3_200


@dataclass(frozen=True, slots=True)
class Doorway:
    """The stairwell that an invitation is for, and the flats in it."""

    corridor: Area
    flats: tuple[Area, ...]


def doorway_of(code: str, *, now: datetime) -> Doorway | None:
    """The stairwell of an invitation that stands; None for one that is for a larger area, or does not stand."""
    standing = Invitation.objects.filter(revoked_at__isnull=True, uses_left__gt=0, expires_at__gt=now)
    rows = standing.filter(code_hash__in=hashes_of_code(code), area__level=AreaLevel.CORRIDOR)
    invitation = rows.select_related("area__parent").first()
    if invitation is None:
        return None
    return Doorway(invitation.area, tuple(_flats(invitation.area)))


def _flats(corridor: Area) -> QuerySet[Area]:
    return Area.objects.filter(parent=corridor, level=AreaLevel.HOUSEHOLD).order_by("path")[:FLATS_AT_MOST]
