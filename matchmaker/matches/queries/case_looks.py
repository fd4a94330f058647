"""A look at the people around a case, for whoever took it, while the case is open and the day lasts."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import CaseLook
from matchmaker.matches.queries.around import Around, around_case, named_around
from matchmaker.matches.queries.neighbourhood import MOST_NODES, Neighbourhood, neighbourhood_around
from matchmaker.needs.models import Need

HOLDS_FOR: Final = timedelta(hours=12)
"""Afterwards the reason is asked for again."""


def looks_that_hold(viewer: Viewer, *, now: datetime) -> QuerySet[CaseLook]:
    """The viewer's own of the last twelve hours, the newest first."""
    if viewer.person_id is None:
        return CaseLook.objects.none()
    return CaseLook.objects.filter(looked_by=viewer.person_id, looked_at__gt=now - HOLDS_FOR).order_by("-pk")


def holds_until(look: CaseLook) -> datetime:
    """The moment from which the reason is asked for again; earlier where the case ends."""
    return look.looked_at + HOLDS_FOR


def case_look_by_id(viewer: Viewer, look_id: UUID, *, now: datetime) -> CaseLook:
    """NotFound for anybody but whoever took it, and once it is over."""
    rows = looks_that_hold(viewer, now=now).filter(public_id=look_id)
    look = rows.select_related("need__place", "need__community", "need__service_type", "need__for_person").first()
    if look is None:
        raise NotFound
    return look


def look_that_holds(viewer: Viewer, need: Need, *, now: datetime) -> CaseLook | None:
    """The viewer's newest at this case; None where they gave no reason, or too long ago."""
    return looks_that_hold(viewer, now=now).filter(need=need).first()


def named_in(viewer: Viewer, look: CaseLook, around: Around) -> dict[int, Person]:
    """By key whom the look noted, as far as they may still be named."""
    noted = set(look.named.values_list("pk", flat=True))
    return {pk: person for pk, person in named_around(viewer, around).items() if pk in noted}


def people_looked_at(viewer: Viewer, look: CaseLook, *, now: datetime) -> Neighbourhood:
    """At most two thousand people around the case as it is now; by name none whom the look did not note."""
    around = around_case(viewer, look.need, MOST_NODES, now)
    if around is None:
        raise NotFound
    return neighbourhood_around(around, named_in(viewer, look, around), look.need.community.path)
