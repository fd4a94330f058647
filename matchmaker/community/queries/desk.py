"""What a worker needs at the desk: the people of their areas by name, phone or building, and who was entered before."""

import re
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from matchmaker.community.care import cared_for, is_cared_for, worked_by
from matchmaker.community.home_names import spellings_of
from matchmaker.community.models import Area, AreaLevel, Consent, Mandate, Person, Station
from matchmaker.community.queries.people import people_for
from matchmaker.community.sign_in_names import normal_phone
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed, NotFound

FOUND_AT_MOST: Final = 20
DOUBLES_AT_MOST: Final = 5
CORRIDORS_AT_MOST: Final = 500
LEAST_DIGITS: Final = 4
"""Fewer digits of a phone number would find half the town."""


def people_at_desk(viewer: Viewer, words: str = "") -> QuerySet[Person]:
    """The people of the areas the viewer works for in whom every word is found, by name; nobody for anybody else.

    A word is part of a name, of a corridor or a home, the number of a building, or at least four digits of a phone.
    """
    if not viewer.worker_paths:
        return Person.objects.none()
    rows = _cared_for(viewer)
    for word in words.split():
        rows = rows.filter(_holds(word))
    return rows


def person_at_desk(viewer: Viewer, public_id: UUID) -> Person:
    """One of them, or NotFound."""
    found = people_at_desk(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="person_id")
    return found


def likely_doubles(viewer: Viewer, *, name: str, phone: str = "", household_id: int | None = None) -> list[Person]:
    """People of the viewer's areas who may be the one to be entered: the same phone, or the same name.

    In one household a name that begins alike is enough, for it is written shorter on one paper and longer on the next.
    """
    if not viewer.worker_paths:
        return []
    alike = Q(name__iexact=name.strip())
    number = normal_phone(phone) if phone else None
    if number:
        alike |= Q(phone=number)
    if household_id is not None and name.strip():
        alike |= Q(household_id=household_id, name__istartswith=name.strip()[:2])
    return list(_cared_for(viewer).filter(alike)[:DOUBLES_AT_MOST])


def corridors_at_desk(viewer: Viewer) -> QuerySet[Area]:
    """The corridors in which the viewer's people live, in the order of the tree."""
    return Area.objects.filter(worked_by(viewer, "path"), level=AreaLevel.CORRIDOR).order_by("path")[:CORRIDORS_AT_MOST]


def home_at_desk(viewer: Viewer, corridor_id: UUID, name: str) -> Area | None:
    """The household of this number in a corridor of the viewer's areas, if it is known."""
    corridor = Area.objects.filter(public_id=corridor_id, level=AreaLevel.CORRIDOR).first()
    if corridor is None or not viewer.works_at(corridor.path):
        return None
    return home_in(corridor, name)


def home_in(corridor: Area, name: str) -> Area | None:
    """The household of this number in a corridor, as it is written or in another way of writing the same door."""
    written = spellings_of(name)
    found = Area.objects.filter(parent=corridor, name__in=written, level=AreaLevel.HOUSEHOLD)
    return min(found, key=lambda home: (written.index(home.name), home.pk), default=None)


def consents_of(viewer: Viewer, person: Person) -> QuerySet[Consent]:
    """The person's consents that stand, newest first: for themself and for workers of their area."""
    _require_care(viewer, person)
    rows = Consent.objects.filter(person=person, withdrawn_at__isnull=True).select_related("heard_by")
    return rows.order_by("-given_at", "-pk")


def mandates_for(viewer: Viewer) -> QuerySet[Mandate]:
    """Mandates that the viewer gave or holds, and those of the people and stations of their areas, newest first."""
    if viewer.is_visitor:
        return Mandate.objects.none()
    shown = Q(for_person_id=viewer.person_id) | Q(holder_id=viewer.person_id)
    shown |= cared_for(viewer, "for_person__") | worked_by(viewer, "station__area__path")
    rows = Mandate.objects.filter(shown).select_related("holder", "for_person", "station")
    return rows.order_by("-starts_date", "-pk")


def stations_for(_viewer: Viewer) -> QuerySet[Station]:
    """Every station of an organization that is not closed, by name; they are public."""
    rows = Station.objects.filter(organization__closed_at__isnull=True).select_related("area", "organization")
    return rows.order_by("name", "pk")


def may_see_desk_card(viewer: Viewer, person: Person) -> bool:
    """A worker of the area where the person lives."""
    return is_cared_for(viewer, person)


def _require_care(viewer: Viewer, person: Person) -> None:
    if viewer.person_id != person.pk and not may_see_desk_card(viewer, person):
        raise NotAllowed


def _cared_for(viewer: Viewer) -> QuerySet[Person]:
    """`people_for` holds oneself too: a worker who lives elsewhere is no one of their own area."""
    rows = people_for(viewer).select_related("household__parent", "community", "account")
    return rows.filter(cared_for(viewer))


def _holds(word: str) -> Q:
    found = Q(name__icontains=word) | Q(household__name__icontains=word) | Q(household__parent__name__icontains=word)
    found |= Q(household__parent__building__iexact=word.removesuffix("号楼"))
    digits = re.sub(r"[\s+()-]", "", word)
    if digits.isascii() and digits.isdigit() and len(digits) >= LEAST_DIGITS:
        found |= Q(phone__contains=digits)
    return found
