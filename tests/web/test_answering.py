"""Answering a proposal: what each side reads before and after, and two answers that cost nothing."""

import pytest
from django.test import Client

from matchmaker.matches.models import Match, Proposal, ProposalState
from tests.towns import SmallTown, match_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn


class TestProposalPage:
    def test_names_nobody_and_no_door_to_the_helper_before_both_agreed(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        proposal = proposal_for(town)

        page = signed_in(town.helper).get(f"/proposals/{proposal.public_id}").content.decode()

        assert "代购跑腿" in page
        assert "第1网格" in page
        assert "为什么问您" in page
        for secret in (town.asker.name, "1号楼", "两袋米", town.asker.phone):
            assert secret not in page

    def test_names_no_helper_to_the_asker_before_the_helper_agreed(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        page = signed_in(town.asker).get(f"/proposals/{proposal.public_id}").content.decode()

        assert town.helper.name not in page
        assert "好，请来" not in page
        assert "我们正在问邻居" in page

    def test_names_the_helper_to_the_asker_afterwards_without_a_phone(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        page = signed_in(town.asker).get(f"/proposals/{proposal.public_id}").content.decode()

        assert town.helper.name in page
        assert "好，请来" in page
        assert town.helper.phone not in page

    @pytest.mark.parametrize("role", ["stranger", "police", "auditor", "other_coordinator", "member"])
    def test_is_not_found_by_anybody_else(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        proposal = proposal_for(town)
        client = signed_in(getattr(town, role))

        assert client.get(f"/proposals/{proposal.public_id}").status_code == 404
        for verb in ("accept", "decline", "approve"):
            assert client.post(f"/proposals/{proposal.public_id}/{verb}").status_code == 404
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER

    def test_leads_a_visitor_to_sign_in(self, town: SmallTown, client: Client) -> None:
        proposal = proposal_for(town)

        answer = client.get(f"/proposals/{proposal.public_id}")

        assert answer.headers["Location"] == f"/sign-in?next=%2Fproposals%2F{proposal.public_id}"


class TestAnswers:
    def test_of_both_sides_make_the_match(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)
        address = f"/proposals/{proposal.public_id}"

        signed_in(town.helper).post(f"{address}/accept")
        answer = signed_in(town.asker).post(f"{address}/accept", follow=True)

        match = Match.objects.get()
        assert match.helper == town.helper
        assert f"/matches/{match.public_id}" in answer.content.decode()

    def test_given_twice_are_refused_in_words(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, state=ProposalState.ACCEPTED)

        answer = signed_in(town.asker).post(f"/proposals/{proposal.public_id}/accept")

        assert answer.status_code == 409
        assert "这件事已经有人回复过了。" in answer.content.decode()
        assert Match.objects.count() == 1

    def test_of_no_are_thanked_for_and_unseen_by_the_asker(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        page = signed_in(town.helper).post(f"/proposals/{proposal.public_id}/decline", follow=True).content.decode()

        assert "没关系" in page
        assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.DECLINED_BY_HELPER
        asker = signed_in(town.asker)
        assert asker.get(f"/proposals/{proposal.public_id}").status_code == 404
        mine = asker.get("/mine").content.decode()
        assert "我们正在附近找人" in mine
        assert town.helper.name not in mine

    def test_of_no_by_the_asker_ask_for_somebody_else_and_say_what_comes_next(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        proposal, asker = proposal_for(town, state=ProposalState.AWAITING_ASKER), signed_in(town.asker)
        address = f"/proposals/{proposal.public_id}"

        before = asker.get(address).content.decode()
        after = asker.post(f"{address}/decline", follow=True).content.decode()
        next_one = proposal_for(town, need=proposal.need, offer=open_offer_for(town, person=town.grid_head))
        Proposal.objects.filter(pk=next_one.pk).update(state="IN_REVIEW", helper_asked_at=None)
        in_review = asker.get(address).content.decode()
        Proposal.objects.filter(pk=next_one.pk).update(state="AWAITING_HELPER", helper_asked_at=town.now)
        asking = asker.get(address).content.decode()

        assert "请换一位" in before
        assert "这次不方便" not in before
        assert "好的，这次不请这位。我们接着找别的邻居" in after
        assert "好的，这次不请这位。下一位人选由社区工作人员先看一看，再去问。" in in_review
        assert "好的，这次不请这位。我们正在问另一位邻居。" in asking
        for page in (after, in_review):
            assert "正在问" not in page

    def test_are_not_given_by_following_a_link(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        for verb in ("accept", "decline"):
            assert signed_in(town.helper).get(f"/proposals/{proposal.public_id}/{verb}").status_code == 302

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER

    def test_of_the_wrong_side_are_refused(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        assert signed_in(town.asker).post(f"/proposals/{proposal.public_id}/accept").status_code == 403
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER

    def test_of_an_organization_name_the_member_who_goes(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))
        clerk, address = signed_in(town.clerk), f"/proposals/{proposal.public_id}"
        assert town.member.name in clerk.get(address).content.decode()

        missing = clerk.post(f"{address}/accept", {"helper_id": ""})
        outsider = clerk.post(f"{address}/accept", {"helper_id": str(town.stranger.public_id)})
        for answer in (missing, outsider):
            assert 'role="alert"' in answer.content.decode()
        assert Proposal.objects.get().state == ProposalState.AWAITING_HELPER
        clerk.post(f"{address}/accept", {"helper_id": str(town.member.public_id)})

        proposal.refresh_from_db()
        assert (proposal.state, proposal.helper) == (ProposalState.AWAITING_ASKER, town.member)


class TestMatchPage:
    def test_opens_contacts_and_the_door_to_the_two_sides(self, town: SmallTown, signed_in: SignedIn) -> None:
        address = f"/matches/{match_for(town).public_id}"

        of_helper = signed_in(town.helper).get(address).content.decode()
        of_asker = signed_in(town.asker).get(address).content.decode()

        for text in (town.asker.name, town.asker.phone, "1号楼1单元", "买菜，两袋米"):
            assert text in of_helper
        for text in (town.helper.name, town.helper.phone):
            assert text in of_asker

    def test_opens_no_contacts_to_a_worker(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.coordinator).get(f"/matches/{match_for(town).public_id}").content.decode()

        assert town.asker.phone not in page
        assert town.helper.phone not in page

    @pytest.mark.parametrize("role", ["stranger", "neighbour", "police", "auditor", "clerk", "other_coordinator"])
    def test_is_not_found_by_anybody_else(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        match = match_for(town)
        client = signed_in(getattr(town, role))

        assert client.get(f"/matches/{match.public_id}").status_code == 404
        assert client.post(f"/matches/{match.public_id}/cancel").status_code == 404
        match.refresh_from_db()
        assert match.state == "AGREED"

    def test_calls_the_match_off(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town)

        page = signed_in(town.asker).post(f"/matches/{match.public_id}/cancel", follow=True).content.decode()

        match.refresh_from_db()
        assert match.state == "CANCELLED"
        assert "已取消" in page
        assert town.helper.phone not in page
