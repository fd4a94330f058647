"""A clerk keeps an offer as a draft, reads it as others will, changes it, and publishes it or throws it away."""

from datetime import time
from typing import Any

import pytest

from matchmaker.community.models import Organization
from matchmaker.needs.drafts import Hours
from matchmaker.needs.models import Offer, OfferState
from matchmaker.records.models import Record
from tests.towns import SmallTown, draft_offer_for, open_offer_for
from tests.web.conftest import SignedIn
from tests.web.test_offering import ANSWERS


def kept(town: SmallTown, signed_in: SignedIn, **answers: Any) -> Offer:
    told = ANSWERS | {"organization": str(town.organization.public_id), "keep": "draft"} | answers
    signed_in(town.clerk).post("/offers/new", told)
    return Offer.objects.get()


class TestKeepingADraft:
    def test_leads_to_what_others_will_read(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)
        assert 'name="keep" value="draft"' in client.get("/offers/new").content.decode()
        assert 'name="keep"' not in signed_in(town.helper).get("/offers/new").content.decode()

        offer = kept(town, signed_in, details="带上放大镜")

        page = client.get(f"/offers/{offer.public_id}/draft").content.decode()
        assert offer.state == OfferState.DRAFT
        for told in (
            "代购跑腿、手机电脑使用帮助",
            "周二、周四 09:00–12:00",
            "走路10分钟以内",
            "每周最多2次",
            "带上放大镜",
        ):
            assert told in page
        for verb in ("publish", "discard", "draft/change"):
            assert f'"/offers/{offer.public_id}/{verb}"' in page
        client.post("/language", {"language": "en"})
        english = client.get(f"/offers/{offer.public_id}/draft").content.decode()
        assert "Tue, Thu 09:00–12:00" in english
        assert "At most 2 times a week" in english

    def test_is_done_once_however_often_it_is_pressed(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = kept(town, signed_in)

        again = signed_in(town.clerk).post(
            "/offers/new", ANSWERS | {"organization": str(town.organization.public_id), "keep": "draft"}
        )

        assert again.headers["Location"] == f"/offers/{offer.public_id}/draft"
        assert Offer.objects.count() == 1

    def test_is_for_an_organization(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.clerk).post("/offers/new", ANSWERS | {"organization": "me", "keep": "draft"})

        assert "只有组织提供的服务可以先存成草稿" in page.content.decode()
        assert not Offer.objects.exists()


class TestDraft:
    def test_stands_on_the_desk_and_nowhere_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = draft_offer_for(town)
        desk = f"/organizations/{town.organization.public_id}"

        page = signed_in(town.clerk).get(desk).content.decode()

        assert page.count(f"/offers/{offer.public_id}/draft") == 1
        assert f"/offers/{offer.public_id}/pause" not in page
        assert str(offer.public_id) not in signed_in(town.clerk).get("/mine").content.decode()
        for other in (town.member, town.asker, town.coordinator):
            for path in ("draft", "draft/change", "opened"):
                assert signed_in(other).get(f"/offers/{offer.public_id}/{path}").status_code == 404
            for path in ("publish", "discard", "draft/change"):
                assert signed_in(other).post(f"/offers/{offer.public_id}/{path}", ANSWERS).status_code == 404
        assert Offer.objects.get().state == OfferState.DRAFT

    def test_is_changed_with_what_was_said_before_filled_in(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = kept(town, signed_in)
        Offer.objects.update(parallel_visits=3, skills=["做饭"])
        client = signed_in(town.clerk)
        path = f"/offers/{offer.public_id}/draft/change"
        form = client.get(path).content.decode()
        assert 'value="SHOPPING" id="id_service_types' in form
        assert form.count(" checked") == 5

        answer = client.post(path, ANSWERS | {"service_types": ["SHOPPING"], "weekdays": ["5"]})

        offer.refresh_from_db()
        assert answer.headers["Location"] == f"/offers/{offer.public_id}/draft"
        assert (offer.title, offer.state) == ("代购跑腿", OfferState.DRAFT)
        assert (offer.parallel_visits, offer.skills) == (3, ["做饭"])
        assert list(offer.hours.values_list("weekday", flat=True)) == [5]

    def test_keeps_a_title_of_its_own_while_its_kinds_stay(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = draft_offer_for(town, title="周末代购队")
        path = f"/offers/{offer.public_id}/draft/change"
        titles = []

        for kinds in (["SHOPPING"], ["SHOPPING", "DIGITAL_HELP"]):
            signed_in(town.clerk).post(path, ANSWERS | {"service_types": kinds})
            titles.append(Offer.objects.get().title)

        assert titles == ["周末代购队", "代购跑腿、手机电脑使用帮助"]

    def test_leaves_a_reach_and_hours_that_the_form_does_not_ask_for_as_they_are(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        spans = (Hours(1, time(9), time(12)), Hours(3, time(14), time(17)))
        offer = draft_offer_for(town, reach="METRES", reach_m=800, hours=spans)
        path, client = f"/offers/{offer.public_id}/draft/change", signed_in(town.clerk)
        form = client.get(path).content.decode()
        assert "照旧：走路800米以内" in form
        assert "时间照旧：周二 09:00–12:00；周四 14:00–17:00" in form
        as_it_is = {"service_types": ["SHOPPING"], "visits_per_week": "2", "reach_minutes": "as-it-is"}
        ticked = as_it_is | {"keeps_hours": "on"}

        both = client.post(path, ticked | {"weekdays": ["5"], "starts": "09:00", "ends": "10:00"})
        neither = client.post(path, as_it_is)
        kept_so = client.post(path, ticked | {"details": "带上放大镜"})

        assert "要改时间，请先去掉这个勾。" in both.content.decode()
        assert "请至少选一天。" in neither.content.decode()
        assert kept_so.status_code == 302
        offer.refresh_from_db()
        assert (offer.reach, offer.reach_m, offer.reach_minutes) == ("METRES", 800, None)
        assert offer.details == "带上放大镜"
        assert list(offer.hours.values_list("weekday", "starts", "ends")) == [
            (1, time(9), time(12)),
            (3, time(14), time(17)),
        ]

    def test_of_any_time_stays_so_or_is_told(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer, client = draft_offer_for(town, reach="MINUTES", reach_m=None, reach_minutes=10), signed_in(town.clerk)
        path = f"/offers/{offer.public_id}/draft/change"
        said = {"service_types": ["SHOPPING"], "visits_per_week": "1", "reach_minutes": "10"}

        client.post(path, said | {"keeps_hours": "on"})
        assert not offer.hours.exists()
        client.post(path, said | {"weekdays": ["5"], "starts": "09:00", "ends": "10:00"})

        assert list(offer.hours.values_list("weekday", flat=True)) == [5]

    def test_that_is_changed_wrongly_says_so_and_stays(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = kept(town, signed_in)

        page = signed_in(town.clerk).post(f"/offers/{offer.public_id}/draft/change", {"weekdays": ["5"]})

        assert "请至少选一项" in page.content.decode()
        assert list(offer.hours.values_list("weekday", flat=True)) == [1, 3]

    def test_is_published_once_however_often_it_is_pressed(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = draft_offer_for(town)
        client = signed_in(town.clerk)

        answers = [client.post(f"/offers/{offer.public_id}/publish") for _ in range(2)]

        assert [one.headers["Location"] for one in answers] == [f"/offers/{offer.public_id}/opened"] * 2
        assert Offer.objects.get().state == OfferState.OPEN
        assert Record.objects.filter(kind="offer.opened").count() == 1
        assert client.get(f"/offers/{offer.public_id}/draft").headers["Location"].endswith("/opened")

    def test_of_an_unverified_organization_says_why_it_cannot_be_published(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        offer = draft_offer_for(town)
        Organization.objects.update(verified_at=None, verified_by=None)

        page = signed_in(town.clerk).post(f"/offers/{offer.public_id}/publish")

        assert page.status_code == 409
        assert "还没有通过核实" in page.content.decode()

    def test_is_thrown_away(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = draft_offer_for(town)

        answer = signed_in(town.clerk).post(f"/offers/{offer.public_id}/discard")

        assert answer.headers["Location"] == f"/organizations/{town.organization.public_id}"
        assert not Offer.objects.exists()


class TestOfferCard:
    def test_tells_two_offers_of_the_same_words_apart(self, town: SmallTown, signed_in: SignedIn) -> None:
        first = open_offer_for(town, organization=town.organization, hours=(Hours(0, time(9), time(11)),))
        second = open_offer_for(
            town,
            organization=town.organization,
            hours=(Hours(0, time(22), time(6)), Hours(1, time(22), time(6)), Hours(6, time(0), time(0))),
            place=town.corridors[0].public_id,
        )

        page = signed_in(town.clerk).get(f"/organizations/{town.organization.public_id}").content.decode()

        assert "周一 09:00–11:00" in page
        assert "周一、周二 22:00–06:00（次日）；周日 全天" in page
        assert "第1网格" in page
        for offer in (first, second):
            number = f"{offer.public_id.hex[:4]}-{offer.public_id.hex[4:8]}".upper()
            assert f"编号 {number}" in page
            assert f'暂停一下<span class="hidden"> 代买东西 {number}</span>' in page

    @pytest.mark.parametrize(
        ("draft", "told"),
        [
            ({"reach_m": 800}, "走路800米以内"),
            ({"reach_m": 800, "by_vehicle": True}, "开车800米以内"),
            ({"reach": "MINUTES", "reach_minutes": 30, "by_vehicle": True}, "开车30分钟以内"),
        ],
    )
    def test_says_how_far(self, town: SmallTown, signed_in: SignedIn, draft: dict[str, Any], told: str) -> None:
        open_offer_for(town, organization=town.organization, **draft)

        page = signed_in(town.clerk).get(f"/organizations/{town.organization.public_id}").content.decode()

        assert told in page
        assert "任何时间" in page

    def test_names_the_areas_and_how_many_go_at_once(self, town: SmallTown, signed_in: SignedIn) -> None:
        open_offer_for(
            town,
            organization=town.organization,
            reach="AREAS",
            reach_areas=(town.grid.public_id, town.other_grid.public_id),
            parallel_visits=4,
            hours=tuple(Hours(day, time(9), time(11)) for day in range(7)),
        )

        page = signed_in(town.clerk).get(f"/organizations/{town.organization.public_id}").content.decode()

        assert "第1网格、第2网格" in page
        assert "每周最多3次，同时最多4处" in page
        assert "每天 09:00–11:00" in page
