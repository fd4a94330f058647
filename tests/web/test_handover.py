"""The handover sheet: all that is open in a worker's areas, and nothing of other areas."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.models import Match, ProposalState, Visit
from matchmaker.needs.models import Need
from tests.duty_rows import raised_alarms
from tests.towns import NOW, SmallTown, match_for, open_need_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn


@pytest.fixture
def busy(town: SmallTown) -> SmallTown:
    """A visit tomorrow, a proposal in review, a request to verify with a promised time, and an alarm that rings."""
    clinic = {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}
    match_for(town)
    offer = open_offer_for(town, person=town.helper, service_types=("CLINIC_COMPANY",))
    waiting = open_need_for(town, person=town.stranger, **clinic)
    proposal_for(town, need=waiting, offer=offer, state=ProposalState.IN_REVIEW)
    unverified = open_need_for(town, person=town.newcomer, verified=False)
    Need.objects.exclude(pk=unverified.pk).update(due_at=None)
    Need.objects.filter(pk=unverified.pk).update(due_at=NOW - timedelta(hours=1))
    raised_alarms(town, unverified)
    return town


def part_of(page: HttpResponse, name: str) -> str:
    """From the heading of this name to the next."""
    assert page.status_code == 200
    return page.content.decode().partition(f'<h2 id="{name}"')[2].partition("<h2")[0]


class TestHandover:
    def test_is_led_to_from_the_desk_and_lists_all_that_is_open(self, busy: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(busy.coordinator)
        assert 'href="/handover"' in browser.get("/review").content.decode()

        sheet = browser.get("/handover")

        assert f"{busy.helper.name} → {busy.asker.name}" in part_of(sheet, "visits")
        assert f"{busy.helper.name} → {busy.stranger.name}" in part_of(sheet, "approve")
        assert busy.newcomer.name in part_of(sheet, "verify")
        assert "等得太久了" in part_of(sheet, "promised")
        assert part_of(sheet, "promised").count("<li>") == 1
        assert part_of(sheet, "alarms").count("<li>") == 1

    @pytest.mark.parametrize("later", [timedelta(days=8), timedelta(days=-1)])
    def test_has_the_visits_of_the_coming_week_alone(
        self, busy: SmallTown, signed_in: SignedIn, later: timedelta
    ) -> None:
        Visit.objects.update(starts_at=NOW + later, ends_at=NOW + later + timedelta(hours=1))

        assert busy.asker.name not in part_of(signed_in(busy.coordinator).get("/handover"), "visits")

    def test_has_no_visit_of_a_match_that_is_paused(self, busy: SmallTown, signed_in: SignedIn) -> None:
        Match.objects.update(state="SUSPENDED", suspended_at=NOW)

        assert busy.asker.name not in part_of(signed_in(busy.coordinator).get("/handover"), "visits")

    def test_has_nothing_of_other_areas(self, busy: SmallTown, signed_in: SignedIn) -> None:
        sheet = signed_in(busy.other_coordinator).get("/handover")

        names = (busy.asker, busy.helper, busy.newcomer, busy.stranger)
        assert [one.name for one in names if one.name in sheet.content.decode()] == []
        assert "<li>" not in part_of(sheet, "alarms")

    def test_asks_as_often_for_many_lines_as_for_few(self, busy: SmallTown, signed_in: SignedIn) -> None:
        browser, counts = signed_in(busy.coordinator), []
        browser.get("/handover")
        for many in (0, 4):
            for _ in range(many):
                open_need_for(busy, person=busy.newcomer, verified=False)
            Need.objects.filter(for_person=busy.newcomer).update(due_at=NOW - timedelta(hours=1))
            with CaptureQueriesContext(connection) as queries:
                sheet = browser.get("/handover")
            counts.append(len(queries))

        assert part_of(sheet, "promised").count("<li>") == part_of(sheet, "verify").count("<li>") == 5
        assert counts[0] == counts[1]

    def test_speaks_english(self, busy: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(busy.coordinator)
        browser.cookies["django_language"] = "en"

        assert "What to hand over" in browser.get("/handover").content.decode()

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_refused_to_others(self, busy: SmallTown, signed_in: SignedIn, role: str) -> None:
        assert signed_in(getattr(busy, role)).get("/handover").status_code == 403
