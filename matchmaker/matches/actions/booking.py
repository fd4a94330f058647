"""Promised quarter-hours: one row per person and quarter, so that the database refuses a second promise."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from matchmaker.errors import DomainError
from matchmaker.matches import calendar
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.models import BookedQuarter, Match, Visit, VisitState
from matchmaker.needs.models import Need


class HelperAlreadyBooked(DomainError):
    code = "HELPER_ALREADY_BOOKED"
    message = "The helper has promised this time to someone else. Nothing was changed."
    message_zh = "这位邻居这个时间已经约出去了，原来的安排没有变。"


class AskerAlreadyBooked(DomainError):
    code = "ASKER_ALREADY_BOOKED"
    message = "There is another visit at this time already. Nothing was changed."
    message_zh = "这个时间已经有别的约定，原来的安排没有变。"


def book_visits(*, match: Match, starts: Iterable[datetime], minutes: int) -> list[Visit]:
    """One planned visit for each start, its quarters promised by both people; or a refusal and nothing."""
    length = timedelta(minutes=minutes)
    rows = [Visit(match=match, starts_at=start, ends_at=start + length, minutes=minutes) for start in starts]
    try:
        with transaction.atomic():
            visits = Visit.objects.bulk_create(rows)
            BookedQuarter.objects.bulk_create(_rows_of(match, match.helper_id, visits, taken=frozenset()))
            BookedQuarter.objects.bulk_create(
                _rows_of(match, match.person_id, visits, taken=_shared_quarters(match, visits))
            )
    except IntegrityError as error:
        raise _refusal_for(match, rows) from error
    return visits


def free_visits(visits: Sequence[Visit], *, now: datetime) -> None:
    """These visits are cancelled and their quarters free; those a fellow helper shares pass to the fellow's visit."""
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(state=VisitState.CANCELLED, closed_at=now)
    free_quarters(visits, now=now)


def free_quarters(visits: Sequence[Visit], *, now: datetime) -> None:
    """The quarters of these closed visits are free, but for those that a fellow helper shares; nobody comes along."""
    endings.release(visits, now=now)
    pks = [visit.pk for visit in visits]
    for visit in visits:
        person_id = visit.match.person_id
        rows = BookedQuarter.objects.filter(visit=visit)
        for other in fellow_visits(visit):
            shared = calendar.quarters_of(other.starts_at, other.ends_at)
            rows.filter(person_id=person_id, quarter__gte=shared.start, quarter__lt=shared.stop).update(visit=other)
    BookedQuarter.objects.filter(visit__in=pks).delete()


def is_booked(*, person_id: int, quarters: Iterable[int], except_need_id: int | None = None) -> bool:
    """The person has promised one of these quarters (to another need than this one)."""
    rows = BookedQuarter.objects.filter(person_id=person_id, quarter__in=list(quarters))
    if except_need_id is not None:
        rows = rows.exclude(need_id=except_need_id)
    return rows.exists()


def fellow_visits(visit: Visit) -> list[Visit]:
    """Planned visits for the same need or series, by other helpers, that overlap this one."""
    root = booked_need_id(visit.match.need)
    same = Q(match__need_id=root) | Q(match__need__instead_of_id=root)
    fellows = Visit.objects.filter(same, state=VisitState.PLANNED).exclude(match_id=visit.match_id)
    return list(fellows.filter(starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at).order_by("pk"))


def booked_need_id(need: Need) -> int:
    """The need under which the quarters are promised: a stand-in comes under the name of the series."""
    return need.instead_of_id or need.pk


def _rows_of(match: Match, person_id: int, visits: Sequence[Visit], *, taken: frozenset[int]) -> list[BookedQuarter]:
    need_id = booked_need_id(match.need)
    return [
        BookedQuarter(person_id=person_id, quarter=quarter, visit=visit, need_id=need_id)
        for visit in visits
        for quarter in calendar.quarters_of(visit.starts_at, visit.ends_at)
        if quarter not in taken
    ]


def _shared_quarters(match: Match, visits: Sequence[Visit]) -> frozenset[int]:
    """Quarters the person already holds for this same need: several helpers may come at once."""
    wanted = [quarter for visit in visits for quarter in calendar.quarters_of(visit.starts_at, visit.ends_at)]
    need_id = booked_need_id(match.need)
    rows = BookedQuarter.objects.filter(person_id=match.person_id, need_id=need_id, quarter__in=wanted)
    return frozenset(rows.values_list("quarter", flat=True))


def _refusal_for(match: Match, visits: Sequence[Visit]) -> DomainError:
    quarters = [quarter for visit in visits for quarter in calendar.quarters_of(visit.starts_at, visit.ends_at)]
    if is_booked(person_id=match.helper_id, quarters=quarters):
        return HelperAlreadyBooked()
    return AskerAlreadyBooked()
