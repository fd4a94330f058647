"""The desk's pages: find or enter a person, take a need in one go, take answers and words, for workers of the area."""

from typing import Any

import pytest
from django.test import Client

from matchmaker.community.actions import give_mandate
from matchmaker.community.models import Consent, ConsentKind, Mandate, Person, User
from matchmaker.matches.models import Match, Outcome, Proposal, ProposalState
from matchmaker.needs.models import Emergency, Need
from matchmaker.web.desk import CONSENT
from tests.towns import NOW, SmallTown, open_need_for, proposal_for, viewer_of
from tests.web.conftest import SignedIn, leads_to

NUMBERED = "编号的需求"
NEED = {
    "service_type": "SHOPPING",
    "date": "2026-03-03",
    "starts": "09:00",
    "ends": "11:00",
    "minutes": "60",
    "where": "home",
    "channel": "DOORSTEP",
    "consent": "SPOKEN",
    "token": "a" * 32,
}


def newcomer(town: SmallTown, **fields: str) -> dict[str, str]:
    usual = {"name": "钱奶奶", "corridor": str(town.corridors[0].public_id), "home": "301室", "languages": "zh"}
    return usual | fields


def text(client: Client, path: str, **query: Any) -> str:
    return str(client.get(path, query).content.decode())


@pytest.fixture
def desk(town: SmallTown, signed_in: SignedIn) -> Client:
    return signed_in(town.grid_head)


class TestDeskPage:
    def test_finds_people_of_ones_areas_and_counts_them(self, town: SmallTown, desk: Client) -> None:
        page = text(desk, "/desk", q="1号楼")

        assert "3 人" in page
        for person in (town.asker, town.neighbour, town.elder):
            assert f"/desk/people/{person.public_id}" in page
        assert str(town.stranger.public_id) not in page

    @pytest.mark.parametrize("words", ["\x00", "\u202e", "%", "_", "王" * 10_000])
    def test_finds_nobody_by_signs_that_are_in_no_name(self, desk: Client, words: str) -> None:
        answer = desk.get("/desk", {"q": words})

        assert answer.status_code == 200
        assert "/desk/people/" not in answer.content.decode().replace("/desk/people/new", "")

    def test_lists_no_more_than_a_page_and_says_so(self, town: SmallTown, desk: Client) -> None:
        Person.objects.bulk_create(
            [
                Person(name=f"李{number:02}", household=town.households[0], community=town.community, joined_at=NOW)
                for number in range(25)
            ]
        )

        page = text(desk, "/desk", q="李")

        assert "26 人，先列出 20" in page
        assert page.count("/desk/needs/new?person=") == 20

    def test_shows_who_waits_to_be_asked(self, town: SmallTown, desk: Client) -> None:
        proposal = elders_proposal(town)

        assert f"/desk/people/{town.elder.public_id}" in text(desk, "/desk")
        assert proposal.state == ProposalState.AWAITING_ASKER

    @pytest.mark.parametrize("role", ["asker", "helper", "clerk", "police", "auditor"])
    def test_is_for_workers_only(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        client = signed_in(getattr(town, role))

        for path in ("/desk", "/desk/needs/new", "/desk/people/new"):
            assert client.get(path).status_code == 403
        assert client.get(f"/desk/people/{town.elder.public_id}").status_code == 404
        assert client.post("/desk/needs/new", NEED | newcomer(town)).status_code == 403
        assert client.post("/desk/people/new", newcomer(town)).status_code == 403
        assert (Need.objects.count(), Person.objects.filter(name="钱奶奶").count()) == (0, 0)

    def test_shows_nobody_of_another_community(self, town: SmallTown, signed_in: SignedIn) -> None:
        elders_proposal(town)
        client = signed_in(town.other_coordinator)

        page = text(client, "/desk", q="赵")

        assert str(town.elder.public_id) not in page
        assert client.get(f"/desk/people/{town.elder.public_id}").status_code == 404
        assert client.get(f"/desk/needs/new?person={town.elder.public_id}").status_code == 404


class TestTakingANeed:
    def test_of_somebody_known_is_one_form(self, town: SmallTown, desk: Client) -> None:
        answer = desk.post("/desk/needs/new", NEED | {"person": str(town.elder.public_id)})

        assert (answer.status_code, leads_to(answer)) == (302, f"/desk/people/{town.elder.public_id}")
        need = Need.objects.get()
        assert (need.for_person, need.asked_by, need.channel) == (town.elder, town.grid_head, "DOORSTEP")
        assert need.consent is not None
        assert (need.consent.manner, need.consent.heard_by) == ("SPOKEN", town.grid_head)

    def test_of_somebody_new_enters_them_with_it(self, town: SmallTown, desk: Client) -> None:
        answer = desk.post("/desk/needs/new", NEED | newcomer(town, birth_year="1938"))

        person = Person.objects.get(name="钱奶奶")
        assert leads_to(answer) == f"/desk/people/{person.public_id}"
        assert Need.objects.get().for_person == person
        assert sorted(Consent.objects.values_list("kind", flat=True)) == ["KNOWN_HERE", "PROXY"]

    def test_sent_twice_opens_one(self, town: SmallTown, desk: Client) -> None:
        for _ in range(2):
            answer = desk.post("/desk/needs/new", NEED | {"person": str(town.elder.public_id)})
            assert answer.status_code == 302

        assert Need.objects.count() == 1

    def test_asks_whether_it_is_somebody_known_and_loses_nothing(self, town: SmallTown, desk: Client) -> None:
        sent = NEED | newcomer(town, name="赵老根") | {"details": "想买一袋米"}

        page = desk.post("/desk/needs/new", sent).content.decode()

        assert "是不是其中一位？" in page
        assert "想买一袋米" in page
        assert Need.objects.count() == 0
        desk.post("/desk/needs/new", sent | {"person": str(town.elder.public_id)})
        assert Need.objects.get().for_person == town.elder
        desk.post("/desk/needs/new", sent | {"person": "another", "token": "b" * 32})
        assert Person.objects.filter(name="赵老根").count() == 2

    def test_shows_all_that_is_missing_at_once(self, town: SmallTown, desk: Client) -> None:
        page = desk.post("/desk/needs/new", {"token": "a" * 32}).content.decode()

        assert "请填写姓名。" in page
        assert "没有本人同意，不能登记。" in page
        assert (Need.objects.count(), Person.objects.filter(account=None).count()) == (0, 1)

    def test_keeps_the_person_where_the_need_is_refused(self, town: SmallTown, desk: Client) -> None:
        page = desk.post("/desk/needs/new", NEED | newcomer(town) | {"ends": "09:15"}).content.decode()

        person = Person.objects.get(name="钱奶奶")
        assert "这段时间不够见面用" in page
        assert f'name="person" value="{person.public_id}"' in page
        assert Need.objects.count() == 0

    def test_says_what_else_they_would_rather_have(self, town: SmallTown, desk: Client) -> None:
        sent = NEED | {"person": str(town.elder.public_id)}
        wishes = {
            "helper_sex": "FEMALE",
            "nobody_from_building": "on",
            "risks": "有狗",
            "repeat": "WEEKLY",
            "urgency": "1",
        }

        desk.post("/desk/needs/new", sent | wishes)

        need = Need.objects.get()
        assert (need.helper_sex, need.nobody_from_building, need.risks) == ("FEMALE", True, "有狗")
        assert (need.repeat, need.urgency) == ("WEEKLY", 1)

    def test_for_right_now_asks_everybody_near_and_counts_no_day(self, town: SmallTown, desk: Client) -> None:
        assert "现在就要的，再念：" in text(desk, "/desk/needs/new")

        desk.post("/desk/needs/new", NEED | {"person": str(town.elder.public_id), "urgency": "3"})

        need = Need.objects.get()
        assert need.urgency == 3
        assert Emergency.objects.get().need == need
        assert Consent.objects.filter(person=town.elder, kind="EMERGENCY", heard_by=town.grid_head).exists()

    def test_on_paper_says_where_the_paper_is(self, town: SmallTown, desk: Client) -> None:
        sent = NEED | {"person": str(town.elder.public_id), "consent": "WRITTEN"}

        assert "请写明书面同意存放在哪里。" in desk.post("/desk/needs/new", sent).content.decode()
        desk.post("/desk/needs/new", sent | {"paper_kept_at": "档案柜2"})

        assert Consent.objects.get().paper_kept_at == "档案柜2"


class TestEnteringAPerson:
    def test_leads_to_their_page(self, town: SmallTown, desk: Client) -> None:
        answer = desk.post("/desk/people/new", newcomer(town, consent="SPOKEN", phone="13800138000"))

        person = Person.objects.get(name="钱奶奶")
        assert leads_to(answer) == f"/desk/people/{person.public_id}"
        page = text(desk, answer["Location"])
        assert "没有账号" in page
        assert "+8613800138000" in page

    def test_of_somebody_known_leads_to_the_known_one(self, town: SmallTown, desk: Client) -> None:
        sent = newcomer(town, name="赵老根", consent="SPOKEN")
        assert "是不是其中一位？" in desk.post("/desk/people/new", sent).content.decode()

        answer = desk.post("/desk/people/new", sent | {"person": str(town.elder.public_id)})

        assert leads_to(answer) == f"/desk/people/{town.elder.public_id}"
        assert Person.objects.filter(name="赵老根").count() == 1


class TestTakingAnswers:
    @pytest.mark.parametrize(("said", "state"), [("yes", "ACCEPTED"), ("no", "DECLINED_BY_ASKER")])
    def test_stands_as_the_persons(self, town: SmallTown, desk: Client, said: str, state: str) -> None:
        proposal = elders_proposal(town)
        back = f"/desk/people/{town.elder.public_id}"
        assert f"/desk/proposals/{proposal.public_id}/answer" in text(desk, back)

        answer = take(desk, proposal, town.elder, answer=said)

        proposal.refresh_from_db()
        assert (leads_to(answer), proposal.state) == (back, state)
        assert (proposal.asker_answered_by, proposal.asker_answer_channel) == (town.grid_head, "PHONE")

    def test_wants_a_channel_and_an_answer(self, town: SmallTown, desk: Client) -> None:
        proposal = elders_proposal(town)

        for words in ({"channel": ""}, {"channel": "APP"}, {"answer": "maybe"}):
            assert take(desk, proposal, town.elder, **words).status_code == 404

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_ASKER

    def test_is_not_offered_for_the_other_side(self, town: SmallTown, desk: Client) -> None:
        proposal = elders_proposal(town)

        assert str(proposal.public_id) not in text(desk, f"/desk/people/{town.helper.public_id}")


class TestTakingWords:
    def test_of_a_side_is_written_down_once_and_not_shown_again(
        self, town: SmallTown, desk: Client, traveller: Any
    ) -> None:
        match = agreed(town)
        visit = match.visits.get()
        traveller.move_to(visit.ends_at)
        path = f"/desk/visits/{visit.public_id}/ASKER"
        assert path in text(desk, f"/desk/people/{town.elder.public_id}")

        answer = desk.post(
            path, {"channel": "PHONE", "happened": "yes", "how": "well", "greet_again": "yes", "minutes": "50"}
        )

        assert leads_to(answer) == f"/desk/people/{town.elder.public_id}"
        said = Outcome.objects.get()
        assert (said.side, said.given_by, said.channel, said.minutes) == ("ASKER", town.grid_head, "PHONE", 50)
        assert desk.get(path).status_code == 404

    def test_of_both_asks_whether_each_was_heard_alone(self, town: SmallTown, desk: Client, traveller: Any) -> None:
        match = agreed(town)
        visit = match.visits.get()
        traveller.move_to(visit.ends_at)
        User.objects.filter(person=town.helper).delete()
        words = {"channel": "PHONE", "happened": "yes", "how": "well", "greet_again": "yes"}
        desk.post(f"/desk/visits/{visit.public_id}/ASKER", words)
        path = f"/desk/visits/{visit.public_id}/HELPER"

        page = desk.post(path, words).content.decode()
        assert "请确认两方是分开、单独说的" in page
        assert Outcome.objects.count() == 1
        desk.post(path, words | {"heard_apart": "on"})

        visit.refresh_from_db()
        assert (visit.state, Outcome.objects.count()) == ("DONE", 2)


class TestMandatesAndConsents:
    def test_are_told_and_taken_back_by_phone(self, town: SmallTown, desk: Client) -> None:
        mandate = give_mandate(
            viewer=viewer_of(town.grid_head),
            holder_id=town.neighbour.public_id,
            for_person_id=town.elder.public_id,
            evidence="当面口头委托",
            ends_date=NOW.date(),
            now=NOW,
        )
        back = f"/desk/people/{town.elder.public_id}"
        assert "还没告诉本人，先不生效" in text(desk, back)
        sent = {"person": str(town.elder.public_id), "channel": "PHONE"}

        desk.post(f"/desk/mandates/{mandate.public_id}/told", sent)
        assert "已告诉本人" in text(desk, back)
        desk.post(f"/desk/mandates/{mandate.public_id}/revoke", sent)

        kept = Mandate.objects.get()
        assert (kept.told_channel, kept.revoked_channel, kept.revoked_by) == ("PHONE", "PHONE", town.grid_head)

    @pytest.mark.parametrize("kind", ConsentKind.values)
    def test_are_listed_whatever_they_are_about(self, town: SmallTown, desk: Client, kind: str) -> None:
        Consent.objects.create(person=town.elder, kind=kind, manner="SPOKEN", heard_by=town.grid_head, given_at=NOW)

        answer = desk.get(f"/desk/people/{town.elder.public_id}")

        assert answer.status_code == 200
        assert str(CONSENT[kind]) in answer.content.decode()

    def test_are_withdrawn_by_phone(self, town: SmallTown, desk: Client) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        assert need.consent is not None
        sent = {"person": str(town.elder.public_id), "channel": "PHONE"}
        page = text(desk, f"/desk/people/{town.elder.public_id}")
        assert f"/desk/consents/{need.consent.public_id}/withdraw" in page

        desk.post(f"/desk/consents/{need.consent.public_id}/withdraw", sent)

        consent = Consent.objects.get()
        assert (consent.withdrawn_at, consent.withdrawal_heard_by) == (NOW, town.grid_head)

    def test_to_being_known_here_leads_to_leaving(self, town: SmallTown, desk: Client) -> None:
        kept = Consent.objects.create(
            person=town.elder, kind="KNOWN_HERE", manner="SPOKEN", heard_by=town.grid_head, given_at=NOW
        )

        page = text(desk, f"/desk/people/{town.elder.public_id}")

        assert f"/people/{town.elder.public_id}/leave" in page
        assert f"/desk/consents/{kept.public_id}/withdraw" not in page


def elders_proposal(town: SmallTown) -> Proposal:
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
    return proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)


def agreed(town: SmallTown) -> Match:
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
    return proposal_for(town, need=need, state=ProposalState.ACCEPTED).match


def take(client: Client, proposal: Proposal, person: Person, **words: str) -> Any:
    sent = {"person": str(person.public_id), "channel": "PHONE", "answer": "yes"} | words
    return client.post(f"/desk/proposals/{proposal.public_id}/answer", sent)


class TestNumberOfARequest:
    def test_finds_it_as_it_is_read_out(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town)
        digits = need.public_id.hex[:8]
        desk = signed_in(town.coordinator)

        for said in (f"{digits[:4]}-{digits[4:]}".upper(), digits):
            page = desk.get("/desk", {"q": said}).content.decode()
            assert NUMBERED in page
            assert f'<a href="/needs/{need.public_id}">' in page

    def test_finds_nothing_elsewhere_nor_for_other_numbers(self, town: SmallTown, signed_in: SignedIn) -> None:
        number = open_need_for(town).public_id.hex[:8]

        assert NUMBERED not in signed_in(town.other_coordinator).get("/desk", {"q": number}).content.decode()
        for said in ("00000000", number[:7], number + "0", "1号楼"):
            assert NUMBERED not in signed_in(town.coordinator).get("/desk", {"q": said}).content.decode()
