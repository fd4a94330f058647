"""What a worker notes at the desk of a person who tells it."""

import pytest
from django.test import Client

from matchmaker.community.models import Mandate, Person, PersonBlock, User
from matchmaker.matches.models import Match, ProposalState
from matchmaker.needs.models import Offer
from tests.towns import SmallTown, open_need_for, proposal_for
from tests.web.conftest import SignedIn, leads_to

OFFER = {
    "token": "a" * 32,
    "service_types": ["CLINIC_COMPANY"],
    "weekdays": ["1"],
    "starts": "08:00",
    "ends": "12:00",
    "reach_minutes": "15",
    "visits_per_week": "1",
    "consent": "SPOKEN",
}


@pytest.fixture
def desk(town: SmallTown, signed_in: SignedIn) -> Client:
    return signed_in(town.grid_head)


def agreed(town: SmallTown) -> Match:
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
    return proposal_for(town, need=need, state=ProposalState.ACCEPTED).match


class TestTakingAnOffer:
    def test_asks_for_the_year_of_the_person_and_not_of_the_worker(self, town: SmallTown, desk: Client) -> None:
        """A worker whose own year nobody noted takes offers all the same."""
        Person.objects.filter(pk=town.grid_head.pk).update(birth_year=None)
        path = f"/desk/people/{town.elder.public_id}/offer"
        assert 'name="birth_year"' not in desk.get(path).content.decode()

        assert leads_to(desk.post(path, OFFER)) == f"/desk/people/{town.elder.public_id}"

        assert Offer.objects.get().person == town.elder

    def test_notes_a_year_that_is_not_known_yet(self, town: SmallTown, desk: Client) -> None:
        Person.objects.filter(pk=town.elder.pk).update(birth_year=None)
        path = f"/desk/people/{town.elder.public_id}/offer"
        assert 'name="birth_year"' in desk.get(path).content.decode()

        assert "请填写出生年份。" in desk.post(path, OFFER).content.decode()
        desk.post(path, OFFER | {"birth_year": "1950"})

        assert (Offer.objects.get().person, Person.objects.get(pk=town.elder.pk).birth_year) == (town.elder, 1950)


class TestCorrecting:
    def test_writes_what_the_person_tells(self, town: SmallTown, desk: Client) -> None:
        Person.objects.filter(pk=town.elder.pk).update(languages=["zh", "ko"])
        path = f"/desk/people/{town.elder.public_id}/correct"
        assert path in desk.get(f"/desk/people/{town.elder.public_id}").content.decode()
        assert town.elder.name in desk.get(path).content.decode()
        told = {"name": "赵老根儿", "phone": "", "birth_year": "1941", "languages": ["mn"], "sex": "MALE"}

        answer = desk.post(path, told)

        assert leads_to(answer) == f"/desk/people/{town.elder.public_id}"
        elder = Person.objects.get(pk=town.elder.pk)
        assert (elder.name, elder.phone, elder.birth_year, elder.sex) == ("赵老根儿", "", 1941, "MALE")
        assert elder.languages == ["mn", "ko"]

    def test_names_the_field_at_fault_and_keeps_the_rest(self, town: SmallTown, desk: Client) -> None:
        told = {"name": "赵老根儿", "phone": "12", "birth_year": "1941", "languages": ["zh"], "sex": "UNSTATED"}

        page = desk.post(f"/desk/people/{town.elder.public_id}/correct", told).content.decode()

        assert "这不是电话号码。" in page
        assert "赵老根儿" in page
        assert Person.objects.get(pk=town.elder.pk).name == town.elder.name

    def test_is_not_for_whoever_signs_in_themselves(self, town: SmallTown, desk: Client) -> None:
        path = f"/desk/people/{town.asker.public_id}/correct"

        assert path not in desk.get(f"/desk/people/{town.asker.public_id}").content.decode()
        assert desk.get(path).status_code == 403
        assert desk.post(path, {"name": "无", "sex": "UNSTATED"}).status_code == 403

        assert Person.objects.get(pk=town.asker.pk).name == town.asker.name


class TestGivingAMandate:
    def test_finds_who_is_to_act_and_waits_until_the_person_was_told(self, town: SmallTown, desk: Client) -> None:
        path = f"/desk/people/{town.elder.public_id}/mandate"
        assert path in desk.get(f"/desk/people/{town.elder.public_id}").content.decode()
        assert 'name="holder_id"' not in desk.get(path).content.decode()
        assert town.neighbour.name in desk.get(path, {"q": town.neighbour.name}).content.decode()
        sent = {"q": town.neighbour.name, "holder_id": str(town.neighbour.public_id), "ends_date": "2026-09-01"}

        assert "请写明委托的依据。" in desk.post(path, sent).content.decode()
        answer = desk.post(path, sent | {"evidence": "上门时当面说的", "scope": ["SHOPPING"]})

        assert leads_to(answer) == f"/desk/people/{town.elder.public_id}"
        mandate = Mandate.objects.get()
        assert (mandate.for_person, mandate.holder, mandate.scope) == (town.elder, town.neighbour, ["SHOPPING"])
        assert mandate.told_at is None
        assert "还没告诉本人，先不生效" in desk.get(answer["Location"]).content.decode()

    def test_offers_neither_the_person_nor_the_worker(self, town: SmallTown, desk: Client) -> None:
        path = f"/desk/people/{town.elder.public_id}/mandate"

        for nobody in (town.elder, town.grid_head):
            page = desk.get(path, {"q": nobody.name}).content.decode()
            assert f'value="{nobody.public_id}"' not in page

    def test_says_in_words_what_is_too_long(self, town: SmallTown, desk: Client) -> None:
        sent = {"q": town.neighbour.name, "holder_id": str(town.neighbour.public_id), "ends_date": "2031-01-01"}

        page = desk.post(f"/desk/people/{town.elder.public_id}/mandate", sent | {"evidence": "口头"}).content.decode()

        assert 'class="error-summary"' in page
        assert not Mandate.objects.exists()


class TestNotAgain:
    def test_is_noted_for_who_rang_and_lifted_again(self, town: SmallTown, desk: Client) -> None:
        match = agreed(town)
        path = f"/desk/people/{town.elder.public_id}/not-again/{match.public_id}"
        assert path in desk.get(f"/desk/people/{town.elder.public_id}").content.decode()
        before = desk.get(path).content

        desk.post(path, {"wish": "apart"})
        block = PersonBlock.objects.get()
        assert (block.person, block.blocked) == (town.elder, town.helper)
        assert len(desk.get(path).content) == len(before)
        desk.post(path, {"wish": "lift"})

        assert not PersonBlock.objects.exists()

    def test_is_about_a_match_of_this_person_alone(self, town: SmallTown, desk: Client) -> None:
        match = agreed(town)

        answer = desk.post(f"/desk/people/{town.neighbour.public_id}/not-again/{match.public_id}", {"wish": "apart"})

        assert (answer.status_code, PersonBlock.objects.exists()) == (404, False)


class TestWorkersPageOfAMatch:
    def test_names_both_and_calls_it_off_for_who_rang(self, town: SmallTown, desk: Client) -> None:
        match = agreed(town)
        User.objects.filter(person=town.helper).delete()
        page = desk.get(f"/matches/{match.public_id}").content.decode()
        for person in (town.helper, town.elder):
            assert f'<a href="/desk/people/{person.public_id}">{person.name}</a>' in page
        assert town.helper.phone not in page
        assert "我不放心" not in page
        assert f"/matches/{match.public_id}/cancel" in page

        desk.post(f"/matches/{match.public_id}/cancel")

        match.refresh_from_db()
        assert match.state == "CANCELLED"

    @pytest.mark.parametrize("role", ["asker", "helper", "neighbour", "other_coordinator", "police"])
    def test_of_the_desk_is_for_workers_of_the_area(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        match = agreed(town)
        client = signed_in(getattr(town, role))

        for path in ("correct", "mandate", f"not-again/{match.public_id}"):
            assert client.get(f"/desk/people/{town.elder.public_id}/{path}").status_code == 404
            assert client.post(f"/desk/people/{town.elder.public_id}/{path}", {"wish": "apart"}).status_code == 404

        assert (PersonBlock.objects.exists(), Mandate.objects.exists()) == (False, False)
