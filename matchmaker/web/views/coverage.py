"""The 15-minute circle of an area: who reaches what on foot, for its workers and auditors."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from matchmaker.needs import queries
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

AREAS_AT_MOST: Final = 50


@for_the_signed_in
def coverage(request: HttpRequest, reader: Reader, area_id: UUID | None = None) -> HttpResponse:
    found = queries.coverage_of(reader.viewer, area_id)
    stations: dict[Any, dict[Any, list[Any]]] = {}
    for one in found.stations:
        stations.setdefault(one.station, {}).setdefault(one.circle.pace, []).append(one)
    shown = {
        "found": found,
        "areas": queries.areas_overseen(reader.viewer)[:AREAS_AT_MOST],
        "stations": [(station, list(paces.items())) for station, paces in stations.items()],
    }
    return page(request, reader, "coverage.html", shown)
