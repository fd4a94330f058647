"""The pages of pins, bans, what if and why not asked, on a phone and at a desk, in both languages.

MATCHMAKER_SCREENS names a folder to keep a picture of each page.
"""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.matches import actions
from matchmaker.matches.drafts import SupposedOffer, WhatIfDraft
from matchmaker.matches.models import Round
from matchmaker.needs.models import Need, Offer
from tests.journeys import test_pages as pages
from tests.journeys.neighbour import Neighbour, enter, faults_on, small_targets_on
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, viewer_of, vouch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

clock, town = pages.clock, pages.town
WIDTHS = {"phone": {"width": 412, "height": 915}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture
def planned(town: SmallTown) -> SmallTown:
    """Four who could help, one need that a round gave to one of them, and one that nobody can meet."""
    for one in (town.helper, town.newcomer):
        vouch(town.coordinator, one)
        open_offer_for(town, person=one)
    offers_of_the_crowd(town, crowd(town, 2))
    open_need_for(town)
    open_need_for(town, person=town.neighbour, service_type="CLINIC_COMPANY", consent="IN_APP")
    worker = viewer_of(town.coordinator)
    row = actions.request_round(viewer=worker, community_id=town.community.public_id, now=NOW, seed=5)
    actions.run_round(round_id=row.pk, now=NOW)
    return town


class TestAccessibility:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    @pytest.mark.parametrize("width", list(WIDTHS))
    def test_of_each_page_breaks_no_rule_of_wcag(
        self,
        browser: Browser,
        live_server: LiveServer,
        planned: SmallTown,
        language: str,
        width: str,
    ) -> None:
        person = Neighbour(browser, live_server, scripts=True, language=language)
        person.page.set_viewport_size(WIDTHS[width])  # type: ignore[arg-type]  # a plain dictionary does
        faults: list[str] = []
        for who, name, path in _pages(planned):
            enter(person, getattr(planned, who))
            person.open(path)
            person.keep_picture(f"{language[:2]}-{width}-{name}")
            faults += faults_on(person.page, name)
            faults += small_targets_on(person.page, name)
            if person.page.evaluate("document.documentElement.scrollWidth") > WIDTHS[width]["width"]:
                faults.append(f"{name}: wider than the screen")

        assert faults == []
        assert person.asked_elsewhere == []


def _pages(town: SmallTown) -> list[tuple[str, str, str]]:
    worker = viewer_of(town.coordinator)
    met, unmet = Need.objects.get(for_person=town.asker), Need.objects.get(for_person=town.neighbour)
    pair = {"need_id": met.public_id, "offer_id": Offer.objects.get(person=town.helper).public_id}
    until = NOW.date().replace(month=12)
    actions.pin_pair(viewer=worker, reason="两家都说好了，孩子也认识", until_date=until, now=NOW, **pair)
    draft = WhatIfDraft(
        pins=((pair["need_id"], pair["offer_id"]),),
        weights={"walk": 40},
        offer=SupposedOffer(service_type="CLINIC_COMPANY", area=town.grid.public_id),
        floor_margin=100,
    )
    asked = actions.ask_what_if(viewer=worker, community_id=town.community.public_id, draft=draft, now=NOW)
    Offer.objects.filter(person=town.helper).update(reach="METRES", reach_m=1)
    for one in (town.stranger, town.newcomer, town.member):
        open_need_for(town, person=one)
    rounds = Round.objects.get(state="DONE").public_id
    return [
        ("coordinator", "pairs", "/pairs"),
        ("auditor", "pairs-auditor", "/pairs"),
        ("coordinator", "pair-new", f"/needs/{met.public_id}/pair"),
        ("coordinator", "need-unmet", f"/needs/{unmet.public_id}"),
        ("coordinator", "what-if-new", f"/rounds/{rounds}/what-if?need={met.public_id}"),
        ("coordinator", "what-if", f"/what-if/{asked.public_id}"),
        ("coordinator", "review", "/review"),
        ("helper", "why-not-asked", "/why-not-asked"),
        ("helper", "mine", "/mine"),
    ]
