"""A need and a proposal as a worker opens them: about whom it is, and nothing that is meant for the asker."""

import pytest

from matchmaker.community.models import Person
from matchmaker.matches.models import ProposalState
from matchmaker.needs.models import NeedState
from matchmaker.web import standing
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn

MEANT_FOR_THE_ASKER = ("告诉您", "我们正在问邻居", 'href="/mine">')


class TestNeedPage:
    def test_of_a_worker_says_for_whom_and_where(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk=town.asker.pk).update(phone="+864711112222")
        need = open_need_for(town)

        main = signed_in(town.coordinator).get(f"/needs/{need.public_id}").content.decode().partition("<main")[2]

        assert f'<a href="/desk/people/{town.asker.public_id}">{town.asker.name}</a>' in main
        assert 'href="tel:+864711112222"' in main
        assert "第1网格" in main
        assert "正在找人" in main
        assert 'class="back" href="/review"' in main
        assert [text for text in MEANT_FOR_THE_ASKER if text in main] == []

    def test_of_a_worker_names_who_could_come_and_that_of_the_asker_counts_them(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        open_offer_for(town)
        need = open_need_for(town)

        of_worker = signed_in(town.coordinator).get(f"/needs/{need.public_id}").content.decode()
        of_asker = signed_in(town.asker).get(f"/needs/{need.public_id}").content.decode()

        assert "谁可以来" in of_worker
        assert f"<strong>{town.helper.name}</strong>" in of_worker
        assert "有一位邻居或一个组织可能可以来" in of_asker
        assert "谁可以来" not in of_asker
        assert town.helper.name not in of_asker

    def test_of_a_worker_leads_to_whoever_was_proposed(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        page = signed_in(town.coordinator).get(f"/needs/{proposal.need.public_id}").content.decode()

        assert f'<a href="/proposals/{proposal.public_id}">{town.helper.name}</a>' in page
        assert str(standing.PROPOSAL_OF_WORKER["AWAITING_ASKER"]) in page

    def test_of_the_asker_leads_to_the_answer_that_is_waited_for(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        asker = signed_in(town.asker)

        for path in (f"/needs/{proposal.need.public_id}", "/mine"):
            page = asker.get(path).content.decode()
            assert f'href="/proposals/{proposal.public_id}"' in page
            assert "有一位邻居愿意帮忙，请您答复。" in page
            assert "我们正在问邻居" not in page
        assert town.helper.name not in asker.get(f"/needs/{proposal.need.public_id}").content.decode()

    def test_of_a_worker_says_that_it_waits_to_be_verified(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town, verified=False)

        assert "等工作人员核实" in signed_in(town.grid_head).get(f"/needs/{need.public_id}").content.decode()

    @pytest.mark.parametrize("role", ["asker", "grid_head"])
    def test_of_ones_own_need_speaks_to_oneself(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        person = getattr(town, role)
        need = open_need_for(town, person=person)

        page = signed_in(person).get(f"/needs/{need.public_id}").content.decode()

        assert "有人愿意，就马上告诉您。" in page
        assert "哪个网格" not in page


class TestProposalPage:
    def test_of_a_worker_says_who_helps_whom_and_leads_back_to_the_review(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        need = open_need_for(town, service_type="CLINIC_COMPANY", consent="IN_APP")
        offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
        proposal = proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)

        main = signed_in(town.coordinator).get(f"/proposals/{proposal.public_id}").content.decode()
        main = main.partition("<main")[2]

        assert "等工作人员审核" in main
        assert f"<dd>{town.helper.name}</dd>" in main
        assert f"<dd>{town.asker.name}</dd>" in main
        assert 'class="back" href="/review"' in main
        assert [text for text in MEANT_FOR_THE_ASKER if text in main] == []

    def test_of_the_helper_names_nobody_yet(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        page = signed_in(town.helper).get(f"/proposals/{proposal.public_id}").content.decode()

        assert town.asker.name not in page


class TestWords:
    def test_exist_for_every_state(self) -> None:
        assert set(standing.NEED_OF_WORKER) == set(NeedState.values)
        assert set(standing.PROPOSAL_OF_WORKER) == set(ProposalState.values)
