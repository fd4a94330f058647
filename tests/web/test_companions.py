"""Coming along, on the pages: the neighbour who comes, whoever is helped, the helper, the coordinator."""

from collections.abc import Iterator

import pytest
import time_machine

from matchmaker.community.models import Tie, TieKind, User
from matchmaker.matches import actions
from matchmaker.matches.models import (
    CompanionBudget,
    CompanionProposal,
    CompanionState,
    CompanionWish,
    CompanionWord,
    Willingness,
)
from tests.company import Company, agreed, asked, company, named
from tests.town_rows import NOW
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db
KIND_ZH, KIND_EN = "新邻居引路", "Showing a newcomer around"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def press(signed_in: SignedIn, made: Company, name: str, verb: str) -> int:
    client = signed_in(getattr(made.town, name))
    return client.post(f"/companions/{made.proposal.public_id}/{verb}").status_code


class TestCompanionPage:
    def test_shows_the_companion_a_time_and_a_grid_and_never_the_need(self, signed_in: SignedIn) -> None:
        made = asked()
        client = signed_in(made.town.newcomer)
        address = f"/companions/{made.proposal.public_id}"

        for page in (client.get(address), client.get("/mine")):
            text = page.content.decode()
            assert "第1网格" in text or "想请您同行" in text
            assert not {word for word in (KIND_ZH, KIND_EN, "王晓晴", "陈助民", "买菜", "1号楼") if word in text}
        assert "09:00" in client.get(address).content.decode()

    def test_shows_names_and_place_once_it_is_agreed_and_still_not_the_need(self, signed_in: SignedIn) -> None:
        made = agreed()

        text = signed_in(made.town.newcomer).get(f"/companions/{made.proposal.public_id}").content.decode()

        assert {word for word in ("王晓晴", "陈助民", "1号楼") if word in text} == {"王晓晴", "陈助民", "1号楼"}
        assert KIND_ZH not in text
        assert "买菜" not in text

    def test_leads_from_answer_to_answer(self, signed_in: SignedIn) -> None:
        made = asked()
        assert "吴新来" not in signed_in(made.town.asker).get(f"/matches/{made.match.public_id}").content.decode()

        assert press(signed_in, made, "newcomer", "accept") == 302
        asker = signed_in(made.town.asker)
        assert "有位邻居愿意同行" in asker.get("/mine").content.decode()
        assert "吴新来" in asker.get(f"/companions/{made.proposal.public_id}").content.decode()

        assert press(signed_in, made, "asker", "approve") == 302
        assert made.proposal.state == CompanionState.AGREED
        assert (
            "有邻居同行：吴新来" in signed_in(made.town.helper).get(f"/matches/{made.match.public_id}").content.decode()
        )

    def test_tells_the_companion_that_nobody_is_needed_and_not_who_said_so(self, signed_in: SignedIn) -> None:
        made = named()

        press(signed_in, made, "asker", "refuse")

        text = signed_in(made.town.newcomer).get(f"/companions/{made.proposal.public_id}").content.decode()
        assert "这次不用同行" in text
        assert "王晓晴" not in text

    def test_is_not_there_for_others(self, signed_in: SignedIn) -> None:
        made = asked()

        for name in ("asker", "helper", "stranger"):
            client = signed_in(getattr(made.town, name))
            assert client.get(f"/companions/{made.proposal.public_id}").status_code == 404
        assert press(signed_in, made, "newcomer", "dance") == 404

    def test_offers_not_today_at_the_door(self, signed_in: SignedIn, clock: time_machine.Traveller) -> None:
        made = agreed()
        clock.move_to(made.during, tick=False)
        address = f"/companions/{made.proposal.public_id}"
        assert f"{address}/not-today" in signed_in(made.town.asker).get(address).content.decode()
        assert f"{address}/not-today" not in signed_in(made.town.newcomer).get(address).content.decode()

        assert press(signed_in, made, "asker", "not-today") == 302

        assert made.proposal.state == CompanionState.TURNED_AWAY

    def test_speaks_english(self, signed_in: SignedIn) -> None:
        made = asked()
        client = signed_in(made.town.newcomer)
        client.cookies["django_language"] = "en"

        text = client.get(f"/companions/{made.proposal.public_id}").content.decode()

        assert "Would you come along this time?" in text


class TestWords:
    def test_are_asked_of_each_of_the_three_in_their_own_way(
        self, signed_in: SignedIn, clock: time_machine.Traveller
    ) -> None:
        made = agreed()
        clock.move_to(made.afterwards, tick=False)
        address = f"/companions/{made.proposal.public_id}/words"
        asked_of = {
            "newcomer": {"came", "greet_asker", "greet_helper"},
            "helper": {"came", "greet_companion"},
            "asker": {"came", "greet_companion", "welcome"},
        }
        for name, fields in asked_of.items():
            client = signed_in(getattr(made.town, name))
            assert address in client.get("/mine").content.decode()
            page = client.get(address).content.decode()
            every = ("came", "greet_asker", "greet_helper", "greet_companion", "welcome")
            assert {field for field in every if f'name="{field}"' in page} == fields
            assert "请选一项" in client.post(address, {}).content.decode()
            assert client.post(address, dict.fromkeys(fields, "yes")).status_code == 302

        assert CompanionWord.objects.count() == 3
        assert address not in signed_in(made.town.asker).get("/mine").content.decode()


class TestWish:
    def test_is_asked_on_the_page_of_the_match_and_is_off_by_itself(self, signed_in: SignedIn) -> None:
        made = company(wished=False)
        client = signed_in(made.town.asker)
        address = f"/matches/{made.match.public_id}"
        assert f"{address}/company/wish" in client.get(address).content.decode()
        assert f"{address}/company/wish" not in signed_in(made.town.helper).get(address).content.decode()
        assert not CompanionWish.objects.exists()

        assert client.post(f"{address}/company/wish").status_code == 302
        assert CompanionWish.objects.get().match == made.match
        assert f"{address}/company/unwish" in client.get(address).content.decode()

        client.post(f"{address}/company/unwish")
        assert not CompanionWish.objects.exists()

    def test_is_not_asked_where_the_community_gives_no_hours(self, signed_in: SignedIn) -> None:
        made = company(wished=False, hours=0)

        page = signed_in(made.town.asker).get(f"/matches/{made.match.public_id}").content.decode()

        assert "/company/wish" not in page


class TestWilling:
    def test_says_when_how_far_and_how_often(self, signed_in: SignedIn) -> None:
        made = company()
        client = signed_in(made.town.stranger)
        answers = {
            "weekdays": ["1", "3"],
            "starts": "14:00",
            "ends": "17:00",
            "reach_minutes": "10",
            "visits_per_month": "2",
        }

        assert client.get("/companions/willing").status_code == 200
        assert client.post("/companions/willing", answers).status_code == 302

        row = Willingness.objects.get(person=made.town.stranger)
        assert (row.reach_m, row.visits_per_month, row.vetted_at) == (700, 2, None)
        assert [hours.weekday for hours in row.hours.all()] == [1, 3]
        assert "工作人员和您聊过以后" in client.get("/companions/willing").content.decode()
        client.post("/companions/willing/stop")
        row.refresh_from_db()
        assert row.paused_at == NOW

    def test_asks_the_year_of_birth_of_whom_it_is_not_known(self, signed_in: SignedIn) -> None:
        made = company()
        type(made.town.stranger).objects.filter(pk=made.town.stranger.pk).update(birth_year=None)

        assert 'name="birth_year"' in signed_in(made.town.stranger).get("/companions/willing").content.decode()
        assert 'name="birth_year"' not in signed_in(made.town.asker).get("/companions/willing").content.decode()


class TestDesk:
    def test_shows_shares_as_results_and_sets_the_hours(self, signed_in: SignedIn) -> None:
        made = company(hours=0)
        client = signed_in(made.town.coordinator)
        assert "是结果，不是指标" in client.get("/desk/companions").content.decode()

        address = f"/desk/companions/{made.town.community.public_id}"
        assert client.post(address, {"hours_per_week": "-1"}).status_code == 200
        assert not CompanionBudget.objects.exists()
        assert client.post(address, {"hours_per_week": "6"}).status_code == 302

        assert CompanionBudget.objects.get().hours_per_week == 6

    def test_says_that_it_stopped(self, signed_in: SignedIn) -> None:
        made = agreed()
        actions.turn_companion_away(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=made.during)

        page = signed_in(made.town.coordinator).get(f"/desk/companions/{made.town.community.public_id}")

        assert "超过百分之五" in page.content.decode()

    def test_lists_whom_to_talk_with(self, signed_in: SignedIn) -> None:
        made = company()
        Willingness.objects.update(vetted_at=None, vetted_by=None)
        client = signed_in(made.town.coordinator)
        assert "吴新来" in client.get("/desk/companions").content.decode()

        client.post(f"/desk/companions/people/{made.town.newcomer.public_id}/vet")

        assert Willingness.objects.get().vetted_by == made.town.coordinator
        assert "吴新来" not in client.get("/desk/companions").content.decode()

    def test_takes_answers_of_people_without_an_account(self, signed_in: SignedIn) -> None:
        made = asked()
        User.objects.filter(person__in=(made.town.newcomer, made.town.asker)).delete()
        client = signed_in(made.town.coordinator)
        address = f"/desk/companions/asked/{made.proposal.public_id}"
        assert address in client.get("/desk/companions").content.decode()

        assert client.post(address, {"answer": "yes"}).status_code == 404
        client.post(address, {"answer": "yes", "channel": "PHONE"})
        client.post(address, {"answer": "yes", "channel": "DOORSTEP"})

        proposal = CompanionProposal.objects.get()
        assert proposal.state == CompanionState.AGREED
        assert (proposal.companion_channel, proposal.asker_channel) == ("PHONE", "DOORSTEP")
        assert proposal.asker_answered_by == made.town.coordinator

    def test_takes_words_of_people_without_an_account_each_alone(
        self, signed_in: SignedIn, clock: time_machine.Traveller
    ) -> None:
        made = agreed()
        User.objects.filter(person__in=(made.town.newcomer, made.town.asker)).delete()
        clock.move_to(made.afterwards, tick=False)
        client = signed_in(made.town.coordinator)
        address = f"/desk/companions/{made.proposal.public_id}/words"
        page = client.get("/desk/companions").content.decode()
        assert [part for part in ("ASKER", "HELPER", "COMPANION") if f"{address}/{part}" in page] == [
            "ASKER",
            "COMPANION",
        ]

        said = {"came": "yes", "greet_companion": "yes", "welcome": "yes", "channel": "PHONE"}
        assert client.post(f"{address}/ASKER", said).status_code == 302
        said = {"came": "yes", "greet_asker": "yes", "greet_helper": "yes", "channel": "PHONE"}
        assert "请分开听取" in client.post(f"{address}/COMPANION", said).content.decode()
        assert client.post(f"{address}/COMPANION", said | {"heard_apart": "on"}).status_code == 302
        assert client.get(f"{address}/HELPER").status_code == 404

        words = CompanionWord.objects.order_by("pk").values_list("part", "channel", "heard_apart")
        assert list(words) == [("ASKER", "PHONE", False), ("COMPANION", "PHONE", True)]
        assert Tie.objects.filter(kind=TieKind.MET).count() == 1

    def test_enters_who_would_come_along_without_an_account(self, signed_in: SignedIn) -> None:
        made = company()
        client, elder = signed_in(made.town.coordinator), made.town.elder
        address = f"/desk/people/{elder.public_id}"
        assert f"{address}/company/yes" in client.get(address).content.decode()

        client.post(f"{address}/company/yes")
        assert Willingness.objects.get(person=elder).vetted_at is None
        assert f"{address}/company/no" in client.get(address).content.decode()

        client.post(f"{address}/company/no")
        assert Willingness.objects.get(person=elder).paused_at == NOW

    def test_is_for_workers_alone(self, signed_in: SignedIn) -> None:
        made = company()

        assert signed_in(made.town.asker).get("/desk/companions").status_code == 403
