"""What each role tries about leaving and certificates: the inputs, and the rows that they need."""

from typing import Any

from matchmaker.community.models import Person
from matchmaker.matches.models import LedgerEntry
from matchmaker.privacy.actions import leave, make_certificate
from tests.graphql_client import global_id
from tests.towns import match_for, open_offer_for, viewer_of
from tests.way import Way


def left(way: Way, _role: str) -> dict[str, Any]:
    gone = leave(viewer=viewer_of(way.town.newcomer, now=way.now), now=way.now)
    return {"returnCode": gone.return_code}


def left_and_named(way: Way, role: str) -> dict[str, Any]:
    left(way, role)
    return {"personId": global_id("Person", way.town.newcomer)}


def hours_given(way: Way, _role: str) -> dict[str, Any]:
    """Everybody gave an hour to the elder."""
    givers = Person.objects.exclude(pk=way.town.elder.pk)
    LedgerEntry.objects.bulk_create(
        [LedgerEntry(giver=giver, receiver=way.town.elder, minutes=60, at=way.now) for giver in givers]
    )
    today = way.now.date().isoformat()
    return {"startsDate": today, "endsDate": today}


def paper(way: Way, role: str) -> dict[str, Any]:
    hours_given(way, role)
    LedgerEntry.objects.update(organization=way.town.organization)
    issued = make_certificate(
        viewer=viewer_of(way.town.newcomer, now=way.now),
        starts_date=way.now.date(),
        ends_date=way.now.date(),
        organization_id=way.town.organization.public_id,
        now=way.now,
    )
    return {"number": issued.certificate.number, "code": issued.code, "name": issued.name}


def hours_of_a_member(way: Way, _role: str) -> dict[str, Any]:
    """The member went to the asker in the name of the organization, unpaid."""
    town = way.town
    offer = open_offer_for(town, organization=town.organization, now=way.now)
    visit = match_for(town, offer=offer, now=way.now).visits.get()
    LedgerEntry.objects.create(
        giver=town.member, receiver=town.asker, organization=town.organization, visit=visit, minutes=60, at=way.now
    )
    return {"organizationId": global_id("Organization", town.organization)}
