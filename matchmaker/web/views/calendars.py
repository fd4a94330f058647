"""Agreed visits for a calendar: as a file, or at an address with a token that opens nothing else."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from matchmaker import tries
from matchmaker.community import actions as tokens
from matchmaker.community import queries as community
from matchmaker.community.actions.tokens import HeldToken, TokenNotValid
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.web.calendar_file import calendar_file
from matchmaker.web.pages import file_of, for_everybody, for_the_signed_in
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

VISITS_AT_MOST: Final = 500
CALENDAR: Final = "text/calendar; charset=utf-8"
SCOPES: Final = frozenset({"CALENDAR"})


@for_the_signed_in
def own(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The reader's own agreed visits, as a file."""
    return _calendar(request, _own_name(), queries.agreed_visits(reader.viewer, now=reader.now))


@for_the_signed_in
def of_organization(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """The agreed visits of an organization, for its clerk, as a file."""
    found = community.organization_spoken_for(reader.viewer, organization_id)
    visits = queries.agreed_visits_of_organization(reader.viewer, found.pk, now=reader.now)
    return _calendar(request, name_of(found), visits)


@for_everybody
def feed(request: HttpRequest, reader: Reader, token: str) -> HttpResponse:
    """The same at an address that a calendar asks again and again; a token for anything else is not one."""
    address = tries.address_of(request)
    tries.refuse_beyond(settings.TRIES_PER_ADDRESS, kind="calendar", address=address)
    try:
        held = tokens.use_token(secret=token, now=reader.now)
    except TokenNotValid as unknown:
        tries.count_once(kind="calendar", address=address, tried=token)
        raise NotFound from unknown
    if held.scopes != SCOPES:
        raise NotFound
    with translation.override(held.made_by.language):
        return _feed_of(request, reader, held)


def _feed_of(request: HttpRequest, reader: Reader, held: HeldToken) -> HttpResponse:
    if held.organization_id is None:
        return _calendar(request, _own_name(), queries.agreed_visits(held.reads_as, now=reader.now))
    found = community.organizations_by_pk([held.organization_id])[held.organization_id]
    visits = queries.agreed_visits_of_organization(held.reads_as, found.pk, now=reader.now)
    return _calendar(request, name_of(found), visits)


def _own_name() -> str:
    return say("邻里搭桥", "matchmaker")


def _calendar(request: HttpRequest, name: str, visits: Any) -> HttpResponse:
    def address_of(visit: Any) -> str:
        return request.build_absolute_uri(reverse("match", args=[visit.match.public_id]))

    shown: Iterable[Any] = visits[:VISITS_AT_MOST]
    return file_of(calendar_file(name, shown, address_of), "visits.ics", CALENDAR)
