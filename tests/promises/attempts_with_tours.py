"""What each role tries about tours: the inputs, and the rows that they need."""

from typing import Any, Final

from matchmaker.community.models import Person
from matchmaker.needs.actions import call_off_tour
from matchmaker.needs.models import Tour, TourSignUp
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt
from tests.tour_rows import announced, stop_draft
from tests.towns import viewer_of
from tests.way import OPENED, Way


def tours_of(way: Way) -> list[Tour]:
    """One to which the asker will come, and one that was called off."""
    stop = stop_draft(way.town, now=way.now, meeting_point="供销社门口")
    comes = announced(way.town, now=way.now, details="带血压计", stops=(stop,))
    TourSignUp.objects.create(
        stop=comes.stops.get(), person=way.town.asker, need=way.need, signed_up_by=way.town.asker, signed_up_at=way.now
    )
    off = announced(way.town, now=way.now)
    clerk = viewer_of(way.town.clerk, now=way.now)
    return [comes, call_off_tour(viewer=clerk, tour_id=off.public_id, because="大雪封路", now=way.now)]


def _stop_input(way: Way) -> dict[str, Any]:
    stop = stop_draft(way.town, now=way.now, days=2)
    hours = {"date": stop.date.isoformat(), "starts": "13:00:00", "ends": "15:00:00"}
    return {"place": global_id("Area", way.town.corridors[0]), "capacity": 5, **hours}


def _announced(way: Way, _role: str) -> dict[str, Any]:
    organization = global_id("Organization", way.town.organization)
    return {
        "organization": organization,
        "title": "流动图书车",
        "serviceTypes": ["SHOPPING"],
        "stops": [_stop_input(way)],
    }


def _tour(way: Way, _role: str) -> dict[str, Any]:
    return {"tourId": global_id("Tour", announced(way.town, now=way.now)), "because": "车坏了"}


def _stop(way: Way, _role: str) -> dict[str, Any]:
    return {"stopId": global_id("TourStop", announced(way.town, now=way.now).stops.get())}


def _late(way: Way, role: str) -> dict[str, Any]:
    return _stop(way, role) | {"minutes": 30}


def _changed(way: Way, role: str) -> dict[str, Any]:
    return _stop(way, role) | {"stop": _stop_input(way)}


def _signed_up(way: Way, _role: str) -> dict[str, Any]:
    stop = announced(way.town, now=way.now).stops.get()
    for person in Person.objects.filter(left_at=None):
        TourSignUp.objects.create(stop=stop, person=person, signed_up_at=way.now)
    return {"stopId": global_id("TourStop", stop)}


WITH_TOURS: Final = (
    Attempt("announceTour", OPENED, _announced),
    Attempt("changeTourStop", OPENED, _changed),
    Attempt("sayTourLate", OPENED, _late),
    Attempt("callOffTour", OPENED, _tour),
    Attempt("signUpForTour", OPENED, _stop),
    Attempt("takeBackTourSignUp", OPENED, _signed_up),
)
