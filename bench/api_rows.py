"""Fifty needs with a match each, offers and their organizations: what `python -m bench.api` asks for."""

from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.actions import plant_area
from matchmaker.community.models import (
    Area,
    AreaLevel,
    Organization,
    OrganizationKind,
    Person,
    Post,
    PostKind,
    PostTerm,
    User,
)
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import Match, Proposal, ProposalState, ScoreCard
from matchmaker.needs.actions import load_service_types
from matchmaker.needs.models import Need, Offer, ServiceType

NEEDS: Final = 50
PLACE: Final = {"latitude": 40.0, "longitude": 110.0}


def put_rows(now: datetime) -> User:
    """The rows stand; the account of the coordinator, who may see all of them."""
    load_service_types()
    publish_score_cards(now=now)
    grid = _grid()
    coordinator = _person(grid, "desk", now)
    post = Post.objects.create(area=grid.parent, kind=PostKind.COORDINATOR)
    term = {"starts_date": now.date() - timedelta(days=30), "ends_date": now.date() + timedelta(days=300)}
    PostTerm.objects.create(post=post, person=coordinator, **term)
    for number in range(NEEDS):
        _agreed(grid, number, now)
    return User.objects.create_user("bench@matchmaker.invalid", person=coordinator, created_at=now)


def _grid() -> Area:
    above: Area | None = None
    for level in (AreaLevel.REGION, AreaLevel.SUB_DISTRICT, AreaLevel.JOINT_COMMUNITY, AreaLevel.COMMUNITY):
        zone = "Asia/Shanghai" if level == AreaLevel.COMMUNITY else ""
        above = plant_area(parent=above, level=level, name=f"level {level}", time_zone=zone)
    return plant_area(parent=above, level=AreaLevel.GRID, name="grid", **PLACE)


def _person(grid: Area, name: str, now: datetime) -> Person:
    assert grid.parent is not None
    return Person.objects.create(name=name, community=grid.parent, birth_year=1980, joined_at=now)


def _agreed(grid: Area, number: int, now: datetime) -> None:
    """One need, asked by one person and met by another, whose organization offers it."""
    asker, helper = (_person(grid, f"{side} {number}", now) for side in ("asker", "helper"))
    here = {"community": grid.parent, "place": grid, **PLACE}
    need = Need.objects.create(
        for_person=asker,
        asked_by=asker,
        service_type=ServiceType.objects.order_by("pk")[number % 10],
        details=f"words of need {number}",
        minutes=60,
        helpers_found=1,
        answer_by=now + timedelta(days=2),
        opened_at=now - timedelta(minutes=number),
        changed_at=now,
        **here,
    )
    organization = Organization.objects.create(
        name=f"organization {number}",
        kind=OrganizationKind.values[0],
        area=grid,
        phone="+8621000000",
        registered_at=now,
    )
    offer = Offer.objects.create(
        organization=organization, title=f"offer {number}", reach_m=1000, opened_at=now, **here
    )
    times = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=1)}
    proposal = Proposal.objects.create(
        need=need,
        offer=offer,
        helper=helper,
        score_card=ScoreCard.objects.order_by("pk")[0],
        score=1,
        terms=[],
        walk_m=100,
        ring=2,
        state=ProposalState.ACCEPTED,
        made_at=now,
        answer_due_at=now + timedelta(days=1),
        helper_asked_at=now,
        helper_answered_at=now,
        asker_answered_at=now,
        closed_at=now,
        **times,
    )
    Match.objects.create(
        proposal=proposal, need=need, offer=offer, helper=helper, person=asker, community=grid.parent, agreed_at=now
    )
