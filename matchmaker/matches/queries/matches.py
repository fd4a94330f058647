"""Matches, visits, contacts and what one side said, as each viewer may see them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import (
    CompanionProposal,
    CompanionState,
    Match,
    MatchState,
    Outcome,
    OutcomeSide,
    Visit,
)
from matchmaker.matches.queries import sides
from matchmaker.needs.queries import asker_side_of

OF_A_MATCH: Final = (
    "proposal",
    "need__service_type",
    "need__place__parent",
    "need__community",
    "need__for_person__account",
    "need__for_person__household",
    "offer__organization",
    "offer__stop__place",
    "offer__stop__tour",
    "helper__account",
    "person__account",
    "community__companion_budget",
    "companion_wish",
)
"""What doors and predicates read of a match, in the one query of the list."""

READ_FOR_CONTACTS: Final = (
    "state",
    "person_id",
    *(f"{side}__{column}" for side in ("helper", "person") for column in ("name", "phone", "email")),
    *sides.READ_BY_SIDES,
)
"""What `contact_of` reads of a match."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach someone one has agreed to meet."""

    person_id: int
    name: str
    phone: str
    email: str


def matches_for(viewer: Viewer, *, state: str | None = None) -> QuerySet[Match]:
    """The viewer's own, those of whom they speak for, and all of the areas they work for; newest first."""
    if viewer.is_visitor:
        return Match.objects.none()
    rows = Match.objects.filter(_visible(viewer))
    if state is not None:
        rows = rows.filter(state=state)
    return _with_details(rows).order_by("-agreed_at", "-pk")


def match_by_id(viewer: Viewer, public_id: UUID) -> Match:
    found = matches_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def agreed_need_ids(viewer: Viewer) -> frozenset[int]:
    """Needs with whose askers the viewer's side, as helper, has an agreed match: their details are open to it."""
    if viewer.is_visitor:
        return frozenset()
    agreed = Match.objects.filter(sides.helper_side_of(viewer), state=MatchState.AGREED)
    return frozenset(agreed.values_list("need_id", flat=True))


def visited_need_ids(viewer: Viewer) -> frozenset[int]:
    """Those of them to whose place the helper goes: who is helped at the stop of a tour keeps their address."""
    if viewer.is_visitor:
        return frozenset()
    agreed = Match.objects.filter(sides.helper_side_of(viewer), state=MatchState.AGREED, offer__stop__isnull=True)
    return frozenset(agreed.values_list("need_id", flat=True))


def visits_for(viewer: Viewer) -> QuerySet[Visit]:
    """Visits of the viewer's matches, in the order of time."""
    if viewer.is_visitor:
        return Visit.objects.none()
    rows = Visit.objects.filter(match__in=Match.objects.filter(_visible(viewer)).values("pk"))
    return _visits_with_details(rows).order_by("starts_at", "pk")


def visit_by_id(viewer: Viewer, public_id: UUID) -> Visit:
    found = visits_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def contact_of(viewer: Viewer, match: Match, person: Person) -> Contact:
    """How to reach the other side (or one's own), for the two sides of an agreed match, until it closes."""
    if not may_see_contacts(viewer, match) or person.pk not in (match.helper_id, match.person_id):
        raise NotFound
    return Contact(person_id=person.pk, name=person.name, phone=person.phone, email=person.email)


def may_see_contacts(viewer: Viewer, match: Match) -> bool:
    """Only the helper, the person helped and their live proxy, and only while the match is agreed and not paused."""
    if match.state != MatchState.AGREED or viewer.person_id is None:
        return False
    return viewer.person_id in (match.helper_id, match.person_id) or sides.is_proxy(viewer, match.need)


def meets_in_a_match(viewer: Viewer, person_id: int) -> bool:
    """The two met by a match once, as its two sides or because one came along: what one said is never for the other."""
    if viewer.person_id is None:
        return False
    spoken_for = [viewer.person_id, *(mandate.for_person_id for mandate in viewer.mandates)]
    helped = sides.helper_side_of(viewer) & Q(person_id=person_id)
    if Match.objects.filter(helped | Q(person_id__in=spoken_for, helper_id=person_id)).exists():
        return True
    came = _brings_together(viewer.person_id, person_id) | _brings_together(person_id, viewer.person_id)
    return said_yes_to_coming().filter(came).exists()


def said_yes_to_coming() -> QuerySet[CompanionProposal]:
    """Visits to which somebody said yes to coming along, whatever came of that."""
    return CompanionProposal.objects.filter(companion_answered_at__isnull=False).exclude(state=CompanionState.DECLINED)


def _brings_together(companion_id: int, other_id: int) -> Q:
    met = Q(visit__match__helper_id=other_id) | Q(visit__match__person_id=other_id)
    return met & Q(companion_id=companion_id)


def own_outcome(viewer: Viewer, visit: Visit) -> Outcome | None:
    """What the viewer's own side said; the other side's words are not shown to anyone here."""
    side = side_of(viewer, visit.match)
    return next((outcome for outcome in visit.outcomes.all() if outcome.side == side), None)


def side_of(viewer: Viewer, match: Match) -> OutcomeSide | None:
    """Which side the viewer may speak for in their own right, if any; a helper never for the person helped."""
    if viewer.person_id is None:
        return None
    if viewer.person_id == match.helper_id:
        return OutcomeSide.HELPER
    return OutcomeSide.ASKER if sides.answers_for_asker(viewer, match.need, match.offer, match.helper_id) else None


def _visible(viewer: Viewer) -> Q:
    visible = asker_side_of(viewer, "need__") | sides.helper_side_of(viewer)
    return visible | worked_by(viewer, "need__place__path")


def _with_details(rows: QuerySet[Match]) -> QuerySet[Match]:
    return rows.select_related(*OF_A_MATCH).prefetch_related(visits_of_matches())


def visits_of_matches() -> Prefetch:
    """The visits of matches in order of time, with what was said of them."""
    return Prefetch("visits", queryset=Visit.objects.order_by("starts_at", "pk").prefetch_related("outcomes"))


def _visits_with_details(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    return rows.select_related(*(f"match__{path}" for path in OF_A_MATCH)).prefetch_related("outcomes")
