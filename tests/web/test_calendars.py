"""Agreed visits as a calendar: what is in it and what never is, as a file and at an address with a token."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.actions import make_token, revoke_token
from matchmaker.community.models import AccessToken, Membership
from matchmaker.errors import InvalidInput
from matchmaker.matches.models import Match
from matchmaker.needs.models import ServiceType
from matchmaker.web.calendar_file import folded
from tests.town_rows import NOW
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, viewer_of
from tests.web.conftest import SignedIn

OCTETS = 75


def events(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar, unfolded as RFC 5545 says (3.1), with the checks that it wants."""
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(len(line) for line in lines) <= OCTETS
    assert b"\n" not in b"".join(lines)
    whole = content.replace(b"\r\n ", b"").decode().splitlines()
    assert (whole[0], whole[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert whole[1:3] == ["VERSION:2.0", "PRODID:-//matchmaker//visits//ZH"]
    found: list[dict[str, str]] = []
    for line in whole:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(name, value)
    return found


def token_of(town: SmallTown, person: str = "asker", **wishes: Any) -> str:
    viewer = viewer_of(getattr(town, person))
    return make_token(viewer=viewer, name="日历", scopes=["CALENDAR"], now=NOW, **wishes)[1]


def agreed(town: SmallTown, **need: Any) -> Match:
    return match_for(town, need=open_need_for(town, **need))


class TestFile:
    def test_has_kind_and_time_and_neither_names_nor_homes(self, town: SmallTown, signed_in: SignedIn) -> None:
        match = agreed(town)
        visit = match.visits.get()

        for person in (town.asker, town.helper):
            answer = signed_in(person).get("/calendar.ics")
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
            (event,) = events(answer.content)
            assert event["UID"] == f"{visit.public_id}@visits.matchmaker"
            assert (event["DTSTART"], event["DTEND"]) == ("20260303T010000Z", "20260303T020000Z")
            assert event["DTSTAMP"] == "20260302T010000Z"
            assert event["SUMMARY"] == "代购跑腿"
            assert event["URL"] == f"http://testserver/matches/{match.public_id}"
            text = answer.content.replace(b"\r\n ", b"").decode()
            secrets = (town.asker.name, town.helper.name, "1号楼", "101", "买菜", town.asker.phone)
            assert [word for word in secrets if word in text] == []

    def test_is_for_oneself_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        agreed(town)

        for person in (town.coordinator, town.stranger, town.clerk):
            assert events(signed_in(person).get("/calendar.ics").content) == []
        assert Client().get("/calendar.ics").status_code == 302

    def test_does_not_say_what_sensitive_help_is(self, town: SmallTown, signed_in: SignedIn) -> None:
        agreed(town)
        kind = ServiceType.objects.get(code="SHOPPING")
        ServiceType.objects.filter(pk=kind.pk).update(sensitive=True)

        content = signed_in(town.helper).get("/calendar.ics").content

        assert events(content)[0]["SUMMARY"] == "约好的见面"
        assert kind.name_zh not in content.decode()

    @pytest.mark.parametrize(("state", "field"), [("CANCELLED", "closed_at"), ("SUSPENDED", "suspended_at")])
    def test_leaves_out_what_does_not_stand(self, town: SmallTown, signed_in: SignedIn, state: str, field: str) -> None:
        agreed(town)
        Match.objects.update(state=state, **{field: NOW})

        assert events(signed_in(town.helper).get("/calendar.ics").content) == []

    def test_leaves_out_a_visit_that_was_called_off(self, town: SmallTown, signed_in: SignedIn) -> None:
        """The match stands, as it does where others of a series are still to come."""
        agreed(town).visits.update(state="CANCELLED", closed_at=NOW)

        assert events(signed_in(town.helper).get("/calendar.ics").content) == []

    def test_keeps_a_visit_for_a_month(self, town: SmallTown, signed_in: SignedIn) -> None:
        ends_at = agreed(town).visits.get().ends_at

        for days, many in ((30, 1), (32, 0)):
            with time_machine.travel(ends_at + timedelta(days=days), tick=False):
                assert len(events(signed_in(town.helper).get("/calendar.ics").content)) == many

    def test_of_an_organization_has_its_visits_alone_for_its_clerk(self, town: SmallTown, signed_in: SignedIn) -> None:
        theirs = match_for(town, offer=open_offer_for(town, organization=town.organization))
        address = f"/organizations/{town.organization.public_id}/calendar.ics"

        (event,) = events(signed_in(town.clerk).get(address).content)

        assert event["URL"].endswith(f"/matches/{theirs.public_id}")
        assert town.member.name not in signed_in(town.clerk).get(address).content.decode()
        for person in (town.member, town.coordinator, town.asker):
            assert signed_in(person).get(address).status_code == 403

    def test_takes_as_many_queries_for_many_visits_as_for_one(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        visit = agreed(town).visits.get()

        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                client.get("/calendar.ics")
            return len(caught)

        before = queries()
        for days in range(1, 4):
            visit.pk, visit.public_id = None, type(visit)._meta.get_field("public_id").get_default()
            visit.starts_at, visit.ends_at = (at + timedelta(days=days) for at in (visit.starts_at, visit.ends_at))
            visit.save(force_insert=True)

        assert queries() == before
        assert len(events(client.get("/calendar.ics").content)) == 4


class TestFeed:
    def test_is_open_to_whoever_has_the_address(self, town: SmallTown) -> None:
        match = agreed(town)
        secret = token_of(town)

        answer = Client().get(f"/calendar/{secret}.ics")

        assert [event["URL"].rpartition("/")[2] for event in events(answer.content)] == [str(match.public_id)]
        assert AccessToken.objects.get().last_used_date == NOW.date()

    def test_of_an_organization_has_nothing_of_its_clerks_own(self, town: SmallTown) -> None:
        match_for(town, need=open_need_for(town, person=town.clerk))
        secret = token_of(town, "clerk", organization_id=town.organization.public_id)
        assert events(Client().get(f"/calendar/{secret}.ics").content) == []

        theirs = match_for(town, offer=open_offer_for(town, organization=town.organization))

        (event,) = events(Client().get(f"/calendar/{secret}.ics").content)
        assert event["URL"].endswith(str(theirs.public_id))

    def test_ends_with_its_token_and_with_the_clerks_part(self, town: SmallTown) -> None:
        own, theirs = token_of(town), token_of(town, "clerk", organization_id=town.organization.public_id)
        viewer = viewer_of(town.asker)
        revoke_token(viewer=viewer, token_id=AccessToken.objects.get(organization=None).public_id, now=NOW)
        Membership.objects.filter(person=town.clerk).update(until_date=NOW.date())

        for secret in (own, theirs, "mm_nothing", "x:y"):
            assert Client().get(f"/calendar/{secret}.ics").status_code == 404

    def test_is_opened_by_no_other_token(self, town: SmallTown) -> None:
        agreed(town)
        secret = make_token(viewer=viewer_of(town.asker), name="应用", scopes=["READ"], now=NOW)[1]

        assert Client().get(f"/calendar/{secret}.ics").status_code == 404

    def test_counts_tries(self, town: SmallTown, settings: Any) -> None:
        cache.clear()
        settings.TRIES_PER_ADDRESS = 2
        secret = token_of(town)
        for number in range(2):
            assert Client().get(f"/calendar/mm_guess{number}.ics").status_code == 404

        assert Client().get(f"/calendar/{secret}.ics").status_code == 409

    def test_is_read_beside_one_that_ended_at_the_same_address(self, town: SmallTown, settings: Any) -> None:
        cache.clear()
        settings.TRIES_PER_ADDRESS = 2
        secret = token_of(town)

        for _ in range(5):
            assert Client().get("/calendar/mm_ended.ics").status_code == 404

        assert Client().get(f"/calendar/{secret}.ics").status_code == 200

    def test_that_ended_shuts_the_api_to_nobody_at_the_same_address(self, town: SmallTown, settings: Any) -> None:
        """Calendars go on asking for an address that was taken back, hour after hour."""
        cache.clear()
        settings.TRIES_PER_ADDRESS = 2
        secret = make_token(viewer=viewer_of(town.asker), name="应用", scopes=["READ"], now=NOW)[1]
        for _ in range(3):
            Client().get("/calendar/mm_ended.ics")

        client = Client(headers={"Authorization": f"Bearer {secret}"})
        answer = client.post("/graphql", {"query": "{ viewer { person { name } } }"}, content_type="application/json")

        assert "errors" not in answer.json()


class TestToken:
    def test_opens_the_calendar_alone(self, town: SmallTown) -> None:
        with pytest.raises(InvalidInput, match="alone") as caught:
            make_token(viewer=viewer_of(town.asker), name="日历", scopes=["CALENDAR", "READ"], now=NOW)

        assert caught.value.field == "scopes"
        assert AccessToken.objects.count() == 0
        client = Client(headers={"Authorization": f"Bearer {token_of(town)}"})
        answer = client.post("/graphql", {"query": "{ viewer { person { name } } }"}, content_type="application/json")
        assert answer.json()["errors"][0]["extensions"]["code"] == "OUT_OF_SCOPE"

    def test_is_told_as_an_address_on_the_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        told = {"token": "0" * 32, "name": "手机日历", "scopes": ["CALENDAR"], "days": "365"}

        page = signed_in(town.asker).post("/systems", told).content.decode()

        address = page.partition("http://testserver")[2].partition("<")[0]
        assert address.startswith("/calendar/mm_")
        assert Client().get(address).status_code == 200


class TestLines:
    @pytest.mark.parametrize("line", ["", "a" * 75, "a" * 76, "邻" * 100, "a" + "邻" * 60, "😀" * 40])
    def test_are_folded_between_signs(self, line: str) -> None:
        parts = list(folded(line))

        assert all(len(part) <= OCTETS for part in parts)
        assert all(part.startswith(b" ") for part in parts[1:])
        assert parts[0].decode() + "".join(part.decode()[1:] for part in parts[1:]) == line
