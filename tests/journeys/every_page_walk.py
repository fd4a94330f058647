"""Every page with something on it, each as whoever may see it, and what is wrong with how it is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse
from playwright.sync_api import Page

from matchmaker.community.models import Area, AreaLevel
from matchmaker.web.urls import urlpatterns
from tests.journeys.neighbour import Neighbour, faults_on, small_targets_on
from tests.web.every_page import ROWS, WORDS

ROWS_OF_EACH: Final = 4
ROWS_TRIED: Final = 8
"""So many combinations of rows are tried for each page and role."""
ON_THIS_MACHINE: Final = {"host": "localhost"}
"""As the browser asks: some pages are there on the machine that serves them alone."""
_VERBS: Final = """
    alarm-close alarm-take call-log choose-language choose-view companion-answer companion-stop companion-wish
    concern-answer concern-take deputy-end desk-answer desk-companion-heard desk-companion-vet desk-companion-willing
    desk-consent-withdraw desk-mandate-revoke desk-mandate-told desk-offer-move duty-phone emergency-review
    home-confirm home-refuse import-confirm import-withdraw mandate-end match-cancel member-end membership-accept
    membership-decline need-verify need-withdraw offer-close offer-discard offer-pause offer-publish offer-resume
    organization-accept organization-invite pair-lift proposal-accept proposal-approve proposal-decline
    proposal-refuse proposal-undo-answer proposal-undo-decision round-start round-stop sample-sign-in sample-step-in
    second-look-answer second-look-take set-aside-lift sign-out sms-report token-revoke tour-call-off tour-sign-up
    tour-stop-late tour-take-back unblock visit-arrive visit-cancel visit-leave visit-take-back waiting-ask
    webhook-close webhook-replay
"""
_FILES: Final = """
    calendar calendar-feed case-look-file data-on-paper decisions-file explorer-file grid-map-file
    import-faults import-template knowing-chart
    manifest my-data-download organization-attendance-file organization-calendar organization-hours organization-offers
    posters-print proposal-picture public-csv waiting worker
"""
ONLY_SENT_TO: Final = frozenset(_VERBS.split())
"""Addresses that do what a form says and lead to another page."""
FILES: Final = frozenset(_FILES.split())
LEADING_ON: Final = frozenset(("alarm", "ask", "explorer", "knowing", "visit"))
"""Addresses that open another page."""
NOT_PAGES: Final = ONLY_SENT_TO | FILES | LEADING_ON

Elements = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Seen:
    """A page as one role sees it."""

    name: str
    role: str
    path: str


def pages_seen(clients: dict[str, Client], names: frozenset[str] | None = None) -> list[Seen]:
    """Each page as the first role that sees it, and as each further one that sees other elements on it."""
    found: list[Seen] = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        if name not in NOT_PAGES and (names is None or name in names):
            found += _seen_of(name, list(pattern.pattern.converters), clients)
    return found


def _seen_of(name: str, ids: list[str], clients: dict[str, Client]) -> Iterator[Seen]:
    """Of rows the first that a role may see; of words in an address each."""
    combined = product(*(_values(one) for one in ids))
    paths = [reverse(name, kwargs=dict(zip(ids, values, strict=True))) for values in islice(combined, ROWS_TRIED)]
    for some in [paths] if ROWS.keys() & ids else [[path] for path in paths]:
        known: set[tuple[str, str]] = set()
        for role, client in clients.items():
            opened = ((path, _elements_of(client, path)) for path in some)
            path, elements = next(((path, elements) for path, elements in opened if elements), ("", frozenset()))
            if elements - known:
                yield Seen(name, role, path)
                known |= elements


def _values(id_name: str) -> list[Any]:
    if id_name in ("area_id", "community_id"):
        return [Area.objects.get(level=AreaLevel.COMMUNITY, name_en="Test community").public_id]
    if id_name not in ROWS:
        return list(WORDS[id_name][:-1])
    keys = (model.objects.order_by("pk").values_list("public_id", flat=True) for model in ROWS[id_name])
    return [key for some in keys for key in some[:ROWS_OF_EACH]]


def _elements_of(client: Client, path: str) -> Elements:
    """Which elements with which classes stand on the page; none where there is no page."""
    answer = client.get(path, headers=ON_THIS_MACHINE)
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return frozenset()
    html = answer.content.decode()
    return frozenset(re.findall(r'<(\w+)(?: class="([^"]*)")?', html[html.index("<main") : html.index("</main>")]))


class Onlooker:
    """One browser that looks at pages in one language and view, as one role after the other."""

    def __init__(self, neighbour: Neighbour, clients: dict[str, Client], *, elder_view: bool) -> None:
        self.neighbour, self.clients, self.elder_view = neighbour, clients, elder_view
        self._role: str | None = None

    def open(self, seen: Seen) -> Page:
        if seen.role != self._role:
            self._become(seen.role)
        self.neighbour.open(seen.path)
        return self.neighbour.page

    def _become(self, role: str) -> None:
        cookies = {name: morsel.value for name, morsel in self.clients[role].cookies.items()}
        cookies |= {
            settings.LANGUAGE_COOKIE_NAME: self.neighbour.language,
            "elder_view": "on" if self.elder_view else "off",
        }
        self.neighbour.context.clear_cookies()
        self.neighbour.context.add_cookies(
            [{"name": name, "value": value, "url": self.neighbour.address} for name, value in cookies.items()]
        )
        self._role = role


def faults_at(page: Page, seen: Seen, *, lowest: int) -> list[str]:
    """What breaks WCAG on this page, and what a finger would miss."""
    called = f"{seen.name} as {seen.role}"
    return faults_on(page, called) + small_targets_on(page, called, lowest=lowest)


def beyond_the_edge(page: Page, seen: Seen) -> list[str]:
    """What makes the page scroll sideways, or is cut off; a table may scroll in a box of its own."""
    wide: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main *, header *, .emergency *')]
            .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
                && getComputedStyle(one).position !== 'absolute' && !one.closest('.scroll *, .island *'))
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wide.append(f"{page.evaluate('document.documentElement.scrollWidth')} px wide")
    return [f"{seen.name} as {seen.role}: beyond the edge: {one}" for one in wide[:3]]
