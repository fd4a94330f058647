"""Which members went to which visit of their organization, for its clerks alone, and nobody who was helped."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Membership, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions
from matchmaker.matches.models import LedgerEntry, Match, Visit
from matchmaker.matches.queries.attendance import Attendance, Attended, attendance_for
from matchmaker.needs.models import ServiceType
from matchmaker.records.models import Record, RecordPerson
from tests.towns import NOW, SmallTown, match_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
MONTH = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=30)}


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def agreed(town: SmallTown) -> Visit:
    """A member is to go in the name of the organization."""
    match = match_for(town, offer=open_offer_for(town, organization=town.organization))
    assert match.helper == town.member
    return match.visits.get()


def attendance(town: SmallTown, role: str = "clerk", **asked: Any) -> Attendance:
    viewer = viewer_of(getattr(town, role))
    return attendance_for(viewer, town.organization.public_id, **({"now": NOW} | MONTH | asked))


class TestAttendanceFor:
    def test_says_who_goes_when_and_to_what(self, town: SmallTown) -> None:
        visit = agreed(town)

        (line,) = attendance(town)

        assert (line.visit_id, line.stands) == (visit.public_id, Attended.AHEAD)
        assert (line.starts_at, line.ends_at) == (visit.starts_at, visit.ends_at)
        assert (line.arrived_at, line.left_at, line.minutes) == (None, None, None)
        assert (line.member_name, line.member_id, line.is_own) == (town.member.name, town.member.pk, False)
        assert line.service_type == visit.match.need.service_type
        assert line.community == town.community

    def test_says_when_they_came_and_left_and_what_both_sides_confirmed(self, town: SmallTown) -> None:
        visit = agreed(town)
        came, left = visit.starts_at + timedelta(minutes=5), visit.ends_at
        member = viewer_of(town.member)
        actions.arrive(viewer=member, visit_id=visit.public_id, now=came)
        actions.leave(viewer=member, visit_id=visit.public_id, now=left)

        (before,) = attendance(town, now=left)
        Visit.objects.update(state="DONE", closed_at=left)
        visit.refresh_from_db()
        _give_minutes(town, visit, 55)
        (line,) = attendance(town, now=left)

        assert (before.stands, before.minutes) == (Attended.NOT_SAID_YET, None)
        assert (line.stands, line.arrived_at, line.left_at, line.minutes) == (Attended.HELD, came, left, 55)

    @pytest.mark.parametrize(
        ("state", "stands"),
        [("NOT_HELD", "NOBODY_CAME"), ("UNCONFIRMED", "UNCONFIRMED"), ("CANCELLED", "CANCELLED")],
    )
    def test_says_how_it_stands(self, town: SmallTown, state: str, stands: str) -> None:
        agreed(town)
        Visit.objects.update(state=state, closed_at=NOW)

        assert [line.stands.value for line in attendance(town)] == [stands]

    def test_says_that_a_match_is_paused_and_no_more(self, town: SmallTown) -> None:
        agreed(town)
        Match.objects.update(state="SUSPENDED", suspended_at=NOW)

        assert [line.stands for line in attendance(town)] == [Attended.PAUSED]

    @pytest.mark.parametrize("case", ["ended", "by code", "not yet", "left town"])
    def test_names_no_member_whom_the_organization_does_not_know(self, town: SmallTown, case: str) -> None:
        agreed(town)
        theirs = Membership.objects.filter(person=town.member)
        if case == "ended":
            theirs.update(until_date=NOW.date())
        elif case == "by code":
            theirs.update(named=False)
        elif case == "not yet":
            theirs.update(accepted_at=None)
        else:
            Person.objects.filter(pk=town.member.pk).update(left_at=NOW)

        (line,) = attendance(town)

        assert (line.member_name, line.member_id) == ("", None)

    def test_does_not_say_what_sensitive_help_is(self, town: SmallTown) -> None:
        agreed(town)
        ServiceType.objects.filter(code="SHOPPING").update(sensitive=True)

        assert [line.service_type for line in attendance(town)] == [None]

    def test_holds_nothing_of_whoever_is_helped(self, town: SmallTown) -> None:
        visit = agreed(town)

        told = repr(list(attendance(town)))

        secrets = (town.asker.name, str(town.asker.public_id), str(visit.match.need.public_id))
        assert [word for word in secrets if word in told] == []

    def test_is_for_clerks_of_the_organization_alone(self, town: SmallTown) -> None:
        agreed(town)

        for role in ("member", "asker", "coordinator", "auditor", "police", "stranger"):
            assert list(attendance(town, role)) == []
        assert list(attendance_for(VISITOR, town.organization.public_id, now=NOW)) == []
        assert list(attendance_for(viewer_of(town.clerk), town.station.public_id, now=NOW)) == []

    def test_leaves_out_what_members_do_in_their_own_name(self, town: SmallTown) -> None:
        match_for(town)

        assert list(attendance(town)) == []

    def test_is_of_the_time_that_is_asked_for_in_order(self, town: SmallTown) -> None:
        visit = agreed(town)
        later = _again(visit, days=40)

        assert [line.visit_id for line in attendance(town)] == [visit.public_id]
        assert [line.visit_id for line in attendance(town, until=None)] == [visit.public_id, later.public_id]
        assert [line.visit_id for line in attendance(town, since=later.starts_at, until=None)] == [later.public_id]
        assert len(attendance(town, until=visit.starts_at)) == 0

    def test_is_read_in_one_query_however_many_there_are(self, town: SmallTown) -> None:
        visit = agreed(town)
        for days in range(1, 4):
            _again(visit, days=days)

        found = attendance(town)

        with CaptureQueriesContext(connection) as caught:
            lines = found[:100]

        assert len(lines) == 4
        assert len({line.service_type.name_zh for line in lines}) == 1
        assert len(caught) == 1


class TestListAttendance:
    def test_leaves_a_record_for_the_clerk_and_everybody_who_is_named(self, town: SmallTown) -> None:
        _again(agreed(town), days=1)

        lines = actions.list_attendance(
            viewer=viewer_of(town.clerk), organization_id=town.organization.public_id, now=NOW, **MONTH
        )

        assert [line.member_name for line in lines] == [town.member.name] * 2
        record = Record.objects.get(kind="attendance.listed")
        assert record.body == {"organization": town.organization.pk, "lines": 2}
        people = RecordPerson.objects.filter(record=record).values_list("person_key__person_id", flat=True)
        assert set(people) == {town.clerk.pk, town.member.pk}

    @pytest.mark.parametrize(("role", "refusal"), [("member", NotAllowed), ("coordinator", NotAllowed)])
    def test_is_refused_to_others(self, town: SmallTown, role: str, refusal: type[Exception]) -> None:
        agreed(town)

        with pytest.raises(refusal):
            actions.list_attendance(
                viewer=viewer_of(getattr(town, role)), organization_id=town.organization.public_id, now=NOW, **MONTH
            )

        assert not Record.objects.filter(kind="attendance.listed").exists()

    def test_of_no_organization_is_not_found(self, town: SmallTown) -> None:
        with pytest.raises(NotFound):
            actions.list_attendance(
                viewer=viewer_of(town.clerk), organization_id=town.community.public_id, now=NOW, **MONTH
            )


def _again(visit: Visit, *, days: int) -> Visit:
    """The same once more, so many days later."""
    copied = Visit(
        match=visit.match,
        starts_at=visit.starts_at + timedelta(days=days),
        ends_at=visit.ends_at + timedelta(days=days),
        minutes=visit.minutes,
    )
    copied.save()
    return copied


def _give_minutes(town: SmallTown, visit: Visit, minutes: int) -> None:
    LedgerEntry.objects.create(
        giver=town.member,
        receiver=town.asker,
        organization=town.organization,
        visit=visit,
        minutes=minutes,
        at=visit.ends_at,
    )
