"""Every page, as whoever may see it, held against WCAG 2.2 AA: in Chinese, and in English in the elder view at 200 %.

Four moments of the way show all of them. MATCHMAKER_SCREENS names a folder to keep a picture of each page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pytest
import time_machine
from django.core import signing
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import User
from matchmaker.matches.actions import look_around, report_no_show
from matchmaker.notices.actions.confirming import SEEN_SALT
from matchmaker.web.urls import urlpatterns
from tests.graphql_client import client_for
from tests.journeys.every_page_walk import NOT_PAGES, Onlooker, Seen, beyond_the_edge, faults_at, pages_seen
from tests.journeys.neighbour import Neighbour
from tests.month_rows import a_month_told
from tests.promises.role_walk import clients_of, sights_of
from tests.towns import NOW, draft_offer_for, load_service_types_once, viewer_of
from tests.way import AGREED, ASKED, OVER, VERIFIED, Way, way_to
from tests.web.every_page import NOBODYS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK: Final = {"width": 1280, "height": 900}
NARROWEST: Final = {"width": 320, "height": 640}
"""Which is also what 200 % leave of a window of 640 pixels, and 400 % of one of 1,280."""
MEETING: Final = frozenset({"desk-outcome", "match", "mine", "nobody-came", "outcome", "what-happened"})
ELSEWHEN: Final = frozenset({"desk-outcome", "nobody-came", "what-happened"})
"""Pages of a meeting, which everything that is over does not show."""
NOT_LOOKED_AT: Final = frozenset({"desk-companion-words", "left"})
"""One wants a companion without an account, the other is shown once only."""
ANSWERS: Final = {
    "what": {"service_type": "SHOPPING"},
    "when": {"date": (NOW + timedelta(days=3)).date().isoformat(), "starts": "09:00", "ends": "11:00"},
    "where": {"where": "home", "place": ""},
    "how-much": {"minutes": "60", "helpers_wanted": "1", "repeat": "ONCE", "repeat_until_date": ""},
    "wishes": {"details": "想请人带一袋米", "languages": ["zh"], "risks": "", "helper_sex": ""},
}


@dataclass(frozen=True)
class Moment:
    """Who looks, what each of them sees, and when."""

    now: datetime
    clients: dict[str, Client]
    seen: list[Seen]


def everything() -> Moment:
    """Rows of every kind stand; the way is over, and what went wrong on it, too."""
    way = way_to(OVER)
    with time_machine.travel(way.now, tick=False):
        clients = _clients_of(way)
        sights_of(way)
        worker = viewer_of(way.town.coordinator, now=way.now)
        look_around(viewer=worker, need_id=way.safety_need.public_id, reason="想知道谁能陪", now=way.now)
        a_month_told(way.town)
        draft = draft_offer_for(way.town, now=way.now)
        for slug, answers in ANSWERS.items():
            assert clients["asker"].post(f"/ask/{slug}", answers).status_code == 302, slug
        assert clients["visitor"].post("/sign-in", {"sign_in_name": "nobody@town.invalid"}).status_code == 302
        mail = signing.dumps(str(NOBODYS), salt=SEEN_SALT)
        besides = [
            *(Seen("ask-question", "asker", f"/ask/{slug}") for slug in ("how-much", "wishes")),
            *(Seen("second-look-ask", "neighbour", f"/how-i-am-known/{kind}/again") for kind in ("KNOWN_HERE",)),
            Seen("notice-seen", "visitor", f"/notices/seen/{mail}"),
            Seen("public-month", "visitor", f"/public/{way.town.community.public_id}/2026-01"),
            Seen("offer-draft", "clerk", f"/offers/{draft.public_id}/draft"),
            Seen("offer-redraft", "clerk", f"/offers/{draft.public_id}/draft/change"),
            Seen("not-found", "visitor", "/nowhere"),
            Seen("refused", "asker", "/start"),
        ]
        return Moment(way.now, clients, [*pages_seen(clients), *besides])


def a_review_is_due() -> Moment:
    return _at(VERIFIED, "review", "proposal", "mine")


def both_sides_are_asked() -> Moment:
    return _at(ASKED, "proposal", "mine", "need", "desk-person", "notices")


def a_meeting_was_held_and_another_was_not() -> Moment:
    way = way_to(AGREED)
    held, missed = way.visits
    later = missed.starts_at + timedelta(minutes=20)
    over = max(held.ends_at, missed.ends_at) + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        report_no_show(viewer=viewer_of(way.town.asker, now=later), visit_id=missed.public_id, now=later)
    with time_machine.travel(over, tick=False):
        clients = _clients_of(way) | {"member": client_for(way.town.member)}
        del clients["helper"]
        User.objects.filter(person=way.town.helper).delete()  # whose word a worker takes now
        heard = Seen("desk-outcome", "coordinator", f"/desk/visits/{held.public_id}/HELPER")
        assert clients["coordinator"].get(heard.path).status_code == 200
        found = Moment(over, clients, [*pages_seen(clients, MEETING), heard])
    assert _names(found) == MEETING
    return found


def _at(stage: int, *names: str) -> Moment:
    way = way_to(stage)
    with time_machine.travel(way.now, tick=False):
        clients = _clients_of(way)
        found = Moment(way.now, clients, pages_seen(clients, frozenset(names)))
    assert _names(found) == set(names)
    return found


def _names(found: Moment) -> set[str]:
    return {one.name for one in found.seen}


def _clients_of(way: Way) -> dict[str, Client]:
    """Those who see most come first."""
    clients = clients_of(way)
    order = ("coordinator", "asker", "helper", "clerk", "resident", "visitor", "operator")
    found = {role: clients[role] for role in order} | {"neighbour": client_for(way.town.neighbour)}
    for client in found.values():
        client.handler.enforce_csrf_checks = False
    return found


class TestEveryPage:
    @pytest.mark.parametrize(
        "moment", [everything, a_review_is_due, both_sides_are_asked, a_meeting_was_held_and_another_was_not]
    )
    def test_breaks_no_rule_of_wcag_and_never_scrolls_sideways(
        self, browser: Browser, live_server: LiveServer, moment: Callable[[], Moment]
    ) -> None:
        load_service_types_once()
        found = moment()
        if moment is everything:
            assert {str(one.name) for one in urlpatterns} - NOT_PAGES - _names(found) == ELSEWHEN | NOT_LOOKED_AT
        plain, elder = (
            Onlooker(Neighbour(browser, live_server, scripts=True, language=language), found.clients, elder_view=large)
            for language, large in (("zh-CN", False), ("en-GB", True))
        )
        faults: list[str] = []
        with time_machine.travel(found.now, tick=True):
            for seen in found.seen:
                faults += _faults_in_plain_view(plain, seen) + _faults_in_elder_view(elder, seen)
        assert not faults, "\n".join(faults)


def _faults_in_plain_view(onlooker: Onlooker, seen: Seen) -> list[str]:
    """At a desk, and then as narrow as a page may become."""
    onlooker.neighbour.page.set_viewport_size(DESK)
    page = onlooker.open(seen)
    faults = faults_at(page, seen, lowest=44)
    page.set_viewport_size(NARROWEST)
    onlooker.neighbour.keep_picture(f"zh-{seen.name}-{seen.role}")
    return faults + beyond_the_edge(page, seen)


def _faults_in_elder_view(onlooker: Onlooker, seen: Seen) -> list[str]:
    onlooker.neighbour.page.set_viewport_size(NARROWEST)
    page = onlooker.open(seen)
    onlooker.neighbour.keep_picture(f"elder-{seen.name}-{seen.role}")
    return faults_at(page, seen, lowest=60) + beyond_the_edge(page, seen)
