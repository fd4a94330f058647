"""The city with who lives where, for whatever is measured of it: from a fresh snapshot where one is kept, else rows."""

from collections import OrderedDict
from datetime import datetime, time, timedelta
from threading import Lock
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone, localdate
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Person
from matchmaker.engine.measuring import CityDay, read_part
from matchmaker.engine.neighbourhood import KNOWN_FROM_PEOPLE, Forest
from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.strangers import EXACT_PEOPLE, Reading, reading_of
from matchmaker.matches import calendar
from matchmaker.matches.inputs.city import AT_ONCE, DAY_SECONDS, city_of
from matchmaker.matches.inputs.groups import groups_of
from matchmaker.matches.inputs.knowledge import knowledge_in
from matchmaker.matches.snapshots import stored_city

FRESH_DAYS: Final = 1
"""A snapshot read on this local day or the day before is fresh: what came since then is measured a day later."""
KEPT_READINGS: Final = 2
"""Of large communities; each holds a sketch of its people, some 15 MB for twenty thousand."""

_kept: "OrderedDict[tuple[Any, ...], Reading]" = OrderedDict()
_guard: Final = Lock()

Labels = NDArray[np.int64]


def city_day(*, now: datetime) -> CityDay:
    """The city this local day: two queries more than the snapshot takes, which takes none where it is kept."""
    ids, adjacency = _ties_now(now)
    rows = {pk: place for place, pk in enumerate(ids.tolist())}
    communities, grids, corridors = (np.full(len(ids), -1, dtype=np.int64) for _ in range(3))
    members: dict[str, dict[str, NDArray[np.bool_]]] = {"NEWCOMERS": {}, "LANGUAGE": {}, "AGE": {}}
    levels = dict(Area.objects.filter(level__in=(AreaLevel.GRID, AreaLevel.CORRIDOR)).values_list("pk", "level"))
    here = np.zeros(len(ids), dtype=np.bool_)
    today = localdate(now)
    for pk, community, path, languages, birth_year, since in _people():
        row = rows.get(pk)
        if row is None:  # came after the snapshot was kept
            continue
        here[row], communities[row] = True, community
        for key in keys_of_path(path or ""):
            if levels.get(key) == AreaLevel.GRID:
                grids[row] = key
            elif levels.get(key) == AreaLevel.CORRIDOR:
                corridors[row] = key
        told = groups_of(languages=languages, birth_year=birth_year, resident_since_date=since, today=today)
        for kind, name in told:
            members[kind].setdefault(name, np.zeros(len(ids), dtype=np.bool_))[row] = True
    kept = np.flatnonzero(here)  # nobody who left or opted out since the snapshot was kept
    return CityDay(
        ids=ids[kept],
        adjacency=csr_array(adjacency[kept][:, kept]),
        communities=communities[kept],
        grids=grids[kept],
        corridors=corridors[kept],
        groups={kind: {name: who[kept] for name, who in sorted(of_kind.items())} for kind, of_kind in members.items()},
    )


def reading_in(community: Area, *, now: datetime) -> Reading | None:
    """A community read on its own; None where it has too few people for anything to be known yet.

    Up to some thousand people it is what scores rest on, with those from elsewhere who may help here, and moves with
    every row. Above it is read once a day in this process: ask of everybody in it whether they are still here.
    """
    people = _in_the_graph().filter(community=community).count()
    if people < KNOWN_FROM_PEOPLE:
        return None
    if people <= EXACT_PEOPLE:
        _, known = knowledge_in(community, now=now)
        if isinstance(known.forest, Forest):
            return reading_of(known.forest)
    key = (community.pk, now.astimezone(calendar.zone_of(community)).date())
    with _guard:
        found = _kept.get(key)
    if found is None:
        found = _large(community, now)
        with _guard:
            _kept[key] = found
            while len(_kept) > KEPT_READINGS:
                _kept.popitem(last=False)
    return found


def forget_readings() -> None:
    """This process knows no large community until it reads it again."""
    with _guard:
        _kept.clear()


def _large(community: Area, now: datetime) -> Reading:
    ids, adjacency = _ties_now(now)
    people = np.fromiter(_in_the_graph().filter(community=community).values_list("pk", flat=True), dtype=np.int64)
    rows = np.flatnonzero(np.isin(ids, people))
    return read_part(adjacency, ids, rows, rng=np.random.default_rng(localdate(now).toordinal()))


def _ties_now(now: datetime) -> tuple[Labels, csr_array]:
    """The people of the city and their ties, weighing what they weigh today."""
    city = _fresh(now) or city_of(now=now)
    view = city.neighbourhood()
    return view.ids, view.adjacency


def _fresh(now: datetime) -> Snapshot | None:
    city = stored_city()
    if city is None:
        return None
    morning = datetime.combine(localdate(now), time(), tzinfo=get_current_timezone())
    oldest = (morning - timedelta(days=FRESH_DAYS)).timestamp() / DAY_SECONDS
    today = morning.timestamp() / DAY_SECONDS
    if not oldest <= city.epoch_day <= today:
        return None
    city.begin_epoch(today)
    return city


def _people() -> Any:
    columns = ("pk", "community_id", "household__path", "languages", "birth_year", "resident_since_date")
    return _in_the_graph().values_list(*columns).iterator(chunk_size=AT_ONCE)


def _in_the_graph() -> QuerySet[Person]:
    return Person.objects.filter(left_at__isnull=True, without_graph=False)
