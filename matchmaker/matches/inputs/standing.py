"""The coordinators' standing words on pairs, as far as they are in force on a day: pins and bans."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.models import Area
from matchmaker.matches.inputs.town import in_area
from matchmaker.matches.models import PairDecision, PairDecisionKind
from matchmaker.needs.models import Need
from matchmaker.prepared import Prepared

Ban = tuple[int, int | None, int | None]


def in_force(now: datetime) -> QuerySet[PairDecision]:
    """Not lifted, and not past their last day."""
    return _in_force_on(localdate(now))


def _in_force_on(today: date) -> QuerySet[PairDecision]:
    lasting = Q(until_date__isnull=True) | Q(until_date__gte=today)
    return PairDecision.objects.filter(lasting, lifted_at__isnull=True)


def pins_in(area: Area, *, now: datetime) -> tuple[tuple[int, int], ...]:
    """(need, offer) of every pin on an open need of a community, or of those of an area, sorted. One query."""
    within = in_area(area, "need__community")
    return _pairs(in_force(now).filter(within, kind=PairDecisionKind.PIN, need__state="OPEN"))


def pins_of_need(need_id: int, *, now: datetime) -> tuple[tuple[int, int], ...]:
    """The same for one need."""
    return _pairs(in_force(now).filter(kind=PairDecisionKind.PIN, need_id=need_id))


def bans_on(need_ids: QuerySet[Need, Any] | list[int], *, now: datetime) -> list[Ban]:
    """(need, person, organization) of whoever is not put to these needs. One query."""
    return list(_bans(localdate(now)).filter(need_id__in=need_ids))


def bans_on_one(need_id: int, *, now: datetime) -> list[Ban]:
    """The same for one need."""
    return _BANS_ON_ONE(need_id=need_id, today=localdate(now))


def _bans(today: date) -> QuerySet[PairDecision, Ban]:
    rows = _in_force_on(today).filter(kind=PairDecisionKind.BAN)
    return rows.values_list("need_id", "offer__person_id", "offer__organization_id")


_BANS_ON_ONE: Final = Prepared(lambda need_id, today: _bans(today).filter(need_id=need_id))


def _pairs(rows: QuerySet[PairDecision]) -> tuple[tuple[int, int], ...]:
    return tuple(rows.order_by("need_id", "offer_id").values_list("need_id", "offer_id"))
