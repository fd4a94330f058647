"""The worker's desk: what waits, approve, refuse with a reason."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.actions.reviewing import OVERRIDE, REASONS
from matchmaker.matches.models import Decision, Proposal, ProposalState, UnmetNeed
from matchmaker.matches.queries import said_of, why_this
from matchmaker.web import standing
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for, viewer_of
from tests.web.conftest import SignedIn

CLINIC = {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}
SPOKEN = {"consent": "SPOKEN"}


class TestReviewPage:
    def test_lists_what_waits_with_reasons_in_words(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town, verified=False)
        proposal = _in_review(town)

        page = signed_in(town.coordinator).get("/review").content.decode()

        assert f"/needs/{need.public_id}/verify" in page
        assert f"/proposals/{proposal.public_id}/approve" in page
        assert "这类帮忙比较敏感。" in page

    def test_says_at_the_top_how_much_waits(self, town: SmallTown, signed_in: SignedIn) -> None:
        for _ in range(2):
            open_need_for(town, verified=False)
        _in_review(town)

        page = signed_in(town.coordinator).get("/review").content.decode()

        assert '<a href="#verify">2 要核实</a>，<a href="#look">1 要审核</a>，<a href="#nobody">0 还没有人</a>' in page
        assert '<a href="/calls">0 今天要打的电话</a>，<a href="/homes">0 要核实的住址</a>' in page
        assert page.index("#verify") < page.index('id="verify"') < page.index('id="look"')

    def test_shows_the_weightiest_reason_and_folds_the_others_away(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)
        first, *others = why_this(viewer_of(town.coordinator), proposal, "zh-hans")

        page = client.get("/review").content.decode()

        row = page[page.index('id="look"') :].partition("<tbody>")[2].partition("</tr>")[0]
        shown, _, folded = row.partition("</summary>")
        assert f"{town.helper.name} → {town.asker.name}" in shown
        assert first in shown
        assert len(others) > 1
        for reason in others:
            assert reason not in shown
            assert f"<li>{reason}</li>" in folded
        assert f"还有{len(others)}条" in shown
        assert f"/proposals/{proposal.public_id}/approve" in row.partition("</details>")[2]

    def test_folds_away_why_a_look_is_due_where_that_holds_of_most(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)
        unknown, risky = (str(standing.REVIEW[code]) for code in ("HELPER_NOT_KNOWN_YET", "HIGH_RISK"))

        of_two, of_one = (
            _why_look(client, proposal, codes)
            for codes in (["HELPER_NOT_KNOWN_YET", "HIGH_RISK"], ["HELPER_NOT_KNOWN_YET"])
        )

        shown, _, folded = of_two.partition("<details")
        assert shown == risky
        assert "还有1条" in folded
        assert f"<li>{unknown}</li>" in folded
        assert of_one == unknown

    def test_says_why_there_is_nobody_and_what_would_help(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town)
        UnmetNeed.objects.all().delete()
        reasons = [{"rule": "TIME", "offers": 2, "params": {"hours": 2}}]
        row = UnmetNeed.objects.create(need=need, helpers_missing=1, rule_code="TIME", reasons=reasons)
        reason, change = said_of(row, "zh-hans")

        page = signed_in(town.coordinator).get("/review").content.decode()

        pile = page[page.index('id="nobody"') :].partition("</table>")[0]
        assert '<a href="#nobody">1 还没有人</a>' in page
        assert f'<a href="/needs/{need.public_id}">' in pile
        assert town.asker.name in pile
        assert f"<li>{reason}</li><li>{change}</li>" in pile

    def test_asks_as_often_for_many_as_for_few(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        _unmet(town, 1)
        with CaptureQueriesContext(connection) as few:
            client.get("/review")
        _unmet(town, 5)

        with CaptureQueriesContext(connection) as many:
            client.get("/review")

        assert len(many) == len(few)

    def test_folds_the_reason_away_until_it_is_wanted_or_missing(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)

        assert "<details><summary>" in client.get("/review").content.decode()
        page = client.post(f"/proposals/{proposal.public_id}/refuse", {}).content.decode()

        assert "<details open><summary>" in page

    @pytest.mark.parametrize("role", ["asker", "helper", "clerk", "police", "auditor"])
    def test_is_for_workers_only(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        need = open_need_for(town, verified=False)
        client = signed_in(getattr(town, role))

        assert client.get("/review").status_code == 403
        assert client.post(f"/needs/{need.public_id}/verify").status_code in (403, 404)
        need.refresh_from_db()
        assert need.verified_at is None

    def test_is_empty_for_a_worker_of_another_community(self, town: SmallTown, signed_in: SignedIn) -> None:
        need, proposal = open_need_for(town, verified=False), _in_review(town)
        client = signed_in(town.other_coordinator)

        page = client.get("/review").content.decode()

        assert str(need.public_id) not in page
        assert str(proposal.public_id) not in page
        assert client.post(f"/needs/{need.public_id}/verify").status_code == 404
        assert client.post(f"/proposals/{proposal.public_id}/approve").status_code == 404

    def test_verifies_a_need(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town, verified=False)

        signed_in(town.coordinator).post(f"/needs/{need.public_id}/verify")

        need.refresh_from_db()
        assert need.verified_by == town.coordinator

    def test_approves_once_and_refuses_the_second_time_in_words(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)

        client.post(f"/proposals/{proposal.public_id}/approve")
        again = client.post(f"/proposals/{proposal.public_id}/approve")

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER
        assert again.status_code == 409
        assert "已经不在审核中" in again.content.decode()

    def test_offers_no_button_to_whoever_entered_it_and_says_who_decides(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.coordinator, channel="DESK", **CLINIC | SPOKEN)
        offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
        proposal = proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)
        address = f"/proposals/{proposal.public_id}/approve"

        own, colleagues = (
            signed_in(worker).get("/review").content.decode() for worker in (town.coordinator, town.grid_head)
        )

        assert "请由一位同事决定。" in own
        assert address not in own
        assert "请由一位同事决定。" not in colleagues
        assert address in colleagues

    def test_refuses_with_a_written_reason_only(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = _in_review(town), signed_in(town.coordinator)
        field, address = f"{proposal.public_id}-reason", f"/proposals/{proposal.public_id}/refuse"

        page = client.post(address, {field: " "}).content.decode()
        assert f'<a href="#id_{field}">原因：请写明原因。</a>' in page
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.IN_REVIEW
        client.post(address, {field: "两家正在商量另一个安排"})

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.REFUSED
        assert Decision.objects.get().reason == "两家正在商量另一个安排"


class TestWordsOfReasons:
    def test_exist_for_every_reason_of_a_review(self) -> None:
        assert set(standing.REVIEW) == {*REASONS, OVERRIDE}


def _unmet(town: SmallTown, number: int) -> None:
    for _ in range(number):
        need = open_need_for(town)
        UnmetNeed.objects.filter(need=need).delete()
        UnmetNeed.objects.create(need=need, helpers_missing=1, rule_code="TIME")


def _in_review(town: SmallTown) -> Proposal:
    need = open_need_for(town, **CLINIC)
    offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
    return proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)


def _why_look(client: Client, proposal: Proposal, codes: list[str]) -> str:
    """The cell that says why a look at the proposal is due, where it is for these reasons."""
    Proposal.objects.filter(pk=proposal.pk).update(review_reasons=codes)
    page = client.get("/review").content.decode()
    return page.partition('data-label="为什么要看">')[2].partition("</td>")[0]
