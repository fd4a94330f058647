""" "I can help": one short form."""

from datetime import time
from typing import Any

import pytest

from matchmaker.needs.models import Offer
from tests.towns import SmallTown
from tests.web.conftest import SignedIn

ANSWERS: dict[str, Any] = {
    "token": "0123456789abcdef" * 2,
    "service_types": ["SHOPPING", "DIGITAL_HELP"],
    "weekdays": ["1", "3"],
    "starts": "09:00",
    "ends": "12:00",
    "reach_minutes": "10",
    "visits_per_week": "2",
    "details": "",
}


class TestOffering:
    def test_opens_the_offer_as_it_was_answered(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        assert client.get("/offers/new").status_code == 200

        answer = client.post("/offers/new", ANSWERS)

        offer = Offer.objects.get()
        assert answer.headers["Location"] == f"/offers/{offer.public_id}/opened"
        assert client.get(answer.headers["Location"]).status_code == 200
        assert offer.person == town.helper
        assert offer.title == "代购跑腿、手机电脑使用帮助"
        assert (offer.reach, offer.reach_minutes, offer.visits_per_week) == ("MINUTES", 10, 2)
        assert [(row.weekday, row.starts, row.ends) for row in offer.hours.all()] == [
            (1, time(9), time(12)),
            (3, time(9), time(12)),
        ]

    def test_opens_one_offer_however_often_it_is_sent(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)

        first, second = client.post("/offers/new", ANSWERS), client.post("/offers/new", ANSWERS)

        assert Offer.objects.count() == 1
        assert second.headers["Location"] == first.headers["Location"]

    @pytest.mark.parametrize(
        "changed",
        [
            {"service_types": []},
            {"service_types": ["PATROL"]},
            {"weekdays": ["7"]},
            {"starts": "never"},
            {"reach_minutes": "600"},
            {"visits_per_week": "0"},
            {"token": "<script>"},
            {"details": "字" * 2001},
        ],
    )
    def test_takes_no_bad_answer_and_loses_none(
        self, town: SmallTown, signed_in: SignedIn, changed: dict[str, Any]
    ) -> None:
        answer = signed_in(town.helper).post("/offers/new", ANSWERS | changed)

        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'role="alert"' in page
        assert 'name="ends" value="12:00"' in page
        assert Offer.objects.count() == 0

    def test_ends_when_its_giver_says_so(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        client.post("/offers/new", ANSWERS)
        offer = Offer.objects.get()

        assert signed_in(town.stranger).post(f"/offers/{offer.public_id}/close").status_code == 404
        client.post(f"/offers/{offer.public_id}/close")

        offer.refresh_from_db()
        assert offer.state == "CLOSED"
        assert "已结束" in client.get("/mine").content.decode()
