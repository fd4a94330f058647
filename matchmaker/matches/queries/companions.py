"""Companions as each viewer may see them: a companion reads a time and a place, and never what the help is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from matchmaker.community.care import cared_for, worked_by
from matchmaker.community.models import Area, AreaLevel, Person, PostKind
from matchmaker.community.queries import grid_of
from matchmaker.community.viewers import Viewer
from matchmaker.engine import sentences
from matchmaker.errors import NotFound
from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    CompanionPart,
    CompanionProposal,
    CompanionState,
    CompanionWord,
    Match,
    MatchState,
    Visit,
    VisitState,
    Willingness,
)
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import OF_A_MATCH
from matchmaker.needs.queries import asker_side_of, spoken_on_by

TURNED_AWAY_FROM: Final = timedelta(minutes=30)
"""So long before a visit somebody may stand at the door."""
COUNTED_FOR: Final = timedelta(days=90)
_SHOWN_WHILE: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Unwelcome:
    """Accompanied visits of which the asker said whether it was welcome, or turned the companion away."""

    spoken_of: int
    unwelcome: int


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """Of an accompanied visit somebody of the three who has not said how it was."""

    proposal: CompanionProposal
    part: str
    person: Person
    has_taken_others: bool
    """The viewer took the words of another of the three."""


@dataclass(frozen=True, slots=True)
class PossibleWithCompanion:
    """What the pages offer to press; each action looks again."""

    answer_as_companion: bool = False
    answer_as_asker: bool = False
    withdraw: bool = False
    turn_away: bool = False
    speak: bool = False


def companion_proposals_for(viewer: Viewer) -> QuerySet[CompanionProposal]:
    """Those put to the viewer, those whose companion said yes to whoever is helped, those agreed for the helper, and
    all of the areas the viewer works for; the next visit first.

    Who said "not this time" stands in nobody's list but their own and the workers'.
    """
    if viewer.is_visitor:
        return CompanionProposal.objects.none()
    named = Q(companion_answered_at__isnull=False) & ~Q(state=CompanionState.DECLINED)
    agreed = Q(asker_answered_at__isnull=False) & ~Q(state=CompanionState.REFUSED)
    visible = Q(companion_id=viewer.person_id)
    visible |= named & asker_side_of(viewer, "visit__match__need__")
    visible |= agreed & Q(visit__match__helper_id=viewer.person_id)
    visible |= worked_by(viewer, "visit__match__need__place__path")
    rows = CompanionProposal.objects.filter(visible)
    return _with_details(rows).order_by("visit__starts_at", "pk")


def companion_proposal_by_id(viewer: Viewer, public_id: UUID) -> CompanionProposal:
    found = companion_proposals_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def companions_to_answer(viewer: Viewer) -> QuerySet[CompanionProposal]:
    """What waits for the viewer's own yes or no: to come along, or to have this neighbour along."""
    mine = Q(state=CompanionState.AWAITING_COMPANION, companion_id=viewer.person_id)
    asked = Q(state=CompanionState.AWAITING_ASKER) & spoken_on_by(viewer, "visit__match__need__")
    return companion_proposals_for(viewer).filter(mine | asked)


def company_ahead(viewer: Viewer, *, now: datetime) -> QuerySet[CompanionProposal]:
    """Visits that the viewer comes along on, or said yes to coming along on, and that are not over."""
    states = (CompanionState.AWAITING_ASKER, CompanionState.AGREED)
    rows = companion_proposals_for(viewer).filter(companion_id=viewer.person_id, state__in=states)
    return rows.filter(visit__ends_at__gt=now)


def company_to_speak_of(viewer: Viewer, *, now: datetime) -> QuerySet[CompanionProposal]:
    """Accompanied visits that are over and of which the viewer has said nothing, for a fortnight."""
    if viewer.is_visitor:
        return CompanionProposal.objects.none()
    parts = (
        (CompanionPart.COMPANION, Q(companion_id=viewer.person_id)),
        (CompanionPart.HELPER, Q(visit__match__helper_id=viewer.person_id)),
        (CompanionPart.ASKER, spoken_on_by(viewer, "visit__match__need__") & ~Q(companion_id=viewer.person_id)),
    )
    silent = Q(pk__in=())
    for part, own in parts:
        silent |= own & ~Q(Exists(CompanionWord.objects.filter(proposal=OuterRef("pk"), part=part)))
    over = companion_proposals_for(viewer).filter(
        state=CompanionState.AGREED, visit__ends_at__lte=now, visit__ends_at__gt=now - _SHOWN_WHILE
    )
    return over.filter(silent).exclude(visit__match__state=MatchState.SUSPENDED)


def companions_of(viewer: Viewer, match: Match) -> list[CompanionProposal]:
    """The live proposals on the visits of a match that the viewer may see, in the order of time."""
    rows = companion_proposals_for(viewer).filter(visit__match=match, state__in=COMPANION_LIVE_STATES)
    return list(rows.filter(visit__state=VisitState.PLANNED))


def company_waiting(viewer: Viewer) -> QuerySet[CompanionProposal]:
    """Questions to people without an account in the viewer's areas: whom a worker asks by phone or at the door."""
    companion = Q(state=CompanionState.AWAITING_COMPANION, companion__account__isnull=True)
    asker = Q(state=CompanionState.AWAITING_ASKER, visit__match__person__account__isnull=True)
    worked = worked_by(viewer, "visit__match__need__place__path")
    return companion_proposals_for(viewer).filter(worked & (companion | asker))


def company_words_to_take(viewer: Viewer, *, now: datetime, at_most: int) -> list[CompanyWords]:
    """Whom of the three a worker asks how it was, because they have no account, for a fortnight; the oldest first."""
    worked = worked_by(viewer, "visit__match__need__place__path")
    over = companion_proposals_for(viewer).filter(
        worked, state=CompanionState.AGREED, visit__ends_at__lte=now, visit__ends_at__gt=now - _SHOWN_WHILE
    )
    over = over.filter(_waits_for_words()).exclude(visit__match__state=MatchState.SUSPENDED)
    found = [words for proposal in over[:at_most] for words in _silent(viewer, proposal)]
    return found[:at_most]


def _waits_for_words() -> Q:
    """Somebody of the three has no account and has not spoken."""
    found = Q(pk__in=())
    for part, person in (
        (CompanionPart.ASKER, "visit__match__person"),
        (CompanionPart.HELPER, "visit__match__helper"),
        (CompanionPart.COMPANION, "companion"),
    ):
        said = CompanionWord.objects.filter(proposal=OuterRef("pk"), part=part)
        found |= Q(~Exists(said), **{f"{person}__account__isnull": True})
    return found


def _silent(viewer: Viewer, proposal: CompanionProposal) -> list[CompanyWords]:
    match = proposal.visit.match
    said = {word.part for word in proposal.words.all()}
    taken = any(word.given_by_id == viewer.person_id for word in proposal.words.all())
    if companion_part_of(viewer, proposal) is not None:
        return []
    three = (
        (CompanionPart.ASKER, match.person, sides.hears_asker(viewer, match.need, match.offer, match.helper_id)),
        (CompanionPart.HELPER, match.helper, sides.hears_helper(viewer, match.need, match.helper)),
        (CompanionPart.COMPANION, proposal.companion, sides.hears_helper(viewer, match.need, proposal.companion)),
    )
    return [
        CompanyWords(proposal, part, person, taken)
        for part, person, hears in three
        if hears and part not in said and not sides.has_account(person)
    ]


def may_wish_companion(viewer: Viewer, match: Match, *, now: datetime) -> bool:
    """The side that is helped may wish for company: where the type allows it, the community gives hours for it, and
    a visit lies ahead."""
    if match.state != MatchState.AGREED or not match.need.service_type.companions_allowed:
        return False
    own = sides.answers_for_asker(viewer, match.need, match.offer, match.helper_id)
    if not own and not sides.hears_asker(viewer, match.need, match.offer, match.helper_id):
        return False
    budget = getattr(match.community, "companion_budget", None)
    if budget is None or budget.hours_per_week == 0 or budget.stopped_at is not None:
        return False
    return any(visit.state == VisitState.PLANNED and visit.starts_at > now for visit in match.visits.all())


def wishes_companion(viewer: Viewer, match: Match) -> bool:
    """Whether company is wished for: for the side that is helped and workers, and not for the helper."""
    own = sides.answers_for_asker(viewer, match.need, match.offer, match.helper_id)
    if not own and not sides.is_worker(viewer, match.need):
        return False
    return hasattr(match, "companion_wish")


def is_companion_side(viewer: Viewer, proposal: CompanionProposal) -> bool:
    return viewer.person_id is not None and viewer.person_id == proposal.companion_id


def stands_with_companion(viewer: Viewer, proposal: CompanionProposal) -> bool:
    """Nobody answers, or speaks, for the asker about themself."""
    return is_companion_side(viewer, proposal)


def companion_part_of(viewer: Viewer, proposal: CompanionProposal) -> str | None:
    """Which of the three the viewer speaks for in their own right."""
    if is_companion_side(viewer, proposal):
        return CompanionPart.COMPANION
    match = proposal.visit.match
    if viewer.person_id is not None and viewer.person_id == match.helper_id:
        return CompanionPart.HELPER
    own = sides.answers_for_asker(viewer, match.need, match.offer, match.helper_id)
    return CompanionPart.ASKER if own else None


def own_companion_word(viewer: Viewer, proposal: CompanionProposal) -> CompanionWord | None:
    """What the viewer's own part said; nobody reads the others' words here."""
    part = companion_part_of(viewer, proposal)
    return next((word for word in proposal.words.all() if word.part == part), None)


def possible_with(viewer: Viewer, proposal: CompanionProposal, *, now: datetime) -> PossibleWithCompanion:
    part, visit = companion_part_of(viewer, proposal), proposal.visit
    ahead = visit.starts_at > now
    agreed = proposal.state == CompanionState.AGREED
    at_the_door = visit.starts_at - TURNED_AWAY_FROM <= now <= visit.ends_at
    is_asker = part == CompanionPart.ASKER
    return PossibleWithCompanion(
        answer_as_companion=ahead
        and part == CompanionPart.COMPANION
        and proposal.state == CompanionState.AWAITING_COMPANION,
        answer_as_asker=ahead and is_asker and proposal.state == CompanionState.AWAITING_ASKER,
        withdraw=ahead
        and part is not None
        and (agreed or (part == CompanionPart.COMPANION and proposal.state == CompanionState.AWAITING_ASKER)),
        turn_away=agreed and is_asker and at_the_door and visit.state == VisitState.PLANNED,
        speak=agreed
        and part is not None
        and visit.starts_at <= now
        and visit.match.state != MatchState.SUSPENDED
        and own_companion_word(viewer, proposal) is None,
    )


def company_state(viewer: Viewer, proposal: CompanionProposal) -> str:
    """How it stands; whoever would have come along reads that it was called off, never that somebody would rather
    not."""
    if is_companion_side(viewer, proposal) and proposal.state == CompanionState.REFUSED:
        return CompanionState.WITHDRAWN
    return proposal.state


def company_place(viewer: Viewer, proposal: CompanionProposal) -> Area:
    """Where the visit is, at home or at a stop: for the companion the grid alone, until they are said yes to."""
    match = proposal.visit.match
    place = match.need.place if match.offer.stop is None else match.offer.stop.place
    if is_companion_side(viewer, proposal) and not _meets(proposal):
        return grid_of(place)
    return place


def shows_home(viewer: Viewer, proposal: CompanionProposal) -> bool:
    """Whether the place is the exact one."""
    return not is_companion_side(viewer, proposal) or _meets(proposal)


def company_names(viewer: Viewer, proposal: CompanionProposal) -> list[str]:
    """Whom the viewer meets, by name: the companion the two others, once agreed; the others the companion."""
    match = proposal.visit.match
    if is_companion_side(viewer, proposal):
        return [match.helper.name, match.person.name] if _meets(proposal) else []
    return [proposal.companion.name]


def why_company(viewer: Viewer, proposal: CompanionProposal, language: str) -> str:
    """Why company is proposed: figures for workers of the area, one plain sentence without them for the three."""
    works = sides.is_worker(viewer, proposal.visit.match.need) and companion_part_of(viewer, proposal) is None
    code = proposal.reason if works else sentences.SAID_TO_SIDES.get(proposal.reason, proposal.reason)
    return sentences.sentence(sentences.REASONS, code, proposal.reason_params, language)


def own_willingness(viewer: Viewer) -> Willingness | None:
    if viewer.person_id is None:
        return None
    return Willingness.objects.filter(person_id=viewer.person_id).prefetch_related("hours").first()


def willingness_of(viewer: Viewer, person: Person) -> Willingness | None:
    """What somebody in the viewer's care said, for the worker who enters it for them."""
    rows = Willingness.objects.filter(cared_for(viewer, "person__"), person=person)
    return rows.first()


def willingness_for(viewer: Viewer) -> QuerySet[Willingness]:
    """The viewer's own, and that of people in their care."""
    rows = Willingness.objects.filter(Q(person_id=viewer.person_id) | cared_for(viewer, "person__"))
    return rows.select_related("person__household", "person__community").prefetch_related("hours")


def companions_to_vet(viewer: Viewer) -> QuerySet[Willingness]:
    """Who would come along and whom no worker has looked at, in the viewer's areas; never the viewer."""
    rows = Willingness.objects.filter(
        cared_for(viewer, "person__"), vetted_at__isnull=True, paused_at__isnull=True, person__left_at__isnull=True
    )
    rows = rows.exclude(person_id=viewer.person_id or 0).select_related("person__household", "person__community")
    return rows.prefetch_related("hours").order_by("opened_at", "pk")


def may_set_budget(viewer: Viewer, community: Area) -> bool:
    return viewer.holds(PostKind.COORDINATOR, community.path)


def unwelcome_in(community_id: int, *, since: datetime) -> Unwelcome:
    """Counted from a moment on: two queries."""
    words = CompanionWord.objects.filter(
        proposal__visit__match__community_id=community_id, part=CompanionPart.ASKER, given_at__gte=since
    )
    said = words.aggregate(known=Count("pk", filter=Q(welcome__isnull=False)), bad=Count("pk", filter=Q(welcome=False)))
    turned = CompanionProposal.objects.filter(
        visit__match__community_id=community_id, state=CompanionState.TURNED_AWAY, closed_at__gte=since
    ).count()
    return Unwelcome(said["known"] + turned, said["bad"] + turned)


def companion_figures(viewer: Viewer, *, now: datetime) -> QuerySet[Area]:
    """The communities the viewer works in, each with its figures, in the order of the tree: one query.

    `hours_per_week` and `stopped_at` of its budget; `willing`; `held` and `accompanied`, visits of the last ninety
    days; `spoken_of` and `unwelcome`, counted since the budget was set. A share is a result, never a target.
    """
    since = Coalesce(OuterRef("companion_budget__set_at"), Value(now - COUNTED_FOR, output_field=DateTimeField()))
    came = CompanionProposal.objects.filter(visit=OuterRef("pk"), state=CompanionState.AGREED)
    held = Visit.objects.filter(match__community=OuterRef("pk"), state=VisitState.DONE, ends_at__gt=now - COUNTED_FOR)
    words = CompanionWord.objects.filter(
        proposal__visit__match__community=OuterRef("pk"), part=CompanionPart.ASKER, given_at__gte=since
    )
    turned = CompanionProposal.objects.filter(
        visit__match__community=OuterRef("pk"), state=CompanionState.TURNED_AWAY, closed_at__gte=since
    )
    willing = Willingness.objects.filter(person__community=OuterRef("pk"), paused_at__isnull=True)
    communities = Area.objects.filter(worked_by(viewer, "path"), level=AreaLevel.COMMUNITY).exclude(time_zone="")
    return communities.annotate(
        hours_per_week=Coalesce(F("companion_budget__hours_per_week"), 0),
        stopped_at=F("companion_budget__stopped_at"),
        willing=_count(willing),
        held=_count(held),
        accompanied=_count(held.filter(Exists(came.exclude(words__came=False)))),
        spoken_of=_count(words.filter(welcome__isnull=False)) + _count(turned),
        unwelcome=_count(words.filter(welcome=False)) + _count(turned),
    ).order_by("path")


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as part of another query."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _meets(proposal: CompanionProposal) -> bool:
    """What the three agreed to stands or took place."""
    return proposal.state == CompanionState.AGREED and proposal.visit.state != VisitState.CANCELLED


def _with_details(rows: QuerySet[CompanionProposal]) -> QuerySet[CompanionProposal]:
    """The rows with all that doors and predicates read of them: two queries, however many rows."""
    return rows.select_related(
        *(f"visit__match__{path}" for path in OF_A_MATCH),
        "visit__match__need__place__parent__parent",
        "visit__match__offer__stop__place__parent__parent",
        "companion__account",
    ).prefetch_related("words")
