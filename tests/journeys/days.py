"""The days of the three front doors, told once: by thumb or by keyboard, in either language, at any screen.

A resident from asking to thanks, an organization's clerk from an offer to the report, a coordinator from the queue to
the decisions. Whoever is not at the door in question acts by the real actions; the clock moves on as the day does.
"""

from datetime import timedelta

import time_machine

from matchmaker.community.models import Person, Tie, TieKind
from matchmaker.matches import actions
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import Decision, LedgerEntry, Match, Proposal, ProposalState, Visit, VisitState
from matchmaker.needs.actions import verify_need
from matchmaker.needs.models import Need, Offer
from tests.journeys.neighbour import Neighbour, enter, work_through_jobs
from tests.town_rows import vouch
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, viewer_of

SOON_AFTER = timedelta(minutes=5)
REASON = "两家正在商量另一个安排"
PINNED_WHY = "两家都说好了，孩子也认识"
CLINIC = {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}


def from_ask_to_thanks(resident: Neighbour, town: SmallTown, clock: time_machine.Traveller) -> None:
    """The asker asks, says yes to the helper, is visited, and tells how it was."""
    vouch(town.coordinator, town.helper)
    open_offer_for(town, service_types=("DIGITAL_HELP",))
    enter(resident, town.asker)

    _asks(resident)
    _verified_and_answered(town)
    _says_yes_and_reads_the_number(resident, town)
    _is_visited(resident, clock)
    _tells_how_it_was(resident, town)

    entry = LedgerEntry.objects.get()
    assert (entry.giver, entry.receiver) == (town.helper, town.asker)
    assert Tie.objects.filter(kind=TieKind.HELPED, ended_at=None).count() == 1


def from_offer_to_report(clerk: Neighbour, town: SmallTown, clock: time_machine.Traveller) -> None:
    """The clerk offers help for the organization, names who goes, reads what it did, and takes the hours along."""
    enter(clerk, town.clerk)

    _offers_for_the_organization(clerk)
    open_need_for(town)
    work_through_jobs()
    _names_who_goes(clerk, town)
    _asker_says_yes_and_meets(town, clock)
    _reads_the_month(clerk, town)


def from_queue_to_decision(coordinator: Neighbour, town: SmallTown, clock: time_machine.Traveller) -> None:
    """The coordinator verifies, looks at the evidence, approves, refuses with a reason, pins one, and plans."""
    offers = [open_offer_for(town, person=one, service_types=("CLINIC_COMPANY",)) for one in (town.helper, town.member)]
    for person in (town.asker, town.newcomer):
        open_need_for(town, person=person, verified=False, **CLINIC)
    enter(coordinator, town.coordinator)

    _verifies(coordinator, 2)
    _looks_at_the_evidence(coordinator)
    _approves(coordinator)
    _refuses_with_a_reason(coordinator)
    pinned = _pins(coordinator, town)
    _plans(coordinator, pinned)

    said = dict(Decision.objects.values_list("kind", "reason"))
    assert said == {"APPROVE": "", "REFUSE": REASON, "OVERRIDE": PINNED_WHY}
    assert set(Decision.objects.values_list("decided_by", flat=True)) == {town.coordinator.pk}
    assert {offer.state for offer in offers} == {"OPEN"}


def _asks(resident: Neighbour) -> None:
    resident.open("/")
    resident.press("我想请人帮忙")
    resident.press("继续")
    resident.sees("请看一下这里", "请选一项。")
    resident.choose("手机电脑使用帮助")
    resident.press("继续")
    resident.fill(date="2026-03-03")
    resident.choose("上午（8点到12点）")
    resident.press("继续")
    resident.choose("在家里")
    resident.press("继续")
    resident.choose("1小时")
    resident.press("继续")
    resident.fill(details="想学会用社保的小程序")
    resident.press("继续")
    resident.sees("这样对吗？", "手机电脑使用帮助", "想学会用社保的小程序")
    resident.press("对，帮我找人")
    resident.sees("收到了", "您的编号是")


def _verified_and_answered(town: SmallTown) -> None:
    verify_need(viewer=viewer_of(town.coordinator), need_id=Need.objects.get().public_id, now=NOW)
    work_through_jobs()
    proposal = Proposal.objects.get()
    actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=NOW)


def _says_yes_and_reads_the_number(resident: Neighbour, town: SmallTown) -> None:
    resident.press("看我的事")
    resident.press("看一看，再答复")
    resident.sees("请这位来帮忙，好吗？", town.helper.name)
    resident.does_not_see(town.helper.phone)
    resident.press("好，请来")
    resident.press("时间、地点、电话")
    resident.sees("已约好", town.helper.name, town.helper.phone)


def _is_visited(resident: Neighbour, clock: time_machine.Traveller) -> None:
    visit = Visit.objects.get()
    address = f"/matches/{visit.match.public_id}"
    clock.move_to(visit.starts_at)
    resident.open(address)
    resident.press("邻居到了")
    clock.move_to(visit.ends_at)
    resident.press("邻居走了，平安")
    clock.move_to(visit.ends_at + SOON_AFTER)


def _tells_how_it_was(resident: Neighbour, town: SmallTown) -> None:
    _went_well(town.helper)
    resident.press("返回")
    resident.press("说说怎么样")
    resident.choose("见到了", "挺好", "愿意")
    resident.press("好了")
    resident.sees("谢谢您告诉我们")


def _offers_for_the_organization(clerk: Neighbour) -> None:
    clerk.open("/mine")
    clerk.press("测试助老服务社")
    clerk.press("登记一项服务")
    clerk.choose("测试助老服务社", "代购跑腿", "星期二", "星期三")
    clerk.fill(starts="08:00", ends="12:00")
    clerk.choose("走路15分钟以内")
    clerk.pick("visits_per_week", 3)
    clerk.press("我愿意帮")
    clerk.sees("谢谢您愿意帮忙")
    assert Offer.objects.get().organization is not None


def _names_who_goes(clerk: Neighbour, town: SmallTown) -> None:
    clerk.press("看我的事")
    clerk.press("测试助老服务社")
    clerk.sees("等组织答复")
    clerk.press("看一看，再答复")
    clerk.sees("您方便去帮忙吗？")
    clerk.does_not_see(town.asker.name, town.asker.phone)
    clerk.pick("helper_id", town.member.public_id)
    clerk.press("好，我去")
    clerk.sees("谢谢您答应。我们正在问对方。")


def _asker_says_yes_and_meets(town: SmallTown, clock: time_machine.Traveller) -> None:
    """The member taps when they come and go, and both say that they met."""
    asker, member = viewer_of(town.asker), viewer_of(town.member)
    actions.accept_proposal(viewer=asker, proposal_id=Proposal.objects.get().public_id, now=NOW)
    visit = Visit.objects.get()
    actions.arrive(viewer=member, visit_id=visit.public_id, now=visit.starts_at)
    actions.leave(viewer=member, visit_id=visit.public_id, now=visit.ends_at)
    clock.move_to(visit.ends_at + SOON_AFTER)
    for person in (town.asker, town.member):
        _went_well(person)
    assert Visit.objects.get().state == VisitState.DONE


def _reads_the_month(clerk: Neighbour, town: SmallTown) -> None:
    clerk.open("/mine")
    clerk.press("测试助老服务社")
    clerk.sees("这个月做了什么")
    did = clerk.page.locator("#did ~ table").first.locator("td").all_inner_texts()
    hours = clerk.download("下载服务时长（CSV）：").decode("utf-8-sig")

    assert did == ["1", "0", "1", clerk.own("1小时"), "1"]
    assert f"{town.member.name}" in hours
    assert "60" in hours
    assert town.asker.name not in hours


def _verifies(coordinator: Neighbour, count: int) -> None:
    coordinator.open("/mine")
    coordinator.press("待审核")
    for _ in range(count):
        coordinator.press("属实，开始找人")
    coordinator.sees("现在没有。新的需求会出现在这里。")
    work_through_jobs()
    assert Proposal.objects.filter(state=ProposalState.IN_REVIEW).count() == count


def _looks_at_the_evidence(coordinator: Neighbour) -> None:
    """How the two come to know each other, drawn, and the same as a table."""
    coordinator.press("待审核")
    coordinator.press("→")
    coordinator.sees("怎么认识的", "同样的内容，写成表")
    assert coordinator.page.locator("svg.lanes").is_visible()
    coordinator.press("返回")


def _approves(coordinator: Neighbour) -> None:
    coordinator.press("同意")
    assert Proposal.objects.filter(state=ProposalState.AWAITING_HELPER).count() == 1


def _refuses_with_a_reason(coordinator: Neighbour) -> None:
    """Without a written reason nothing is refused, and the page asks for it."""
    coordinator.unfold("不同意…")
    coordinator.press("不同意")
    coordinator.sees("请看一下这里", "原因：请写明原因。")
    coordinator.write("原因", REASON)
    coordinator.press("不同意")
    assert Proposal.objects.filter(state=ProposalState.REFUSED).count() == 1


def _pins(coordinator: Neighbour, town: SmallTown) -> Offer:
    """For one more request the coordinator names who is to be planned first, with a reason."""
    vouch(town.coordinator, town.neighbour)
    pinned = open_offer_for(town, person=town.neighbour)
    need = open_need_for(town, person=town.stranger)
    coordinator.open(f"/needs/{need.public_id}")
    coordinator.press("看谁能来，指定或排除一位")
    coordinator.tick(pinned.public_id)
    coordinator.choose("指定：先安排这一位")
    coordinator.write("原因", PINNED_WHY)
    coordinator.press("就这样")
    coordinator.sees("指定和排除", PINNED_WHY)
    return pinned


def _plans(coordinator: Neighbour, pinned: Offer) -> None:
    """The plan holds the pair; whoever pinned it cannot approve it alone, and reads why."""
    coordinator.press("待审核")
    coordinator.press("开始集中安排")
    work_through_jobs()
    coordinator.press("待审核")
    coordinator.sees("由同事人工安排。")
    proposal = Proposal.objects.get(offer=pinned)
    coordinator.sees("要由另一位工作人员同意。")
    assert coordinator.page.locator(f'form[action="/proposals/{proposal.public_id}/approve"]').count() == 0


def _went_well(person: Person) -> None:
    visit = Visit.objects.get()
    draft = OutcomeDraft(happened=True, went_well=1, greet_again=True, minutes=60)
    actions.record_outcome(
        viewer=viewer_of(person), visit_id=visit.public_id, draft=draft, now=visit.ends_at + SOON_AFTER
    )
    assert Match.objects.count() == 1
