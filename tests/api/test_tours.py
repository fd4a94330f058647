"""Tours through the API: announced, seen, changed, late, called off, signed up for."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from matchmaker.matches.actions import sign_up
from matchmaker.needs.models import Tour, TourSignUp, TourStop
from tests.graphql_client import ask, client_for, do, global_id
from tests.tour_rows import announced
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, viewer_of

TOURS = """
{ tours { nodes { id title state calledOffBecause organization { name } serviceTypes { code }
  stops { id date starts ends meetingPoint capacity placesLeft lateMinutes reachM signUps { name need { id } } } } } }
"""


@pytest.fixture
def town(db: None) -> Iterator[SmallTown]:
    with time_machine.travel(NOW, tick=False):
        yield small_town()


def stop_input(town: SmallTown, **fields: Any) -> dict[str, Any]:
    hours = {"date": "2026-03-04", "starts": "09:00:00", "ends": "12:00:00"}
    return {"place": global_id("Area", town.corridors[0]), "capacity": 3, **hours, **fields}


class TestTours:
    def test_are_announced_and_seen_with_their_stops(self, town: SmallTown) -> None:
        announced(town)
        made = do(
            client_for(town.clerk),
            "announceTour",
            "tour { title }",
            organization=global_id("Organization", town.organization),
            title="流动图书车",
            serviceTypes=["CULTURE"],
            stops=[stop_input(town, meetingPoint="小学门口", reachM=5000)],
        )

        assert made["errors"] == []
        first, second = ask(client_for(town.asker), TOURS)["tours"]["nodes"]
        assert {first["title"], second["title"]} == {"流动图书车", "流动医疗车"}
        library = first if first["title"] == "流动图书车" else second
        (stop,) = library["stops"]
        assert stop == {
            "id": stop["id"],
            "date": "2026-03-04",
            "starts": "09:00:00",
            "ends": "12:00:00",
            "meetingPoint": "小学门口",
            "capacity": 3,
            "placesLeft": 3,
            "lateMinutes": 0,
            "reachM": 5000,
            "signUps": [],
        }
        assert (library["state"], library["calledOffBecause"]) == ("ANNOUNCED", None)

    def test_are_signed_up_for_by_name_and_request(self, town: SmallTown) -> None:
        stop, need = announced(town).stops.get(), open_need_for(town)

        made = do(
            client_for(town.asker),
            "signUpForTour",
            "tourStop { placesLeft signUps { name need { id } } }",
            stopId=global_id("TourStop", stop),
            needId=global_id("Need", need),
        )

        assert made["tourStop"] == {
            "placesLeft": 7,
            "signUps": [{"name": town.asker.name, "need": {"id": global_id("Need", need)}}],
        }
        seen = ask(client_for(town.stranger), TOURS)["tours"]["nodes"][0]["stops"][0]
        assert (seen["placesLeft"], seen["signUps"]) == (7, [])
        back = do(client_for(town.asker), "takeBackTourSignUp", "tourStop { placesLeft }", stopId=seen["id"])
        assert back["tourStop"] == {"placesLeft": 8}
        assert TourSignUp.objects.filter(withdrawn_at=None).count() == 0

    def test_show_whoever_helps_at_a_stop_no_home(self, town: SmallTown) -> None:
        asked = "query ($id: ID!) { node(id: $id) { ... on Match { need { details address } } } }"
        stop, need = announced(town).stops.get(), open_need_for(town, details="量血压")
        sign_up(viewer=viewer_of(town.asker), stop_id=stop.public_id, need_id=need.public_id, now=NOW)
        at_a_stop = match_for(town, need=need, offer=stop.offer)
        at_home = match_for(town, need=open_need_for(town, details="买米"))

        seen = [
            ask(client_for(match.helper), asked, id=global_id("Match", match))["node"]["need"]
            for match in (at_home, at_a_stop)
        ]

        assert seen[0]["address"] is not None
        assert seen[1] == {"details": "量血压", "address": None}

    def test_are_changed_late_and_called_off(self, town: SmallTown) -> None:
        stop = announced(town).stops.get()
        client, stop_id = client_for(town.clerk), global_id("TourStop", stop)

        changed = do(client, "changeTourStop", "tourStop { date }", stopId=stop_id, stop=stop_input(town))
        late = do(client, "sayTourLate", "tourStop { lateMinutes }", stopId=stop_id, minutes=20)
        off = do(client, "callOffTour", "tour { state }", tourId=global_id("Tour", stop.tour), because="车坏了")

        assert changed["tourStop"] == {"date": "2026-03-04"}
        assert late["tourStop"] == {"lateMinutes": 20}
        assert off["tour"] == {"state": "CALLED_OFF"}
        assert TourStop.objects.get().late_minutes == 20

    def test_are_refused_with_a_code(self, town: SmallTown) -> None:
        tour = announced(town)

        refused = do(client_for(town.asker), "callOffTour", "tour { id }", tourId=global_id("Tour", tour), because="x")

        assert (refused["tour"], [error["code"] for error in refused["errors"]]) == (None, ["NOT_ALLOWED"])
        assert Tour.objects.get().state == "ANNOUNCED"
