""" "I can help": one short form."""

from datetime import time
from typing import Any

import pytest

from matchmaker.community.models import Organization, Person
from matchmaker.needs.actions import open_offer
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

    def test_takes_down_that_somebody_comes_by_vehicle(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)

        client.post("/offers/new", ANSWERS | {"reach_minutes": "by-vehicle-30"})

        offer = Offer.objects.get()
        assert (offer.reach, offer.reach_minutes, offer.by_vehicle) == ("MINUTES", 30, True)
        assert "开车30分钟以内" in client.get("/offers/new").content.decode()

    def test_asks_once_how_old_a_helper_is(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk=town.helper.pk).update(birth_year=None)
        client = signed_in(town.helper)

        without = client.post("/offers/new", ANSWERS)
        wrong = client.post("/offers/new", ANSWERS | {"birth_year": "1066"})
        assert Offer.objects.count() == 0
        client.post("/offers/new", ANSWERS | {"birth_year": "1990"})

        assert "请填写出生年份" in without.content.decode()
        assert 'role="alert"' in wrong.content.decode()
        assert Offer.objects.count() == 1
        assert Person.objects.get(pk=town.helper.pk).birth_year == 1990
        assert 'name="birth_year"' not in client.get("/offers/new").content.decode()

    def test_opens_one_offer_however_often_it_is_sent(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)

        first, second = client.post("/offers/new", ANSWERS), client.post("/offers/new", ANSWERS)

        assert Offer.objects.count() == 1
        assert second.headers["Location"] == first.headers["Location"]

    def test_opens_one_offer_where_two_presses_come_at_once(
        self, town: SmallTown, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def press_twice(**how: Any) -> Offer:
            open_offer(**how)
            return open_offer(**how)

        monkeypatch.setattr("matchmaker.needs.actions.open_offer", press_twice)

        answer = signed_in(town.helper).post("/offers/new", ANSWERS)

        assert answer.headers["Location"] == f"/offers/{Offer.objects.get().public_id}/opened"

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

    def test_pauses_and_resumes_when_its_giver_says_so(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        client.post("/offers/new", ANSWERS)
        offer = Offer.objects.get()
        pause, resume = f"/offers/{offer.public_id}/pause", f"/offers/{offer.public_id}/resume"
        assert pause in client.get("/mine").content.decode()

        assert signed_in(town.stranger).post(pause).status_code == 404
        client.get(pause)
        offer.refresh_from_db()
        assert offer.state == "OPEN"
        client.post(pause)
        page = client.get("/mine").content.decode()
        assert "暂停中" in page
        assert resume in page
        assert pause not in page
        offer.refresh_from_db()
        assert offer.state == "PAUSED"
        client.post(resume)

        offer.refresh_from_db()
        assert offer.state == "OPEN"

    def test_says_in_words_that_it_is_not_paused(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        client.post("/offers/new", ANSWERS)

        answer = client.post(f"/offers/{Offer.objects.get().public_id}/resume")

        assert answer.status_code == 409
        assert "没有暂停" in answer.content.decode()


class TestOfferingForAnOrganization:
    def test_is_asked_of_clerks_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert "谁来提供" in signed_in(town.clerk).get("/offers/new").content.decode()
        for person in (town.helper, town.member, town.coordinator):
            assert "谁来提供" not in signed_in(person).get("/offers/new").content.decode()

    def test_opens_the_offer_of_the_organization(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)

        first = client.post("/offers/new", _for(town))
        second = client.post("/offers/new", _for(town))

        offer = Offer.objects.get()
        assert (offer.person, offer.organization) == (None, town.organization)
        assert first.headers["Location"] == second.headers["Location"] == f"/offers/{offer.public_id}/opened"

    def test_opens_a_clerks_own_offer_where_they_say_so(self, town: SmallTown, signed_in: SignedIn) -> None:
        signed_in(town.clerk).post("/offers/new", ANSWERS | {"organization": "me"})

        assert Offer.objects.get().person == town.clerk

    def test_takes_the_word_of_nobody_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        """Whoever is not asked gives in their own name, whatever else is sent."""
        signed_in(town.member).post("/offers/new", _for(town))

        assert Offer.objects.get().person == town.member

    def test_refuses_in_words_for_an_organization_that_is_not_verified(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        Organization.objects.update(verified_at=None, verified_by=None)

        page = signed_in(town.clerk).post("/offers/new", _for(town)).content.decode()

        assert "还没有通过核实" in page
        assert Offer.objects.count() == 0

    def test_lets_the_clerk_pause_and_close_and_the_member_look(self, town: SmallTown, signed_in: SignedIn) -> None:
        clerk = signed_in(town.clerk)
        clerk.post("/offers/new", _for(town))
        offer = Offer.objects.get()
        pause, close = f"/offers/{offer.public_id}/pause", f"/offers/{offer.public_id}/close"

        seen_by_member = signed_in(town.member).get("/mine").content.decode()
        assert town.organization.name in seen_by_member
        assert pause not in seen_by_member
        assert signed_in(town.member).post(pause).status_code == 403
        assert close in clerk.get("/mine").content.decode()
        clerk.post(pause)
        offer.refresh_from_db()
        assert offer.state == "PAUSED"
        clerk.post(close)

        offer.refresh_from_db()
        assert offer.state == "CLOSED"


def _for(town: SmallTown) -> dict[str, Any]:
    return ANSWERS | {"organization": str(town.organization.public_id)}
