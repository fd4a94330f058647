"""The members of an organization, for its clerks alone: who belongs, who is asked, a code for one more, an end."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.actions import add_membership
from matchmaker.community.models import Invitation, Membership, MembershipRole, Person
from tests.town_rows import membership
from tests.towns import NOW, SmallTown, viewer_of
from tests.web.conftest import SignedIn


def page_of(town: SmallTown) -> str:
    return f"/organizations/{town.organization.public_id}/members"


def asked(town: SmallTown, person: Person) -> None:
    add_membership(
        viewer=viewer_of(town.clerk),
        organization_id=town.organization.public_id,
        person_id=person.public_id,
        now=NOW,
        role=MembershipRole.VOLUNTEER,
    )


class TestMembers:
    def test_are_listed_apart_from_whoever_is_still_asked(self, town: SmallTown, signed_in: SignedIn) -> None:
        asked(town, town.stranger)

        page = signed_in(town.clerk).get(page_of(town)).content.decode()

        belong, _, waiting = page.partition('id="asked"')
        for person in (town.clerk, town.member):
            assert f"{person.name}</h3>" in belong
        assert f"{town.stranger.name}</h3><p>志愿者" in waiting
        assert (
            f'href="{page_of(town)}"'
            in signed_in(town.clerk).get(f"/organizations/{town.organization.public_id}").content.decode()
        )

    def test_are_for_the_clerks(self, town: SmallTown, signed_in: SignedIn) -> None:
        for other in (town.member, town.asker, town.coordinator):
            assert signed_in(other).get(page_of(town)).status_code == 403
            assert signed_in(other).post(page_of(town).replace("members", "invite")).status_code == 403
            end = f"{page_of(town)}/{town.member.public_id}/end"
            assert signed_in(other).post(end).status_code == 403
        assert Client().get(page_of(town)).status_code == 302
        assert not Invitation.objects.exists()
        assert Membership.objects.filter(until_date__isnull=True).count() == 2

    def test_who_came_by_a_code_given_to_many_are_counted_and_not_named(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        asked(town, town.stranger)
        Membership.objects.filter(person=town.stranger).update(named=False, accepted_at=NOW)

        page = signed_in(town.clerk).get(page_of(town)).content.decode()

        assert town.stranger.name not in page
        assert "组织还不认识的：1" in page

    def test_take_as_many_queries_however_many_there_are(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)

        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                client.get(page_of(town))
            return len(caught)

        before = queries()
        for person in (town.stranger, town.helper, town.neighbour):
            asked(town, person)

        assert queries() == before


class TestEndingAMembership:
    def test_is_done_today_and_leads_back_to_the_list(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)

        answer = client.post(f"{page_of(town)}/{town.member.public_id}/end")

        assert answer.headers["Location"] == page_of(town)
        assert Membership.objects.get(person=town.member).until_date == NOW.date()
        assert town.member.name not in client.get(page_of(town)).content.decode()

    def test_asks_no_more_whoever_did_not_answer(self, town: SmallTown, signed_in: SignedIn) -> None:
        asked(town, town.stranger)

        signed_in(town.clerk).post(f"{page_of(town)}/{town.stranger.public_id}/end")

        assert "/memberships/" not in signed_in(town.stranger).get("/mine").content.decode()

    def test_of_the_last_clerk_says_why_not(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.clerk).post(f"{page_of(town)}/{town.clerk.public_id}/end").content.decode()

        assert "组织至少要有一位办事员" in page
        assert Membership.objects.get(person=town.clerk).until_date is None

    def test_of_oneself_leads_away_from_the_desk(self, town: SmallTown, signed_in: SignedIn) -> None:
        membership(town.stranger, town.organization, MembershipRole.CLERK, now=NOW)

        answer = signed_in(town.clerk).post(f"{page_of(town)}/{town.clerk.public_id}/end")

        assert answer.headers["Location"] == "/mine"


class TestInviting:
    def test_makes_a_code_for_one_and_shows_it_once(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)

        page = client.post(page_of(town).replace("members", "invite")).content.decode()

        found = re.search(r"http://testserver(/join/[A-Z0-9-]+)", page)
        assert found is not None
        invitation = Invitation.objects.get()
        assert (invitation.organization, invitation.uses) == (town.organization, 1)
        assert Client().get(found[1]).status_code == 200
        assert found[1] not in client.get(page_of(town)).content.decode()
