"""What a worker has before them, for the walk through the schema."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from matchmaker.community.models import Area, AreaLevel, Mandate, MandateKind, Person, PostTerm, Qualification
from matchmaker.matches.models import LedgerEntry, Visit
from matchmaker.needs.models import NeedState
from tests.month_rows import asked
from tests.promises.sights import Sight, node
from tests.way import OVER, Way

HELPERS: Final = 10
RUNNING_OUT: Final = {
    "VacantGrid": "vacantGrids",
    "Qualification": "qualifications",
}


def with_work(way: Way, crowd: Sequence[Person]) -> None:
    """A term, a mandate for the station and a clearance end within the month; of the crowd ten asked."""
    for one in crowd[:HELPERS]:
        asked(way.town, one, "SHOPPING", at=way.now, state=NeedState.WITHDRAWN)
    town, soon = way.town, way.now.date() + timedelta(days=20)
    Area.objects.filter(level=AreaLevel.GRID).update(name_en="Grid")
    PostTerm.objects.filter(person=town.grid_head).update(ends_date=soon)
    Mandate.objects.create(
        kind=MandateKind.AGENT,
        holder=town.neighbour,
        station=town.station,
        scope=["READING"],
        evidence="一张签了字的纸",
        starts_date=way.now.date(),
        ends_date=soon,
    )
    Qualification.objects.create(
        person=town.elder,
        kind="CLEARANCE",
        code="MINORS",
        valid_from_date=way.now.date() - timedelta(days=300),
        valid_until_date=soon,
    )


def _much_help(way: Way, crowd: Sequence[Person]) -> None:
    first = way.matches[1].visits.get()
    for week, one in enumerate(crowd[:HELPERS], start=1):
        when = {"starts_at": first.starts_at - timedelta(weeks=week), "ends_at": first.ends_at - timedelta(weeks=week)}
        visit = Visit.objects.create(
            match=first.match, minutes=first.minutes, state=first.state, closed_at=first.closed_at, **when
        )
        LedgerEntry.objects.create(giver=one, visit=visit, minutes=30 if week <= HELPERS // 2 else 90, at=way.now)


def of_work(way: Way, crowd: Sequence[Person]) -> Iterator[Sight]:
    """Last of all: once the visits are over five of the crowd helped for half an hour, and five for longer."""
    if way.stage == OVER:
        _much_help(way, crowd)
    yield Sight("RunningOut", "runningOut")
    yield Sight("OrganizationMonth", node("Organization", way.town.organization), ("month",))
    yield Sight("Handover", "handover")
    for type_name, listed in RUNNING_OUT.items():
        yield Sight(type_name, "runningOut", (listed, "nodes"))
    yield Sight("HelpLoad", "helpLoad")
    yield Sight("LoadSpread", "helpLoad", ("spread",))
    yield Sight("LoadBand", "helpLoad", ("spread", "bands"))
    yield Sight("Participation", "participation")
    yield Sight("TakingPart", "participation", ("byAge",))
    yield Sight("TakingPart", "participation", ("byKind",))
    yield Sight("Neighbourhood", "neighbourhood")
    yield Sight("NeighbourhoodBuilding", "neighbourhood", ("buildings",))
    yield Sight("NeighbourhoodTies", "neighbourhood", ("between",))
    yield Sight("TiesOfMonth", "neighbourhood", ("between", "made"))
