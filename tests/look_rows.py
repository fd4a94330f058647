"""Four neighbours whom the helper helped, a week apart; the first was not content, the others were."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from matchmaker.community.models import Person
from matchmaker.matches import actions, queries
from matchmaker.matches.actions import ask_second_look, publish_score_cards, take_second_look
from matchmaker.matches.models import Match, Outcome, Proposal, ScoreCard, SecondLook, Visit
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.models import Notice
from tests.towns import SmallTown, open_need_for, open_offer_for, tie, viewer_of, vouch

REASON: Final = "核实过了，那天地址临时改了"
DOUBTS: Final = "那天是临时换了地址，不是我去晚了"
LATER: Final = timedelta(days=40)
"""From the first need until the month after the last visit."""


@dataclass(frozen=True)
class Spoken:
    """The town, its visits in order, and a moment at which all that was said is told."""

    town: SmallTown
    visits: tuple[Visit, ...]
    later: datetime


def spoken_of(town: SmallTown) -> Spoken:
    """The neighbour vouched for the helper; the coordinator has no part in it, and a week lies between the visits."""
    for rater in (town.asker, town.stranger, town.member):
        tie(town.neighbour, rater, now=town.now)
    vouch(town.neighbour, town.helper, now=town.now)
    publish_score_cards(now=town.now)
    offer, need = open_offer_for(town), open_need_for(town, verified=False)
    raters = (town.stranger, town.asker, town.neighbour, town.member)
    visits = [_visit(need, offer, rater, town.now + timedelta(weeks=week)) for week, rater in enumerate(raters)]
    for visit, went_well in zip(visits, (-1, 1, 1, 1), strict=True):
        said = {"given_at": visit.ends_at, "happened": True}
        Outcome.objects.create(visit=visit, side="ASKER", given_by=visit.match.person, went_well=went_well, **said)
        Outcome.objects.create(visit=visit, side="HELPER", given_by=town.helper, **said)
    return Spoken(town, tuple(visits), town.now + LATER)


def _visit(like: Need, offer: Offer, rater: Person, starts_at: datetime) -> Visit:
    """A need such as this one, which the offer met."""
    need = Need.objects.get(pk=like.pk)
    need.pk, need.public_id, need.for_person, need.asked_by = None, uuid4(), rater, rater
    need.state, need.closed_at = "MET", starts_at
    need.save()
    ends_at = starts_at + timedelta(hours=1)
    card = ScoreCard.objects.earliest("pk")
    when = {"starts_at": starts_at, "ends_at": ends_at}
    proposal = Proposal.objects.create(
        need=need, offer=offer, helper=offer.person, score_card=card, state="ACCEPTED", score=0, terms=[],
        walk_m=100, ring=1, made_at=starts_at, answer_due_at=ends_at, helper_asked_at=starts_at, closed_at=starts_at,
        **when,
    )  # fmt: skip
    match = Match.objects.create(
        proposal=proposal, need=need, offer=offer, helper=offer.person, person=rater, community=need.community,
        state="DONE", agreed_at=starts_at, closed_at=ends_at,
    )  # fmt: skip
    return Visit.objects.create(match=match, minutes=60, state="DONE", closed_at=ends_at, **when)


def asked(spoken: Spoken, question: str = "HELP_FOUND", who: str = "helper", **said: object) -> SecondLook:
    """The helper doubts a sentence, or a worker logs that they do."""
    said.setdefault("now", spoken.later)
    return ask_second_look(viewer=viewer_of(getattr(spoken.town, who)), question=question, words=DOUBTS, **said)


def taken(spoken: Spoken, question: str = "HELP_FOUND") -> SecondLook:
    """The coordinator has it in hand."""
    look = asked(spoken, question)
    viewer = viewer_of(spoken.town.coordinator, now=spoken.later)
    return take_second_look(viewer=viewer, look_id=look.public_id, now=spoken.later)


def said_of(visit: Visit) -> Outcome:
    return visit.outcomes.get(side="ASKER")


def take_up(spoken: Spoken, look: SecondLook, who: str = "coordinator", later: timedelta = timedelta()) -> SecondLook:
    at = spoken.later + later
    viewer = viewer_of(getattr(spoken.town, who), now=at)
    return actions.take_second_look(viewer=viewer, look_id=look.public_id, now=at)


def answer_it(
    spoken: Spoken, look: SecondLook, answer: str = "UPHELD", who: str = "coordinator", **said: object
) -> SecondLook:
    viewer = viewer_of(getattr(spoken.town, who), now=spoken.later)
    said = {"reason": REASON, "now": spoken.later} | said
    return actions.answer_second_look(viewer=viewer, look_id=look.public_id, answer=answer, **said)


def told(spoken: Spoken) -> list[tuple[str, list[int]]]:
    found = queries.own_sentences(viewer_of(spoken.town.helper), "en", now=spoken.later)
    return [(sentence.answer, [what.count for what in sentence.rests_on]) for sentence in found]


def notices_of(person: Person, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()
