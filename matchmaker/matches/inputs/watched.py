"""Whether a group's needs are met as often and as soon as those of the others; reported, and no match looks at it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Min, Q

from matchmaker.community.models import Area
from matchmaker.engine.measuring import FEWEST_SHOWN
from matchmaker.matches.inputs.groups import Groups, groups_of
from matchmaker.matches.models import MatchState
from matchmaker.needs.models import Need, NeedState

WATCHED_DAYS: Final = 91
AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Watched:
    """A group beside all others of the community, for one kind of help or, with an empty code, for all of them."""

    kind: str
    group: str
    service_code: str
    needs: int
    met: int
    others_needs: int
    others_met: int
    wait_hours: float | None
    others_wait_hours: float | None


@dataclass(frozen=True, slots=True)
class _Case:
    person_id: int
    service_code: str
    groups: Groups
    wait_hours: float | None
    """Until somebody had agreed to come; None where nobody did."""


def watched_groups(community: Area, *, now: datetime, today: date) -> tuple[Watched, ...]:
    """Every group in which at least five people asked, beside at least five others: one query.

    Of the needs opened in the last thirteen weeks those count that were met or ran out, and not those that were taken
    back or are still looked for.
    """
    cases = tuple(_cases(community, now, today))
    by_code: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_code[case.service_code].append(case)
    found = [*_beside_each_other(cases, "")]
    for code, some in sorted(by_code.items()):
        found += _beside_each_other(some, code)
    return tuple(found)


def _beside_each_other(cases: Iterable[_Case], service_code: str) -> Iterator[Watched]:
    cases = list(cases)
    for kind, group in sorted({one for case in cases for one in case.groups}):
        ours = [case for case in cases if (kind, group) in case.groups]
        others = [case for case in cases if (kind, group) not in case.groups]
        if min(len({case.person_id for case in side}) for side in (ours, others)) >= FEWEST_SHOWN:
            yield Watched(
                kind,
                group,
                service_code,
                len(ours),
                len(_waits(ours)),
                len(others),
                len(_waits(others)),
                _median(ours),
                _median(others),
            )


def _cases(community: Area, now: datetime, today: date) -> Iterator[_Case]:
    rows = Need.objects.filter(
        community=community, opened_at__gt=now - timedelta(days=WATCHED_DAYS), instead_of__isnull=True
    ).annotate(agreed_at=Min("matches__agreed_at", filter=~Q(matches__state=MatchState.CANCELLED)))
    rows = rows.filter(Q(agreed_at__isnull=False) | Q(state=NeedState.EXPIRED)).order_by("pk")
    person = ("for_person_id", "for_person__languages", "for_person__birth_year", "for_person__resident_since_date")
    told = rows.values_list("service_type__code", "opened_at", "agreed_at", *person)
    for code, opened_at, agreed_at, person_id, languages, birth_year, since in told.iterator(chunk_size=AT_ONCE):
        groups = groups_of(languages=languages, birth_year=birth_year, resident_since_date=since, today=today)
        wait = None if agreed_at is None else (agreed_at - opened_at).total_seconds() / 3600.0
        yield _Case(person_id, code, groups, wait)


def _waits(cases: Iterable[_Case]) -> list[float]:
    return [case.wait_hours for case in cases if case.wait_hours is not None]


def _median(cases: Iterable[_Case]) -> float | None:
    waits = _waits(cases)
    return median(waits) if waits else None
