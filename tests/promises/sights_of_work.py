"""What a worker has before them, for the walk through the schema."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from matchmaker.community.models import Mandate, MandateKind, PostTerm, Qualification
from tests.promises.sights import Sight, node
from tests.way import Way

RUNNING_OUT: Final = {
    "VacantGrid": "vacantGrids",
    "Qualification": "qualifications",
}


def with_work(way: Way) -> None:
    """A term, a mandate for the station and a clearance end within the month."""
    town, soon = way.town, way.now.date() + timedelta(days=20)
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


def of_work(way: Way) -> Iterator[Sight]:
    yield Sight("RunningOut", "runningOut")
    yield Sight("OrganizationMonth", node("Organization", way.town.organization), ("month",))
    yield Sight("Handover", "handover")
    for type_name, listed in RUNNING_OUT.items():
        yield Sight(type_name, "runningOut", (listed, "nodes"))
