"""Tours through the pages: planned, near, signed up for, late, called off, on paper."""

from typing import Any
from uuid import uuid4

import pytest

from matchmaker.needs.models import Tour, TourSignUp, TourStop
from tests.tour_rows import announced, stop_draft
from tests.towns import SmallTown, open_need_for
from tests.web.conftest import SignedIn


def planned(town: SmallTown) -> dict[str, Any]:
    return {
        "token": uuid4().hex,
        "organization": str(town.organization.public_id),
        "title": "流动医疗车",
        "service_types": ["SHOPPING"],
        "details": "",
        "stop0-place": str(town.corridors[0].public_id),
        "stop0-meeting_point": "供销社门口",
        "stop0-date": "2026-03-04",
        "stop0-starts": "09:00",
        "stop0-ends": "12:00",
        "stop0-capacity": "8",
        "stop0-reach_km": "3",
        **{f"stop{number}-reach_km": "3" for number in (1, 2, 3)},
    }


class TestPlan:
    def test_announces_the_tour_with_the_stops_that_were_filled_in(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)
        assert "1号楼" in client.get("/tours/new").content.decode()

        answer = client.post("/tours/new", planned(town))

        tour = Tour.objects.get()
        assert answer.headers["Location"] == f"/tours/{tour.public_id}"
        stop = tour.stops.get()
        assert (stop.place, stop.meeting_point, stop.capacity, stop.reach_m) == (
            town.corridors[0],
            "供销社门口",
            8,
            3000,
        )
        assert "供销社门口" in client.get(answer.headers["Location"]).content.decode()

    def test_pressed_twice_announces_one(self, town: SmallTown, signed_in: SignedIn) -> None:
        client, told = signed_in(town.clerk), planned(town)

        answers = [client.post("/tours/new", told) for _ in range(2)]

        [tour] = Tour.objects.all()
        assert [one.headers["Location"] for one in answers] == [f"/tours/{tour.public_id}"] * 2
        assert client.post("/tours/new", planned(town)).status_code == 302
        assert Tour.objects.count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"stop0-place": ""},
            {"stop0-ends": "08:00"},
            {"stop0-date": "2026-03-01"},
            {"stop1-starts": "09:00"},
        ],
    )
    def test_says_what_is_missing_and_loses_nothing(
        self, town: SmallTown, signed_in: SignedIn, wrong: dict[str, str]
    ) -> None:
        shown = signed_in(town.clerk).post("/tours/new", planned(town) | wrong).content.decode()

        assert 'role="alert"' in shown
        assert "供销社门口" in shown
        assert Tour.objects.count() == 0

    def test_is_not_for_residents(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert signed_in(town.asker).get("/tours/new").status_code == 403


class TestNear:
    def test_shows_the_stops_and_how_far_they_are(self, town: SmallTown, signed_in: SignedIn) -> None:
        announced(town)

        shown = signed_in(town.asker).get("/tours").content.decode()

        assert "流动医疗车" in shown
        assert "离您家约 0 米" in shown
        assert "还有名额：8" in shown
        assert "安排巡回服务" not in shown
        assert 'href="/tours"' in signed_in(town.asker).get("/mine").content.decode()

    def test_says_what_to_do_where_none_comes(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert "最近没有巡回服务到附近来" in signed_in(town.asker).get("/tours").content.decode()

    def test_shows_a_worker_the_tours_of_the_area(self, town: SmallTown, signed_in: SignedIn) -> None:
        announced(town)

        shown = signed_in(town.coordinator).get("/tours").content.decode()

        assert "我负责的巡回服务" in shown
        assert "1 个停靠点" in shown
        assert 'href="/tours"' in signed_in(town.coordinator).get("/review").content.decode()


class TestSignUp:
    def test_is_for_a_request_of_ones_own_and_can_be_taken_back(self, town: SmallTown, signed_in: SignedIn) -> None:
        stop, need = announced(town).stops.get(), open_need_for(town)
        client = signed_in(town.asker)
        page = f"/tours/{stop.tour.public_id}"
        assert f'value="{need.public_id}"' in client.get(page).content.decode()

        client.post(f"/tours/stops/{stop.public_id}/sign-up", {"need": str(need.public_id)})

        assert list(TourSignUp.objects.values_list("person", "need")) == [(town.asker.pk, need.pk)]
        assert "您已报名" in client.get(page).content.decode()
        assert town.asker.name not in signed_in(town.stranger).get(page).content.decode()
        client.post(f"/tours/stops/{stop.public_id}/take-back")
        assert TourSignUp.objects.filter(withdrawn_at=None).count() == 0

    def test_says_that_a_stop_is_full(self, town: SmallTown, signed_in: SignedIn) -> None:
        stop = announced(town, stops=(stop_draft(town, capacity=1),)).stops.get()
        signed_in(town.asker).post(f"/tours/stops/{stop.public_id}/sign-up", {"need": ""})

        client = signed_in(town.stranger)

        assert "这一站已满" in client.get(f"/tours/{stop.tour.public_id}").content.decode()
        refused = client.post(f"/tours/stops/{stop.public_id}/sign-up", {"need": ""})
        assert refused.status_code == 409
        assert "名额已满" in refused.content.decode()


class TestCare:
    def test_of_a_late_tour_tells_when_it_comes(self, town: SmallTown, signed_in: SignedIn) -> None:
        stop = announced(town).stops.get()

        signed_in(town.clerk).post(f"/tours/stops/{stop.public_id}/late", {"minutes": "45"})

        assert TourStop.objects.get().late_minutes == 45
        shown = signed_in(town.asker).get(f"/tours/{stop.tour.public_id}").content.decode()
        assert "晚到 45 分钟，约 09:45到" in shown

    def test_changes_a_stop(self, town: SmallTown, signed_in: SignedIn) -> None:
        stop = announced(town).stops.get()
        client, page = signed_in(town.clerk), f"/tours/stops/{stop.public_id}/change"
        assert 'value="2026-03-03"' in client.get(page).content.decode()
        told = {name.removeprefix("stop0-"): value for name, value in planned(town).items() if "stop0" in name}

        assert client.post(page, told | {"ends": "08:00"}).status_code == 200
        assert client.post(page, told).status_code == 302

        assert TourStop.objects.get().date.isoformat() == "2026-03-04"
        assert signed_in(town.asker).get(page).status_code == 403

    def test_calls_it_off_with_a_reason_that_all_read(self, town: SmallTown, signed_in: SignedIn) -> None:
        tour = announced(town)
        client = signed_in(town.clerk)

        without = client.post(f"/tours/{tour.public_id}/call-off", {"because": ""})
        client.post(f"/tours/{tour.public_id}/call-off", {"because": "大雪封路"})

        assert 'role="alert"' in without.content.decode()
        shown = signed_in(town.asker).get(f"/tours/{tour.public_id}").content.decode()
        assert "这次巡回服务取消了。" in shown
        assert "大雪封路" in shown

    def test_has_a_sheet_to_print_for_who_looks_after_it(self, town: SmallTown, signed_in: SignedIn) -> None:
        stop = announced(town).stops.get()
        signed_in(town.asker).post(f"/tours/stops/{stop.public_id}/sign-up", {"need": ""})
        page = f"/tours/{stop.tour.public_id}/sheet"

        assert town.asker.name in signed_in(town.clerk).get(page).content.decode()
        assert signed_in(town.asker).get(page).status_code == 403
        english = signed_in(town.clerk).get(page, headers={"Accept-Language": "en"})
        assert english.status_code == 200
