"""Who takes part, as counts by age band and by kind of help: for those who look over a community, nobody by name.

A count of fewer than five is told as such, and a band of whom fewer than five live there is not told at all.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localdate

from matchmaker.community.ages import youngest_age
from matchmaker.community.models import Area, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.inputs.groups import AGE_BANDS
from matchmaker.matches.models import Match
from matchmaker.needs.models import Need, ServiceType

WEEKS: Final = 13
FEWEST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Of an age band or a kind of help: how many asked and how many helped; None where it is fewer than five."""

    band: str
    kind: ServiceType | None
    asked: int | None
    helped: int | None


def participation_for(viewer: Viewer, community: Area, *, now: datetime) -> list[TakingPart]:
    """Of the last thirteen weeks, people by age band first, then agreements by kind of help: five queries.

    NotFound for anybody but workers of the whole community: these counts are not attacked as those for everybody are.
    """
    if not viewer.works_at(community.path):
        raise NotFound
    since = now - timedelta(weeks=WEEKS)
    needs = Need.objects.filter(community=community, opened_at__gt=since)
    matches = Match.objects.filter(need__community=community, agreed_at__gt=since)
    bands = _bands(community, now)
    asked = _people(set(needs.values_list("for_person_id", flat=True)), bands)
    helped = _people(set(matches.values_list("helper_id", flat=True)), bands)
    lived = Counter(bands.values())
    told = [
        TakingPart(name, None, _told(asked[name]), _told(helped[name]))
        for _, name in AGE_BANDS
        if lived[name] >= FEWEST_TOLD
    ]
    return told + _by_kind(
        Counter(needs.values_list("service_type_id", flat=True)),
        Counter(matches.values_list("need__service_type_id", flat=True)),
    )


def _bands(community: Area, now: datetime) -> dict[int, str]:
    rows = Person.objects.filter(community=community, left_at__isnull=True).values_list("pk", "birth_year")
    today, found = localdate(now), {}
    for pk, birth_year in rows:
        age = youngest_age(birth_year, today=today)
        if age is not None:
            found[pk] = next(name for most, name in AGE_BANDS if age <= most)
    return found


def _people(keys: set[int], bands: dict[int, str]) -> Counter[str]:
    return Counter(bands[pk] for pk in keys if pk in bands)


def _by_kind(asked: Counter[int], met: Counter[int]) -> list[TakingPart]:
    kinds = ServiceType.objects.in_bulk(asked.keys() | met.keys())
    order = sorted(kinds, key=lambda pk: (-asked[pk], kinds[pk].code))
    return [TakingPart("", kinds[pk], _told(asked[pk]), _told(met[pk])) for pk in order if asked[pk] >= FEWEST_TOLD]


def _told(count: int) -> int | None:
    return count if count >= FEWEST_TOLD or count == 0 else None
