"""What an organization's clerks read of it through the API: its members, its month, the time that members gave."""

from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import IdempotencyKey, Membership, MembershipRole, Organization
from matchmaker.matches.models import LedgerEntry
from matchmaker.records.models import Record, RecordPerson
from tests.graphql_client import ask, client_for, do, global_id
from tests.town_rows import membership, person
from tests.towns import NOW, SmallTown, match_for, open_offer_for, small_town

pytestmark = pytest.mark.django_db

OWN: Final = """query ($id: ID!, $day: Date, $first: Int) { node(id: $id) { ... on Organization {
  name unnamedMembers
  members(first: $first) { totalCount nodes { person { name } organization { name } role sinceDate accepted } }
  month(day: $day) { offers waiting visits minutes peopleHelped }
} } }"""
TIMES: Final = """listed { startsDate minutes times(first: 10) { totalCount nodes {
  name startsAt minutes serviceType { code } community { name } } } }"""
OTHERS: Final = ("member", "asker", "coordinator", "police", "auditor")


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def asked(town: SmallTown, role: str, **values: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), OWN, id=global_id("Organization", town.organization), **values)[
            "node"
        ]


def went(town: SmallTown) -> None:
    """The member went to the asker, unpaid, an hour in the organization's name."""
    visit = match_for(town, offer=open_offer_for(town, organization=town.organization)).visits.get()
    LedgerEntry.objects.create(
        giver=town.member, receiver=town.asker, organization=town.organization, visit=visit, minutes=60, at=NOW
    )


class TestMembers:
    def test_are_listed_for_a_clerk_by_name_as_far_as_they_are_known(self, town: SmallTown) -> None:
        asked_one = membership(town.newcomer, town.organization, MembershipRole.VOLUNTEER)
        Membership.objects.filter(pk=asked_one.pk).update(accepted_at=None)
        unnamed = membership(town.stranger, town.organization, MembershipRole.VOLUNTEER)
        Membership.objects.filter(pk=unnamed.pk).update(named=False)

        found = asked(town, "clerk")

        rows = [(row["person"]["name"], row["role"], row["accepted"]) for row in found["members"]["nodes"]]
        assert rows == [
            (town.member.name, "VOLUNTEER", True),
            (town.clerk.name, "CLERK", True),
            (town.newcomer.name, "VOLUNTEER", False),
        ]
        assert (found["members"]["totalCount"], found["unnamedMembers"]) == (3, 1)

    @pytest.mark.parametrize("role", OTHERS)
    def test_are_not_found_by_others(self, town: SmallTown, role: str) -> None:
        found = asked(town, role)

        assert found == {
            "name": town.organization.name, "members": None, "unnamedMembers": None, "month": None,
        }  # fmt: skip

    def test_are_not_found_by_the_clerk_of_another_organization(self, town: SmallTown) -> None:
        other = Organization.objects.create(name="另一社", kind="NGO", area=town.community, registered_at=NOW)
        membership(town.asker, other, MembershipRole.CLERK)

        assert asked(town, "asker")["members"] is None

    def test_take_as_many_queries_however_many_and_however_deep(self, town: SmallTown) -> None:
        deep = """{ organizations(first: 10) { nodes { members(first: 9) { nodes {
          person { name } organization { name members(first: 9) { nodes { person { name } } } month { visits }
        } } } } } }"""
        counts, shown = [], []
        for many in (0, 4):
            for number in range(many):
                one = person(town.households[6], town.community, f"志愿者{number}")
                membership(one, town.organization, MembershipRole.VOLUNTEER)
                Organization.objects.create(name=f"社{number}", kind="NGO", area=town.community, registered_at=NOW)
            with CaptureQueriesContext(connection) as queries, time_machine.travel(NOW, tick=False):
                found = ask(client_for(town.clerk), deep)["organizations"]["nodes"]
            counts.append(len(queries))
            shown.append([len(row["members"]["nodes"]) for row in found if row["members"]])

        assert counts[0] == counts[1]
        assert shown == [[2], [6]]


class TestMonth:
    def test_is_told_in_counts(self, town: SmallTown) -> None:
        went(town)

        assert asked(town, "clerk")["month"] == {
            "offers": 1, "waiting": 0, "visits": 1, "minutes": 60, "peopleHelped": 1,
        }  # fmt: skip
        assert asked(town, "clerk", day="2026-03-31")["month"]["visits"] == 1
        assert asked(town, "clerk", day="2026-02-10")["month"]["visits"] == 0

    @pytest.mark.parametrize("day", ["2025-03-31", "2026-04-01", "9999-12-31", "0001-01-01"])
    def test_is_one_of_the_last_twelve(self, town: SmallTown, day: str) -> None:
        assert asked(town, "clerk", day=day)["month"] is None


class TestListVolunteerTime:
    def test_is_recorded_for_everybody_on_the_list(self, town: SmallTown) -> None:
        went(town)

        with time_machine.travel(NOW, tick=False):
            done = do(client_for(town.clerk), "listVolunteerTime", TIMES, **of(town), day="2026-03-20")

        visit = LedgerEntry.objects.get().visit
        assert visit is not None
        assert done["errors"] == []
        assert done["listed"] == {
            "startsDate": "2026-03-01",
            "minutes": 60,
            "times": {
                "totalCount": 1,
                "nodes": [
                    {
                        "name": town.member.name,
                        "startsAt": visit.starts_at.isoformat(),
                        "minutes": 60,
                        "serviceType": {"code": "SHOPPING"},
                        "community": {"name": town.community.name},
                    }
                ],
            },
        }
        record = Record.objects.get(kind="hours.listed")
        assert set(RecordPerson.objects.filter(record=record).values_list("person_key__person_id", flat=True)) == {
            town.clerk.pk, town.member.pk,
        }  # fmt: skip

    def test_of_a_second_page_is_the_same_list(self, town: SmallTown) -> None:
        went(town)
        went(town)
        page = "listed { times(first: 1, after: %s) { nodes { startsAt } pageInfo { endCursor } } }"

        with time_machine.travel(NOW, tick=False):
            clerk = client_for(town.clerk)
            first = do(clerk, "listVolunteerTime", page % "null", **of(town), idempotencyKey="三月")["listed"]["times"]
            cursor = first["pageInfo"]["endCursor"]
            then = do(clerk, "listVolunteerTime", page % f'"{cursor}"', **of(town), idempotencyKey="三月")

        assert len(first["nodes"]) == len(then["listed"]["times"]["nodes"]) == 1
        assert Record.objects.filter(kind="hours.listed").count() == 1

    def test_sent_again_holds_nobody_who_was_not_on_the_list(self, town: SmallTown) -> None:
        went(town)
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            first = do(client_for(town.clerk), "listVolunteerTime", TIMES, **of(town), idempotencyKey="三月")
        later = person(town.households[0], town.community, "后来的")
        membership(later, town.organization, MembershipRole.VOLUNTEER)
        went(town)
        LedgerEntry.objects.filter(pk=LedgerEntry.objects.latest("pk").pk).update(
            giver=later, at=NOW + timedelta(hours=2)
        )

        with time_machine.travel(NOW + timedelta(days=1), tick=False):
            again = do(client_for(town.clerk), "listVolunteerTime", TIMES, **of(town), idempotencyKey="三月")

        assert again == first
        assert Record.objects.filter(kind="hours.listed").count() == 1

    def test_keeps_no_more_of_its_answer_than_the_column_holds(self, town: SmallTown) -> None:
        with time_machine.travel(NOW, tick=False):
            do(client_for(town.clerk), "listVolunteerTime", TIMES, **of(town), idempotencyKey="三月")

        kept = IdempotencyKey.objects.get()
        assert 0 < len(kept.answer) + len("9999999999") - len(str(town.organization.pk)) <= 40

    @pytest.mark.parametrize("role", OTHERS)
    def test_is_refused_to_others_and_leaves_no_record(self, town: SmallTown, role: str) -> None:
        went(town)

        with time_machine.travel(NOW, tick=False):
            done = do(client_for(getattr(town, role)), "listVolunteerTime", TIMES, **of(town))

        assert (done["listed"], done["errors"][0]["code"]) == (None, "NOT_ALLOWED")
        assert not Record.objects.filter(kind="hours.listed").exists()

    @pytest.mark.parametrize("days", [-400, 31])
    def test_knows_the_last_twelve_months_alone(self, town: SmallTown, days: int) -> None:
        day = (NOW.date() + timedelta(days=days)).isoformat()

        with time_machine.travel(NOW, tick=False):
            done = do(client_for(town.clerk), "listVolunteerTime", TIMES, **of(town), day=day)

        assert done["errors"] == [{"code": "NOT_FOUND", "field": "day"}]


def of(town: SmallTown) -> dict[str, str]:
    return {"organizationId": global_id("Organization", town.organization)}
