"""What concerns the reader: how each need stands, the meetings it led to, and the offers that are theirs."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.models import Match, Proposal, Visit
from matchmaker.matches.queries.searches import SearchStep, searches_of
from matchmaker.needs.models import Need
from matchmaker.web.wording import when
from tests.towns import NOW, SmallTown, match_for, open_need_for, open_offer_for, proposal_for, viewer_of
from tests.web.conftest import SignedIn

AFTER_THE_VISIT = NOW + timedelta(days=1, hours=4)
GOOD = {"happened": "yes", "how": "well", "greet_again": "yes"}
LINK = "时间、地点、电话"
AGREED = "<p>已约好。</p>"


class TestNeedThatIsMet:
    def test_leads_to_its_meeting(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town)
        client = signed_in(town.asker)

        for address in (f"/needs/{match.need.public_id}", "/mine"):
            page = client.get(address).content.decode()
            assert f'href="/matches/{match.public_id}"' in page
            assert LINK in page
            assert AGREED in page

    def test_says_that_the_time_is_over_until_both_said_that_they_met(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        match = match_for(town)
        addresses = (f"/needs/{match.need.public_id}", "/mine")
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            client = signed_in(town.asker)
            for address in addresses:
                assert "约好的时间已经过了。" in client.get(address).content.decode()
            visit = Visit.objects.get()
            for person in (town.helper, town.asker):
                signed_in(person).post(f"/visits/{visit.public_id}/outcome", GOOD)

            for address in addresses:
                page = client.get(address).content.decode()
                assert "已经见过面了。" in page
                assert AGREED not in page
                assert town.helper.phone not in page

    def test_says_that_it_is_agreed_while_the_visit_lasts(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town)
        visit = match.visits.get()

        with time_machine.travel(visit.ends_at - timedelta(minutes=1), tick=False):
            page = signed_in(town.asker).get(f"/needs/{match.need.public_id}").content.decode()

        assert AGREED in page

    def test_shows_no_meeting_to_those_who_may_not_see_it(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town)

        page = signed_in(town.auditor).get(f"/needs/{match.need.public_id}").content.decode()

        assert "/matches/" not in page


class TestNeedThatIsOpen:
    def test_says_what_goes_on_with_it_and_never_more(self, town: SmallTown, signed_in: SignedIn) -> None:
        need, client = open_need_for(town), signed_in(town.asker)
        addresses = (f"/needs/{need.public_id}", "/mine")
        looking = [client.get(address).content.decode() for address in addresses]
        proposal = proposal_for(town, need=need)
        asking = [client.get(address).content.decode() for address in addresses]
        Proposal.objects.filter(pk=proposal.pk).update(state="IN_REVIEW", helper_asked_at=None)
        in_review = [client.get(address).content.decode() for address in addresses]

        assert all("我们正在附近找人。" in page for page in looking)
        assert all("我们正在问邻居。" in page for page in asking)
        assert all("社区工作人员先看一看，然后我们去问。" in page for page in in_review)
        assert not any("正在问" in page for page in (*looking, *in_review))
        assert not any(town.helper.name in page for page in (*looking, *asking, *in_review))

    def test_says_who_looks_first_where_one_has_agreed_already(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town, helpers_wanted=2)
        match_for(town, need=need)
        second = proposal_for(town, need=need, offer=open_offer_for(town, person=town.grid_head))
        Proposal.objects.filter(pk=second.pk).update(state="IN_REVIEW", helper_asked_at=None)

        page = signed_in(town.asker).get(f"/needs/{need.public_id}").content.decode()

        assert "已约好1位。下一位人选由社区工作人员先看一看。" in page


class TestSearches:
    def test_are_told_to_the_side_that_asks_alone(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        asked = {person: searches_of(viewer_of(person), [proposal.need_id]) for person in (town.asker, town.stranger)}

        assert asked[town.asker] == {proposal.need_id: SearchStep.ASKING}
        assert asked[town.stranger] == {proposal.need_id: SearchStep.LOOKING}


class TestListOfNeeds:
    def test_takes_as_many_queries_for_many_meetings_as_for_one(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town)
        client = signed_in(town.asker)
        with CaptureQueriesContext(connection) as one:
            assert client.get("/mine").content.decode().count(LINK) == 2
        for days in range(1, 4):
            _copy(match, days=days)

        with CaptureQueriesContext(connection) as many:
            page = client.get("/mine").content.decode()

        assert page.count(LINK) == 8
        assert len(many) == len(one)


def _copy(match: Match, *, days: int) -> None:
    """The same match and its visit once more, some days later, for a need of its own."""
    visit = match.visits.get()
    need = _anew(Need.objects.get(pk=match.need_id))
    proposal = _anew(Proposal.objects.get(pk=match.proposal_id), need=need)
    copy = _anew(Match.objects.get(pk=match.pk), need=need, proposal=proposal)
    later = timedelta(days=days)
    Visit.objects.create(
        match=copy, starts_at=visit.starts_at + later, ends_at=visit.ends_at + later, minutes=visit.minutes
    )


def _anew(row: Any, **changed: Any) -> Any:
    """The row stored once more, changed so."""
    row.pk, row.public_id = None, uuid4()
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    return row


class TestWeeklyMatch:
    def test_shows_the_visit_that_comes_next(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        first, second = match.visits.all()[:2]
        zone = town.community.time_zone

        with time_machine.travel(first.ends_at + timedelta(minutes=1), tick=False):
            page = signed_in(town.asker).get("/mine").content.decode()

        agreed = page[page.index('id="agreed"') : page.index('id="needs"')]
        assert when(second.starts_at, second.ends_at, zone) in agreed
        assert when(first.starts_at, first.ends_at, zone) not in agreed

    def test_tells_all_visits_from_one_where_it_is_called_off(self, town: SmallTown, signed_in: SignedIn) -> None:
        weekly, once = match_for(town, need=open_need_for(town, repeat="WEEKLY")), match_for(town)
        client = signed_in(town.asker)

        for match, words in ((weekly, "以后都来不了，全部取消"), (once, "来不了，取消这次约定")):
            assert words in client.get(f"/matches/{match.public_id}").content.decode()
