"""What was done is said on the page that follows, where the finger was, to whoever did it and to nobody else."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
import time_machine

from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.web.wording import reference
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn

CLINIC = {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}
SAID = 'id="done"'


class TestDesk:
    def test_says_what_was_verified_before_the_row_that_took_its_place(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        first, second, third = (open_need_for(town, verified=False) for _ in range(3))
        client = signed_in(town.coordinator)

        page = client.post(f"/needs/{second.public_id}/verify", {"row": "2"}, follow=True).content.decode()

        assert page.count(SAID) == 1
        assert f'已核实，开始找人了。</strong> <span class="quiet">编号 {reference(second.public_id)}' in page
        assert page.index(f"/needs/{first.public_id}/verify") < page.index(SAID)
        assert page.index(SAID) < page.index(f"/needs/{third.public_id}/verify")

    def test_says_it_after_the_list_where_the_last_row_went(self, town: SmallTown, signed_in: SignedIn) -> None:
        need, client = open_need_for(town, verified=False), signed_in(town.coordinator)

        page = client.post(f"/needs/{need.public_id}/verify", {"row": "1"}, follow=True).content.decode()

        assert page.index('id="verify"') < page.index(SAID) < page.index('id="look"')

    @pytest.mark.parametrize(
        ("verb", "told", "said"),
        [("approve", {}, "已同意，马上去问帮手。"), ("refuse", {"reason": "另有安排"}, "已不同意。")],
    )
    def test_decides_where_the_proposal_stands_alone_and_says_it_there(
        self, town: SmallTown, signed_in: SignedIn, verb: str, told: dict[str, str], said: str
    ) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)
        address = f"/proposals/{proposal.public_id}"
        before = client.get(address).content.decode()
        answers = {f"{proposal.public_id}-{name}": value for name, value in told.items()}

        answer = client.post(f"{address}/{verb}", {"from": "proposal", **answers}, follow=True)

        assert f'href="/needs/{proposal.need.public_id}"' in before
        assert reference(proposal.need.public_id) in before
        assert "这类帮忙比较敏感。" in before
        assert f"{address}/{verb}" in before
        assert answer.redirect_chain[0][0].startswith(f"{address}?done=")
        after = answer.content.decode()
        assert said in after
        assert f"{address}/{verb}" not in after

    def test_asks_for_the_reason_where_the_proposal_stands_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)
        address = f"/proposals/{proposal.public_id}"

        page = client.post(f"{address}/refuse", {"from": "proposal"}).content.decode()

        assert 'role="alert"' in page
        assert f"{address}/approve" in page
        assert "<details open>" in page
        assert Proposal.objects.get().state == ProposalState.IN_REVIEW

    @pytest.mark.parametrize("role", ["asker", "helper"])
    def test_offers_no_decision_to_the_sides(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        proposal = proposal_for(town)

        page = signed_in(getattr(town, role)).get(f"/proposals/{proposal.public_id}").content.decode()

        assert f"/proposals/{proposal.public_id}/approve" not in page
        assert f"/proposals/{proposal.public_id}/refuse" not in page


class TestWhatTheAddressSays:
    def test_is_said_to_who_did_it_alone_and_not_for_long(
        self, town: SmallTown, signed_in: SignedIn, traveller: time_machine.Traveller
    ) -> None:
        need, mine = open_need_for(town, verified=False), signed_in(town.coordinator)
        address = mine.post(f"/needs/{need.public_id}/verify").headers["Location"].partition("#")[0]

        assert SAID in mine.get(address).content.decode()
        assert SAID not in signed_in(town.grid_head).get(address).content.decode()
        assert SAID not in mine.get(f"{address}x").content.decode()
        assert SAID not in mine.get("/review").content.decode()
        traveller.shift(timedelta(seconds=301))
        assert SAID not in mine.get(address).content.decode()

    def test_holds_what_was_done_and_a_number_and_no_more(self, town: SmallTown, signed_in: SignedIn) -> None:
        need, client = open_need_for(town, verified=False), signed_in(town.coordinator)

        address = client.post(f"/needs/{need.public_id}/verify").headers["Location"]

        sealed = address.partition("done=")[2].partition(":")[0]
        told = json.loads(urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
        assert told == ["need.verified", reference(need.public_id), "", 0]


def _in_review(town: SmallTown) -> Proposal:
    need = open_need_for(town, **CLINIC)
    offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
    return proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)
