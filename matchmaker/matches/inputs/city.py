"""The people of every community and all that is known between them, as one snapshot.

What counts is what counts in the town of one community (`town.py`): ties that both said yes to, words that hold, visits
that both confirmed, and nobody who left or asked to be matched without ties and trust.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Final

import numpy as np
from django.utils.timezone import get_current_timezone, localdate

from matchmaker.community.models import Membership, Person, Tie, live_ties
from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.tie_columns import Columns, Kind
from matchmaker.matches.inputs.counted import counted_outcomes, counted_vouches

DAY_SECONDS: Final = 86_400.0
AT_ONCE: Final = 10_000
LINE: Final = np.dtype([("u", "i8"), ("v", "i8"), ("kind", "i1"), ("weight", "f8"), ("day", "f8")])

Line = tuple[int, int, int, float, float]


def city_of(*, now: datetime) -> Snapshot:
    """The city on this local day: five queries, read some thousand rows at a time."""
    morning = datetime.combine(localdate(now), time(), tzinfo=get_current_timezone())
    people = Person.objects.filter(left_at__isnull=True, without_graph=False)
    # Neighbours stand near each other: whatever runs over the arrays is the faster for it.
    near = people.order_by("community__path", "household__path", "pk").values_list("pk", flat=True)
    ids = np.fromiter(near.iterator(chunk_size=AT_ONCE), dtype=np.int64)
    members = np.fromiter(_memberships(now), dtype=LINE)
    lines = np.concatenate(
        (
            np.fromiter(_ties(), dtype=LINE),
            np.fromiter(_vouches(now), dtype=LINE),
            np.fromiter(_outcomes(), dtype=LINE),
            members,
        )
    )
    organizations = np.unique(members["v"][np.isin(members["u"], ids)])
    return Snapshot.of(
        ids=np.concatenate((ids, organizations)),
        columns=Columns(lines["u"], lines["v"], lines["kind"], lines["weight"], lines["day"]),
        epoch_day=_day(morning),
    )


def _ties() -> Iterable[Line]:
    rows = Tie.objects.filter(live_ties()).order_by("low_id", "high_id", "kind")
    for low, high, kind, weight, renewed_at in _read(rows, "low_id", "high_id", "kind", "weight", "renewed_at"):
        yield low, high, Kind[kind], weight, _day(renewed_at)


def _vouches(now: datetime) -> Iterable[Line]:
    rows = counted_vouches(now=now).order_by("voucher_id", "person_id")
    for voucher, person, made_at in _read(rows, "voucher_id", "person_id", "made_at"):
        yield voucher, person, Kind.VOUCH, 1.0, _day(made_at)


def _outcomes() -> Iterable[Line]:
    rows = counted_outcomes().filter(went_well__isnull=False)
    told = ("visit__match__helper_id", "visit__match__person_id", "went_well", "given_at")
    for helper, person, went_well, given_at in _read(rows.order_by("pk"), *told):
        if helper is not None and person is not None:
            yield person, helper, Kind.OUTCOME, (went_well + 1) / 2, _day(given_at)


def _memberships(now: datetime) -> Iterable[Line]:
    rows = Membership.objects.current(localdate(now)).filter(named=True).order_by("person_id", "organization_id")
    for person, organization in _read(rows, "person_id", "organization_id", distinct=True):
        yield person, -organization, Kind.MEMBERSHIP, 1.0, 0.0


def _read(rows: Any, *columns: str, distinct: bool = False) -> Iterable[Any]:
    values = rows.values_list(*columns)
    return (values.distinct() if distinct else values).iterator(chunk_size=AT_ONCE)


def _day(moment: datetime) -> float:
    """Days since 1970, as the snapshot counts them."""
    return moment.timestamp() / DAY_SECONDS
