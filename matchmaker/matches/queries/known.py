"""How people know each other, as pictures show it: the kinds of ties and words that still hold, and since when.

A tie that nobody renewed for so long that a fresh one would weigh less than a tenth has faded. It is in no picture,
nor in an earlier month of one: what neighbours let go is not brought back to be looked at.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import log2
from typing import Final

from django.db.models import Q
from django.utils.timezone import localtime

from matchmaker.community.models import Tie, live_ties
from matchmaker.engine.neighbourhood import FRIEND_FROM_WEIGHT
from matchmaker.engine.problem import HALF_LIFE_DAYS, TieKind
from matchmaker.matches.inputs.counted import counted_vouches

HALF_LIVES_SEEN: Final = log2(1 / FRIEND_FROM_WEIGHT)


class KnownBy(StrEnum):
    """How two people know each other."""

    KIN = "KIN"
    FRIEND = "FRIEND"
    HELPED = "HELPED"
    MET = "MET"
    VOUCH = "VOUCH"


TIES: Final = (KnownBy.KIN, KnownBy.FRIEND, KnownBy.HELPED, KnownBy.MET)
Kinds = dict[KnownBy, int]
"""Since which month, counted from the year 0: 12 * year + month - 1."""
Known = dict[tuple[int, int], Kinds]
"""By the keys of two people, the smaller first."""


def month_of(at: datetime) -> int:
    """On the clock of the service, as the database counts it where ties are summed up."""
    local = localtime(at)
    return month_number(local.year, local.month)


def month_number(year: int, month: int) -> int:
    return 12 * year + month - 1


def first_of_month(number: int) -> date:
    """The first day of a month so counted.

    Examples
    --------
    >>> first_of_month(month_number(2026, 12))
    datetime.date(2026, 12, 1)
    """
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)


def still_tied(now: datetime) -> Q:
    """Ties that count and have not faded."""
    fresh = Q(pk__in=())
    for kind in TIES:
        seen = timedelta(days=HALF_LIFE_DAYS[TieKind(kind)] * HALF_LIVES_SEEN)
        fresh |= Q(kind=kind, renewed_at__gt=now - seen)
    return live_ties() & fresh


def known_of(person_ids: Collection[int], now: datetime) -> Known:
    """Every pair in which one of these knows somebody, how and since when: two queries."""
    found: Known = {}
    if not person_ids:
        return found
    ties = Tie.objects.filter(still_tied(now)).filter(Q(low__in=person_ids) | Q(high__in=person_ids))
    for low, high, kind, made_at in ties.values_list("low_id", "high_id", "kind", "made_at"):
        found.setdefault((low, high), {})[KnownBy(kind)] = month_of(made_at)
    words = counted_vouches(now=now).filter(Q(voucher__in=person_ids) | Q(person__in=person_ids))
    for one, other, made_at in words.values_list("voucher_id", "person_id", "made_at"):
        kinds = found.setdefault((min(one, other), max(one, other)), {})
        kinds[KnownBy.VOUCH] = min(kinds.get(KnownBy.VOUCH, month_of(made_at)), month_of(made_at))
    return found
