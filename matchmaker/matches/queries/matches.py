"""Matches, visits, contacts and what one side said, as each viewer may see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import Match, MatchState, Outcome, OutcomeSide, Visit
from matchmaker.matches.queries import sides
from matchmaker.needs.queries import asker_side_of


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach someone one has agreed to meet."""

    person_id: int
    name: str
    phone: str
    email: str


def matches_for(viewer: Viewer) -> QuerySet[Match]:
    """The viewer's own, those of whom they speak for, and all of the areas they work for; newest first."""
    if viewer.is_visitor:
        return Match.objects.none()
    return _with_details(Match.objects.filter(_visible(viewer))).order_by("-agreed_at", "-pk")


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
    """The two stood on the two sides of a match once: what one of them said is never for the other."""
    if viewer.person_id is None:
        return False
    spoken_for = [viewer.person_id, *(mandate.for_person_id for mandate in viewer.mandates)]
    helped = sides.helper_side_of(viewer) & Q(person_id=person_id)
    return Match.objects.filter(helped | Q(person_id__in=spoken_for, helper_id=person_id)).exists()


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
    return visible | sides.worked_by(viewer, "need__place__path")


def _with_details(rows: QuerySet[Match]) -> QuerySet[Match]:
    visits = Visit.objects.order_by("starts_at", "pk").prefetch_related("outcomes")
    return rows.select_related(*_OF_A_MATCH).prefetch_related(Prefetch("visits", queryset=visits))


def _visits_with_details(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    return rows.select_related(*(f"match__{path}" for path in _OF_A_MATCH)).prefetch_related("outcomes")


_OF_A_MATCH = (
    "proposal",
    "need__service_type",
    "need__place",
    "need__community",
    "need__for_person__account",
    "offer__organization",
    "helper__account",
    "person__account",
    "community",
)
