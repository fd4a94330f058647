"""Two browsers press at the same moment: exactly one of them wins, and the other reads one kind sentence.

Both requests are held at the door of the action until both are there, so that they meet in every run.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import Person
from matchmaker.matches import actions
from matchmaker.matches.models import Decision, Match, Proposal, ProposalState
from matchmaker.needs.actions import open_offer
from matchmaker.needs.models import Tour, TourSignUp
from tests.duty_rows import asked_at_once
from tests.journeys.neighbour import Neighbour, enter
from tests.tour_rows import announced, stop_draft
from tests.town_rows import person as person_at
from tests.town_rows import vouch
from tests.towns import (
    NOW,
    SmallTown,
    load_service_types_once,
    offer_draft,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    viewer_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Meet = Callable[..., None]
"""Names the actions that two requests are to enter at the same moment."""


@pytest.fixture
def town() -> Iterator[SmallTown]:
    with time_machine.travel(NOW, tick=True):
        load_service_types_once()
        actions.publish_score_cards(now=NOW)
        yield small_town()


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Meet:
    door = threading.Barrier(2, timeout=30)

    def at(*names: str) -> None:
        for name in names:
            act = getattr(actions, name)

            def held(*, act: Callable[..., Any] = act, **given: Any) -> Any:
                door.wait()
                return act(**given)

            monkeypatch.setattr(actions, name, held)

    return at


def at_once(*presses: tuple[Neighbour, str]) -> list[str]:
    """Each presses the button of that name; then the page that each of them is shown, as they read it."""
    with ExitStack() as pages:
        for person, _name in presses:
            pages.enter_context(person.page.expect_navigation())
        for person, name in presses:
            person.pressable(name).first.click(no_wait_after=True)
    return [person.page.locator("main").inner_text() for person, _name in presses]


class TestOneProposal:
    def test_answered_on_two_devices_is_answered_once(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        proposal = proposal_for(town)
        phone, tablet = _both_signed_in(browser, live_server, town.helper, town.helper)
        for device in (phone, tablet):
            device.open(f"/proposals/{proposal.public_id}")
        meet("accept_proposal")

        pages = at_once((phone, "好，我去"), (tablet, "好，我去"))

        _one_reads(pages, won="谢谢您答应。我们正在问对方。", lost="这件事已经有人回复过了。")
        proposal.refresh_from_db()
        assert (proposal.state, proposal.helper) == (ProposalState.AWAITING_ASKER, town.helper)
        assert not Match.objects.exists()

    def test_of_which_one_device_says_no_has_one_answer(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        phone, tablet = _both_signed_in(browser, live_server, town.asker, town.asker)
        for device in (phone, tablet):
            device.open(f"/proposals/{proposal.public_id}")
        meet("accept_proposal", "decline_proposal")

        pages = at_once((phone, "好，请来"), (tablet, "请换一位"))

        assert sum("这件事已经有人回复过了。" in page for page in pages) == 1
        proposal.refresh_from_db()
        assert proposal.state == (ProposalState.ACCEPTED if "已约好" in pages[0] else ProposalState.DECLINED_BY_ASKER)
        assert Match.objects.count() == (proposal.state == ProposalState.ACCEPTED)

    def test_noted_by_two_workers_is_the_helpers_yes_alone(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        """Neither side has an account: the second press must not pass for the yes of whoever is to be helped."""
        proposal = _between_two_without_accounts(town)
        workers = _both_signed_in(browser, live_server, town.coordinator, town.grid_head)
        for worker in workers:
            worker.open(f"/desk/people/{proposal.offer.person.public_id}")
        meet("accept_proposal")

        pages = at_once(*((worker, "答应了") for worker in workers))

        _one_reads(pages, won=proposal.offer.person.name, lost="这件事已经有人回复过了。")
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_ASKER
        assert not Match.objects.exists()

    def test_approved_and_refused_by_two_workers_is_decided_once(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        need = open_need_for(town, service_type="CLINIC_COMPANY", consent="IN_APP")
        offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
        proposal = proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)
        approver, refuser = _both_signed_in(browser, live_server, town.coordinator, town.grid_head)
        for worker in (approver, refuser):
            worker.open("/review")
        refuser.unfold("不同意…")
        refuser.write("原因", "两家正在商量另一个安排")
        meet("approve_proposal", "refuse_proposal")

        pages = at_once((approver, "同意"), (refuser, "不同意"))

        assert sum("这条推荐已经不在审核中。" in page for page in pages) == 1
        proposal.refresh_from_db()
        decision = Decision.objects.get()
        won = {"APPROVE": ProposalState.AWAITING_HELPER, "REFUSE": ProposalState.REFUSED}
        assert proposal.state == won[decision.kind]
        assert decision.decided_by == (town.coordinator if decision.kind == "APPROVE" else town.grid_head)


class TestOneSlot:
    def test_of_an_emergency_goes_to_whoever_says_yes_first(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        for person in (town.helper, town.newcomer):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        need = asked_at_once(town)
        actions.propose_next(need_id=need.pk, now=NOW)
        asked = {proposal.offer.person: proposal for proposal in Proposal.objects.filter(need=need)}
        helpers = _both_signed_in(browser, live_server, town.helper, town.newcomer)
        for device, person in zip(helpers, (town.helper, town.newcomer), strict=True):
            device.open(f"/proposals/{asked[person].public_id}")
        meet("accept_proposal")

        pages = at_once(*((device, "好，我去") for device in helpers))

        _one_reads(pages, won="已约好", lost="这件事已经不需要回复了，可能已有人帮忙，或对方已撤回。")
        match = Match.objects.get()
        assert match.helper in asked
        assert match.visits.count() == 1

    def test_the_last_place_at_a_stop_is_taken_once(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, meet: Meet
    ) -> None:
        tour: Tour = announced(town, stops=(stop_draft(town, capacity=1),))
        residents = _both_signed_in(browser, live_server, town.asker, town.neighbour)
        for device, person in zip(residents, (town.asker, town.neighbour), strict=True):
            need = open_need_for(town, person=person)
            device.open(f"/tours/{tour.public_id}")
            device.tick(need.public_id)
        meet("sign_up")

        pages = at_once(*((device, "报名到这里来") for device in residents))

        assert sum("这一站的名额已满，请看看别的停靠点。" in page for page in pages) == 1
        assert TourSignUp.objects.count() == 1


def _both_signed_in(browser: Browser, server: LiveServer, *people: Person) -> tuple[Neighbour, Neighbour]:
    one, other = Neighbour(browser, server), Neighbour(browser, server)
    for device, person in zip((one, other), people, strict=True):
        enter(device, person)
    return one, other


def _one_reads(pages: list[str], *, won: str, lost: str) -> None:
    """One of the two pages says that it is done, the other says in one sentence why not."""
    winners = [won in page and lost not in page for page in pages]
    losers = [lost in page for page in pages]
    assert (winners.count(True), losers.count(True)) == (1, 1), pages


def _between_two_without_accounts(town: SmallTown) -> Proposal:
    """The elder is offered the help of somebody who, like them, is only known at the desk."""
    helper = person_at(town.households[3], town.community, "孟大姐")
    vouch(town.coordinator, helper)
    worker = viewer_of(town.coordinator)
    draft = offer_draft(for_person=helper.public_id, consent="SPOKEN")
    offer = open_offer(viewer=worker, draft=draft, now=NOW)
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, channel="DOORSTEP", consent="SPOKEN")
    return proposal_for(town, need=need, offer=offer)
