"""Needs of a month, met and not met, stored as rows: hundreds of them in a moment."""

from datetime import datetime, timedelta

from matchmaker.community.models import Person
from matchmaker.matches.actions import publish_month
from matchmaker.matches.models import Match, Proposal, ProposalState, ScoreCard
from matchmaker.needs.models import Need, NeedState, Offer, ServiceType
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, load_service_types_once, open_offer_for

FEBRUARY = NOW - timedelta(days=20)
"""10 February 2026, nine in the morning."""
JANUARY = NOW - timedelta(days=45)


def asked(
    town: SmallTown,
    person: Person,
    code: str = "DIGITAL_HELP",
    *,
    at: datetime = FEBRUARY,
    met_after: timedelta | None = None,
    state: str | None = None,
) -> Need:
    """A need that this person opened; of one that was met, somebody had agreed to come after so long."""
    load_service_types_once()
    state = state or (NeedState.OPEN if met_after is None else NeedState.MET)
    need = Need.objects.create(
        for_person=person,
        asked_by=person,
        community=person.community,
        service_type=ServiceType.objects.get(code=code),
        place=person.household,
        latitude=41.2,
        longitude=111.3,
        minutes=60,
        state=state,
        opened_at=at,
        changed_at=at,
        closed_at=None if state == NeedState.OPEN else at + timedelta(hours=1),
        answer_by=at + timedelta(days=5),
    )
    if met_after is not None:
        agreed(town, need, at=at + met_after)
    return need


def agreed(town: SmallTown, need: Need, *, at: datetime) -> Match:
    """The helper and whoever asked said yes."""
    offer = Offer.objects.first() or open_offer_for(town)
    helper = town.helper if need.for_person != town.helper else town.neighbour
    proposal = proposed(need, offer, helper, at=at, state=ProposalState.ACCEPTED)
    return Match.objects.create(
        proposal=proposal,
        need=need,
        offer=offer,
        helper=helper,
        person=need.for_person,
        community=need.community,
        agreed_at=at,
    )


def proposed(
    need: Need, offer: Offer, helper: Person, *, at: datetime, state: str = ProposalState.ACCEPTED, asked: bool = True
) -> Proposal:
    return Proposal.objects.create(
        need=need,
        offer=offer,
        helper=helper,
        score_card=ScoreCard.objects.order_by("pk")[0],
        starts_at=at + timedelta(days=1),
        ends_at=at + timedelta(days=1, hours=1),
        score=10_000,
        terms=[],
        walk_m=100,
        ring=1,
        state=state,
        made_at=at,
        answer_due_at=at + timedelta(days=1),
        helper_asked_at=at if asked else None,
        closed_at=at + timedelta(hours=1),
    )


def a_month_told(town: SmallTown) -> str:
    """January is told of the town, in which a crowd asked for several kinds of help; the address of its page."""
    kinds = ("DIGITAL_HELP", "NURSING", "SPORTS", "FESTIVAL", "SHOPPING")
    for at, one in enumerate(crowd(town, 40)):
        for code in kinds[: 1 + at % len(kinds)]:
            met_after = timedelta(hours=5 + at) if at % 4 else None
            asked(town, one, code, at=JANUARY, met_after=met_after, state=None if met_after else NeedState.EXPIRED)
    publish_month(area_id=town.community.pk, month="2026-01-01", now=NOW)
    return f"/public/{town.community.public_id}"
