"""One need on its way through the small town, stopped at any stage.

The asker wants two helpers to go along to the clinic. The helper offers that in her own name, the organization
offers it through its clerk, who sends the member. Each stage is reached by the real actions.

    0 opened     the need and both offers stand; nobody verified it; an earlier round found nobody
    1 verified   the coordinator verified it; two proposals wait for a worker's look
    2 asked      both were approved; the helper and the clerk are asked
    3 one yes    the helper said yes, the clerk named the member; the asker is asked
    4 agreed     the asker said yes to both
    5 over       the visits took place and both sides spoke of them

Beside it the asker opened a need about public safety, verified from stage 1 on, for which nobody is looked for here,
and an emergency that the coordinator has looked back at.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from matchmaker.community.models import Area, Mandate, MandateKind, Person
from matchmaker.matches import actions
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    CityPlan,
    Match,
    Proposal,
    Round,
    RoundCut,
    RoundPhase,
    RoundState,
    ScoreCard,
    UnmetNeed,
    Visit,
)
from matchmaker.needs.actions import verify_need
from matchmaker.needs.drafts import Hours
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.actions import log_call, notify, plan_deliveries, read_notice, wish_notices
from matchmaker.notices.models import Call, DutyAlarm, Notice, NoticeKind
from tests import town_rows
from tests.duty_rows import emergency_now, raised_alarms
from tests.lists.importing import bring_lists
from tests.street_rows import put_the_street_map
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, small_town, viewer_of

OPENED, VERIFIED, ASKED, ONE_YES, AGREED, OVER = range(6)
STAGES: Final = ("opened", "verified", "asked", "one yes", "agreed", "over")
AFTER: Final = (0, 1, 2, 3, 4, 28)
"""Hours from the opening to each stage; the visits are the next morning."""

ONE_MORE: Final[dict[str, Any]] = {"rule": "ONE_MORE_OFFER", "offers": 1, "params": {}}
USUAL: Final[dict[str, Any]] = {
    "service_types": ("CLINIC_COMPANY",),
    "skills": ("推轮椅",),
    "languages": ("zh",),
    "details": "会推轮椅",
    "hours": (Hours(1, time(8), time(12)),),
}
"""What every offer of the way says."""


@dataclass
class Way:
    """The town and the rows of the way so far; `now` is the moment of the stage reached."""

    town: SmallTown
    stage: int
    need: Need
    safety_need: Need
    offer: Offer
    organization_offer: Offer
    paid_offer: Offer
    round: Round
    failed_round: Round
    city_plan: CityPlan
    emergency: Need
    alarms: tuple[DutyAlarm, ...]
    """One that rings, and one that the coordinator closed with a word."""
    proposals: tuple[Proposal, ...] = ()
    """The helper's, then the organization's."""
    matches: tuple[Match, ...] = ()

    @property
    def call(self) -> Call:
        """The neighbour wishes to be rung up, and was not at home when the coordinator tried."""
        return Call.objects.get(person=self.town.neighbour)

    @property
    def now(self) -> datetime:
        return moment_of(self.stage)

    @property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(Visit.objects.filter(match__in=self.matches).order_by("match_id", "starts_at"))


def moment_of(stage: int) -> datetime:
    return NOW + timedelta(hours=AFTER[stage])


def way_to(stage: int) -> Way:
    """The stored way up to this stage."""
    way = _opened()
    _ring_the_neighbour(way.town)
    bring_lists(way.town)
    for number, step in enumerate((_verify, _approve, _helpers_say_yes, _asker_says_yes, _speak), start=1):
        if number <= stage:
            way.stage = number
            step(way)
    return way


def _give_mandate(town: SmallTown) -> None:
    """The neighbour may speak for the elder, who was told of it; neither has a part in the way."""
    Mandate.objects.create(
        kind=MandateKind.PROXY,
        holder=town.neighbour,
        for_person=town.elder,
        scope=["READING"],
        evidence="一张签了字的纸",
        starts_date=NOW.date(),
        ends_date=NOW.date() + timedelta(days=90),
        told_at=NOW,
    )


def _opened() -> Way:
    town = small_town()
    _tell_more(town)
    actions.publish_score_cards(now=NOW)
    need = open_need_for(
        town,
        verified=False,
        service_type="CLINIC_COMPANY",
        consent="IN_APP",
        details="陪我去社区医院复查",
        risks="走楼梯时请扶一下",
        helpers_wanted=2,
        repeat="WEEKLY",
        repeat_until_date=(NOW + timedelta(days=1)).date(),
        skills=("推轮椅",),
        languages=("zh",),
        forms_accepted=("VOLUNTARY",),
        nobody_from_building=True,
    )
    safety_need = open_need_for(
        town, verified=False, service_type="PATROL", details="夜里楼道灯坏了", risks="光线暗", helper_sex="FEMALE"
    )
    paid_offer = open_offer_for(
        town,
        organization=town.organization,
        **USUAL,
        form="CONVENIENCE",
        price_yuan_per_hour=Decimal(30),
        reach="MINUTES",
        reach_minutes=20,
    )
    card = ScoreCard.objects.get(name="identity")
    done = _round(town, card, RoundState.DONE, cut_short=RoundCut.STOPPED)
    UnmetNeed.objects.create(round=done, need=need, helpers_missing=2, rule_code="SKILLS", reasons=[ONE_MORE])
    return Way(
        town=town,
        stage=OPENED,
        need=need,
        safety_need=safety_need,
        offer=open_offer_for(town, **USUAL),
        organization_offer=open_offer_for(
            town,
            organization=town.organization,
            **USUAL,
            reach="AREAS",
            reach_areas=(town.community.public_id,),
        ),
        paid_offer=paid_offer,
        round=done,
        emergency=emergency_now(town),
        alarms=raised_alarms(town, need),
        failed_round=_round(town, card, RoundState.FAILED, failure_code="LOST"),
        city_plan=_city_plan(town, card),
    )


def _tell_more(town: SmallTown) -> None:
    """Everybody has told what can be told, so that an empty field is one that is hidden."""
    _give_mandate(town)
    put_the_street_map(further_north=1.0)
    for number in range(5):
        town_rows.person(town.households[0], town.community, f"老人{number}", birth_year=1935, now=NOW)
    for name in ("asker", "helper", "member"):
        Person.objects.filter(pk=getattr(town, name).pk).update(email=f"{name}@town.invalid", skills=["推轮椅"])
    Person.objects.filter(pk=town.stranger.pk).update(listed_with_few_ties=True)
    Area.objects.filter(pk=town.community.pk).update(name_en="Test community")


def _ring_the_neighbour(town: SmallTown) -> None:
    neighbour, worker = viewer_of(town.neighbour), viewer_of(town.coordinator)
    wish_notices(viewer=viewer_of(town.asker), channel="APP", language="zh-hans", now=NOW)
    wish_notices(viewer=neighbour, channel="CALL", now=NOW)
    kind = NoticeKind.NEED_EXPIRED
    notify(person_id=town.neighbour.pk, kind=kind, about=town.station.public_id, key="ring", now=NOW, urgent=True)
    plan_deliveries(now=NOW)
    call_id = Call.objects.get().public_id
    log_call(viewer=worker, call_id=call_id, result="NOT_REACHED", note="没人接", now=NOW)


def _round(town: SmallTown, card: ScoreCard, state: RoundState, **fields: Any) -> Round:
    earlier = NOW - timedelta(hours=1)
    usual: dict[str, Any] = {
        "community": town.community,
        "score_card": card,
        "state": state,
        "requested_by": town.coordinator,
        "seed": 7,
        "horizon_start_at": NOW,
        "requested_at": earlier,
        "started_at": earlier,
        "finished_at": earlier,
        "stranger_index": 0.5,
        "phase": RoundPhase.WRITING,
        "heartbeat_at": earlier,
        "stop_asked_at": earlier,
        "incumbent_score": 0,
    }
    return Round.objects.create(**usual | fields)


def _city_plan(town: SmallTown, card: ScoreCard) -> CityPlan:
    """Of the joint community, with one round across its borders."""
    earlier = NOW - timedelta(hours=1)
    plan = CityPlan.objects.create(area=town.joint_community, seed=7, requested_at=earlier, finished_at=earlier)
    _round(town, card, RoundState.DONE, community=town.joint_community, city_plan=plan, is_between=True)
    return plan


def _verify(way: Way) -> None:
    worker = viewer_of(way.town.coordinator, now=way.now)
    for need in (way.need, way.safety_need):
        verify_need(viewer=worker, need_id=need.public_id, now=way.now)
    for notice in Notice.objects.filter(person=way.town.asker):
        read_notice(viewer=viewer_of(way.town.asker, now=way.now), notice_id=notice.public_id, now=way.now)
    actions.propose_next(need_id=way.need.pk, now=way.now)
    made = {proposal.offer_id: proposal for proposal in Proposal.objects.filter(need=way.need)}
    way.proposals = (made[way.offer.pk], made[way.organization_offer.pk])


def _approve(way: Way) -> None:
    worker = viewer_of(way.town.coordinator, now=way.now)
    for proposal in way.proposals:
        actions.approve_proposal(viewer=worker, proposal_id=proposal.public_id, reason="两边都问过了", now=way.now)
        actions.tell_helper(proposal_id=proposal.pk, now=way.now)


def _helpers_say_yes(way: Way) -> None:
    _accept(way, way.town.helper, way.proposals[0])
    clerk = viewer_of(way.town.clerk, now=way.now)
    actions.accept_proposal(
        viewer=clerk,
        proposal_id=way.proposals[1].public_id,
        helper_id=way.town.member.public_id,
        now=way.now,
    )


def _asker_says_yes(way: Way) -> None:
    for proposal in way.proposals:
        _accept(way, way.town.asker, proposal)
    way.matches = tuple(Match.objects.get(proposal=proposal) for proposal in way.proposals)


def _speak(way: Way) -> None:
    draft = OutcomeDraft(happened=True, went_well=1, greet_again=True, minutes=60, comment="谢谢")
    for visit in way.visits:
        for person in (visit.match.helper, way.town.asker):
            viewer = viewer_of(person, now=way.now)
            actions.record_outcome(viewer=viewer, visit_id=visit.public_id, draft=draft, now=way.now)


def _accept(way: Way, person: Person, proposal: Proposal) -> None:
    viewer = viewer_of(person, now=way.now)
    actions.accept_proposal(viewer=viewer, proposal_id=proposal.public_id, now=way.now)
