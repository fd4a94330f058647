"""Concerns: for who said them, and for workers of the area who are no part of the matter."""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import Concern, ConcernState, Match
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import OF_A_MATCH, said_yes_to_coming


def concerns_for(viewer: Viewer) -> QuerySet[Concern]:
    """What the viewer said, and what was said in the areas they work for, the open ones first; never about themself,
    nor as a deputy about the holder."""
    if viewer.is_visitor:
        return Concern.objects.none()
    worked = _worked_by(viewer) & ~_part_of(viewer)
    rows = Concern.objects.filter(Q(said_by_id=viewer.person_id) | worked).select_related(
        *(f"match__{path}" for path in OF_A_MATCH), "visit", "said_by", "taken_by"
    )
    return rows.order_by(F("resolved_at").asc(nulls_first=True), "said_at", "pk")


def concerns_to_answer(viewer: Viewer) -> QuerySet[Concern]:
    """What waits for a worker of these areas, or is in the viewer's hands; the longest waiting first."""
    handled = _worked_by(viewer) & ~_part_of(viewer)
    return concerns_for(viewer).filter(handled).exclude(state=ConcernState.RESOLVED)


def concern_by_id(viewer: Viewer, public_id: UUID) -> Concern:
    found = concerns_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def may_handle_concern(viewer: Viewer, concern: Concern) -> bool:
    """A worker of the area who stands on neither side, did not speak for one and does not come along; as a deputy
    neither where the holder does."""
    match = concern.match
    asked_by_id = match.need.asked_by_id if match.need.mandate_id is not None else None
    parties = {match.helper_id, match.person_id, asked_by_id, match.offer.person_id}
    if viewer.person_id is None or viewer.person_id in parties or sides.is_proxy(viewer, match.need):
        return False
    if concern.side and viewer.person_id == concern.said_by_id:
        return False
    company = company_of(match)
    if viewer.person_id in company or sides.is_clerk(viewer, match.offer):
        return False
    posts = (post for post in viewer.posts if post.kind in WORKER_POSTS)
    here = [post for post in posts if match.need.place.path.startswith(post.area_path)]
    said_by = {concern.said_by_id} if concern.side else set()
    return any(post.holder_id is None or post.holder_id not in parties | company | said_by for post in here)


def company_of(match: Match) -> frozenset[int]:
    """Who said yes to coming along on a visit of it, whatever came of that."""
    return frozenset(said_yes_to_coming().filter(visit__match=match).values_list("companion_id", flat=True))


def may_read_concern(viewer: Viewer, concern: Concern) -> bool:
    """Who said it, and the worker who has it in hand."""
    return viewer.person_id is not None and viewer.person_id in (concern.said_by_id, concern.taken_by_id)


def _worked_by(viewer: Viewer) -> Q:
    """Concerns of the areas in which the viewer is a worker; as a deputy none that the holder has a part in."""
    found = Q(pk__in=())
    for post in viewer.posts:
        if post.kind in WORKER_POSTS:
            here = Q(match__need__place__path__startswith=post.area_path)
            found |= here if post.holder_id is None else here & ~_of_person(post.holder_id)
    return found


def _of_person(person_id: int | None) -> Q:
    """Concerns of matches in which this person stands on a side, in their own name or for another, or comes along."""
    found = Q(match__helper_id=person_id) | Q(match__person_id=person_id) | Q(match__offer__person_id=person_id)
    found |= Q(match__need__asked_by_id=person_id, match__need__mandate__isnull=False)
    return found | Q(Exists(said_yes_to_coming().filter(companion_id=person_id, visit__match=OuterRef("match"))))


def _part_of(viewer: Viewer) -> Q:
    """Concerns of matches in which the viewer stands on a side, comes along, or holds a mandate of who was helped."""
    spoken_for = [mandate.for_person_id for mandate in viewer.mandates]
    found = _of_person(viewer.person_id) | Q(match__person_id__in=spoken_for)
    return found | Q(match__offer__organization_id__in=viewer.clerk_of) if viewer.clerk_of else found
