"""The reasons in plain words: why this candidate, why nobody, why not me.

A reason is a code with parameters; its two sentences, Chinese and English, are rows of the tables below. What would
tell one side about the other's trust, ties or wishes is for coordinators alone, or is said in general words.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from matchmaker.engine.eligibility import (
    RULES,
    Types,
    block_starts,
    first_refusal,
    refusals,
    uncapped_starts,
    visit_quarters,
    walk_m,
)
from matchmaker.engine.problem import ALWAYS, QUARTER_MINUTES, NeedFacts, OfferFacts
from matchmaker.engine.scoring import IDENTITY, ScoreCard, Term
from matchmaker.engine.trust import Params

HOUR_QUARTERS: Final = 60 // QUARTER_MINUTES
FURTHEST_SHIFT_HOURS: Final = 7 * 24
REACH_STEP_M: Final = 50
"""A wider reach is proposed in whole steps."""


class Reader(StrEnum):
    """Who reads: a side of the match, or a coordinator of the area."""

    SIDE = "SIDE"
    COORDINATOR = "COORDINATOR"


@dataclass(frozen=True, slots=True)
class Sentence:
    zh: str
    en: str


REASONS: Final[Mapping[str, Sentence]] = {
    "OFFERS_JUST_THIS": Sentence("对方能提供的正是这项帮助。", "They offer just this kind of help."),
    "OFFERS_THIS_KIND": Sentence("对方能提供的帮助包含这一项。", "What they offer covers this kind of help."),
    "WALK": Sentence("步行约{minutes}分钟（{walk_m}米）。", "About {minutes} minutes on foot ({walk_m} m)."),
    "WENT_WELL_TOGETHER": Sentence(
        "根据你们以前见过的{visits}次面来看。", "Judged by the visits you had together so far ({visits})."
    ),
    "OTHERS_WERE_CONTENT": Sentence(
        "参考了{people}位邻居的反馈。", "Judged by what neighbours said before ({people} of them)."
    ),
    "ORGANIZATION_WENT_WELL": Sentence(
        "这家组织已有{visits}次双方确认的服务。", "This organization has {visits} visits confirmed by both sides."
    ),
    "NO_EXPERIENCE_YET": Sentence(
        "还没有相关反馈，这不影响推荐。", "Nobody has said anything yet; that is no reproach."
    ),
    "FRIENDS_IN_COMMON": Sentence(
        "你们有共同认识的邻居，认识后容易常来往。",
        "You know some of the same neighbours, so you are likely to stay in touch.",
    ),
    "NEW_CIRCLES_MEET": Sentence(
        "你们还没有共同认识的人，这次见面能让两边的邻居熟悉起来。",
        "You know nobody in common yet, so this brings two circles of neighbours together.",
    ),
    "NOT_LOOKED_AT": Sentence("按本人意愿，这一项没有查看。", "As was wished, this was not looked at."),
    "TIES_NOT_KNOWN_YET": Sentence("还不了解邻里往来情况。", "Who knows whom is not known yet."),
    "ORGANIZATION_MAKES_NO_TIE": Sentence("由组织上门，不计邻里往来。", "An organization comes; ties do not count."),
    "HELPED_BEFORE": Sentence("以前帮过忙，双方都愿意再见面。", "They helped before and would be welcome again."),
    "FIRST_TIME_TOGETHER": Sentence("这是你们第一次见面。", "This would be your first time together."),
    "NO_WEEKLY_LIMIT": Sentence("没有设每周次数上限。", "No weekly limit was set."),
    "HAS_ROOM": Sentence("每周还能安排{visits}次。", "There is room for {visits} more visits a week."),
    "NEARLY_FULL": Sentence("这周只能再安排{visits}次。", "Only {visits} more visits fit into a week."),
    "HELPER_HAS_FEW_TIES": Sentence(
        "对方目前少往来，正好借此多认识人。", "They have few ties so far and would get to know people."
    ),
    "ANCHORED": Sentence("在这一带已有{words}份引荐或反馈。", "Known around here through {words} words given."),
    "NEAREST_RING": Sentence("这是离得最近的一圈。", "They are among the nearest."),
    "TOO_FEW_NEARER": Sentence(
        "更近处合适的人不多，所以也看了稍远的。", "Few suitable offers are nearer, so we looked a little further."
    ),
    "FURTHER_FOR_IDENTITY": Sentence(
        "住得稍远，但更能让邻里熟悉起来。", "A little further away, but it would bring neighbours together."
    ),
    "FURTHER_FOR_CONTINUITY": Sentence("住得稍远，但以前帮过忙。", "A little further away, but they helped before."),
    "NEARER_TAKEN": Sentence(
        "更近的人这次安排给了别的需求。", "Those who live nearer are helping someone else this time."
    ),
}

REFUSALS: Final[Mapping[str, Sentence]] = {
    "SERVICE_TYPE": Sentence("目前没有人提供这类帮助。", "Nobody offers this kind of help at present."),
    "FORM": Sentence(
        "有人能帮，但方式（公益、志愿或便民）不是所选的。", "There is help, but not in the form that was chosen."
    ),
    "PUBLIC_DUTY": Sentence(
        "这是政府部门的职责，不能由志愿者代办。", "This is a public duty and cannot be left to volunteers."
    ),
    "OWN_NEED": Sentence(
        "本人和代为提出的人不能担任帮手。", "Nobody helps with their own need, or with one they asked for."
    ),
    "EXCLUDED": Sentence("剩下的人这次不方便。", "Those who remain are not available this time."),
    "SAME_BUILDING": Sentence("只有同一栋楼的邻居能帮。", "Only neighbours from the same building could come."),
    "HELPER_SEX": Sentence("没有符合所希望性别的帮手。", "Nobody of the sex asked for could come."),
    "SKILLS": Sentence("没有人具备所需的全部技能。", "Nobody has all the skills that are needed."),
    "LANGUAGE": Sentence("没有人会说所需的语言。", "Nobody speaks a language that was asked for."),
    "AGE": Sentence("这类帮助对帮手的年龄有要求。", "This kind of help asks for an older helper."),
    "GUARDIAN_CONSENT": Sentence("未成年帮手需要监护人同意。", "A helper under 18 needs a guardian's consent."),
    "CLEARANCE": Sentence("帮手还没有有效的审核记录。", "No helper has the valid clearance that this asks for."),
    "TRAINING": Sentence("帮手还没有完成所需培训。", "No helper has had the training that this asks for."),
    "LICENCE": Sentence("帮手没有所需的执业资格。", "No helper holds the licence that this asks for."),
    "INSURANCE": Sentence(
        "有一定风险，需要先为帮手办好保险。", "There is some risk, so the helper must be insured first."
    ),
    "REACH": Sentence("能帮的人都住得太远。", "Everyone who could help is too far away."),
    "TIME": Sentence("能帮的人在这些时间都没有空。", "Nobody who could help is free at these times."),
    "LOAD": Sentence("能帮的人本周都已排满。", "Everyone who could help has taken on enough already."),
    "ALL_TAKEN": Sentence("合适的人这次都安排给了别的需求。", "Those who could come are helping others this time."),
}

NOT_ME: Final[Mapping[str, Sentence]] = {
    "SERVICE_TYPE": Sentence("您没有登记这类帮助。", "Your offer does not name this kind of help."),
    "FORM": Sentence("对方希望以另一种方式得到帮助。", "Another form of help was asked for."),
    "OWN_NEED": Sentence("这是您本人或您代为提出的需求。", "This need is your own, or you asked for it."),
    "SKILLS": Sentence("这项需求要求您尚未登记的技能。", "This asks for a skill you have not listed."),
    "LANGUAGE": Sentence("这项需求要求您尚未登记的语言。", "This asks for a language you have not listed."),
    "AGE": Sentence(
        "这类帮助对年龄有要求。", "This kind of help asks for an older helper, or your year of birth is missing."
    ),
    "GUARDIAN_CONSENT": Sentence("还需要您的监护人同意。", "Your guardian's consent is still missing."),
    "CLEARANCE": Sentence(
        "您还没有有效的审核记录，可以向社区申请。", "You need a valid clearance; the community desk can help."
    ),
    "TRAINING": Sentence("您还需要参加一次培训。", "You would need a training first."),
    "LICENCE": Sentence("这项帮助需要执业资格。", "This asks for a professional licence."),
    "INSURANCE": Sentence("需要先为您办好保险。", "You would need to be insured first."),
    "REACH": Sentence("超出了您愿意去的范围。", "It is further than you said you would go."),
    "TIME": Sentence("您和对方没有都方便的时间。", "You and they have no time in common."),
    "LOAD": Sentence("您本周的次数已满，谢谢您。", "Your visits for the week are full. Thank you."),
    "ANOTHER_WISH": Sentence("这次按对方的意愿另作安排。", "This need is being met in another way."),
    "OTHERS_THIS_TIME": Sentence(
        "这次请了另一位邻居，下次还会想到您。", "Another neighbour was asked this time; you stay in."
    ),
}

CHANGES: Final[Mapping[str, Sentence]] = {
    "TIME": Sentence(
        "如果时间能前后挪动{hours}小时，就有{offers}人可以来。",
        "If the time could move by {hours} hours, {offers} could come.",
    ),
    "REACH": Sentence(
        "如果有人愿意多走{more_m}米，就有{offers}人可以来。",
        "If a helper went {more_m} m further, {offers} could come.",
    ),
    "LOAD": Sentence(
        "如果有人愿意多帮一次，就有{offers}人可以来。", "If a helper took on one more visit, {offers} could come."
    ),
    "LANGUAGE": Sentence(
        "如果不限语言，就有{offers}人可以来。", "If the language were left open, {offers} could come."
    ),
    "SKILLS": Sentence("如果不要求{what}，就有{offers}人可以来。", "Without asking for {what}, {offers} could come."),
    "FORM": Sentence("如果也接受{what}，就有{offers}人可以来。", "If {what} were accepted too, {offers} could come."),
    "SAME_BUILDING": Sentence(
        "如果同一栋楼的邻居也可以，就有{offers}人可以来。",
        "If neighbours of the same building were welcome, {offers} could come.",
    ),
    "HELPER_SEX": Sentence("如果不限帮手性别，就有{offers}人可以来。", "If anyone were welcome, {offers} could come."),
    "INSURANCE": Sentence("办好保险后，就有{offers}人可以来。", "Once insured, {offers} could come."),
    "TRAINING": Sentence(
        "完成培训（{what}）后，就有{offers}人可以来。", "After a training ({what}), {offers} could come."
    ),
    "ALL_TAKEN": Sentence(
        "合适的有{offers}人，只要其中一人再有{minutes}分钟空就行。",
        "{offers} would suit; {minutes} free minutes more of one of them would do.",
    ),
    "GUARDIAN_CONSENT": Sentence(
        "监护人同意后，就有{offers}人可以来。", "With a guardian's consent, {offers} could come."
    ),
}

QUIET: Final = frozenset(
    {
        "FIRST_TIME_TOGETHER",
        "NO_WEEKLY_LIMIT",
        "NOT_LOOKED_AT",
        "TIES_NOT_KNOWN_YET",
        "ORGANIZATION_MAKES_NO_TIE",
        "NO_EXPERIENCE_YET",
    }
)
"""Reasons that say nothing to a side."""
COORDINATORS_ONLY: Final = frozenset(
    {"OTHERS_WERE_CONTENT", "HELPER_HAS_FEW_TIES", "HAS_ROOM", "NEARLY_FULL", "ANCHORED"}
)
"""Reasons about someone's trust, ties or load, never told to the other side."""
KEPT_TO_THEMSELVES: Final = frozenset({"EXCLUDED", "SAME_BUILDING", "HELPER_SEX", "PUBLIC_DUTY"})
"""Refusals that would tell a helper about the asker's blocks and wishes."""


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one rule's facts after which `offers` pass every rule."""

    rule: str
    offers: int
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why a need has nobody: offers left after each rule, the rule that took the last ones, and what would help."""

    survivors: tuple[tuple[str, int], ...]
    rule: str
    changes: tuple[Change, ...]


def sentence(table: Mapping[str, Sentence], code: str, params: Params, language: str) -> str:
    """One sentence of a table, in Chinese where the language begins with zh, else in English.

    Raises
    ------
    KeyError
        If the table lacks the code, or the params lack a value that the sentence names.
    """
    row = table[code]
    return (row.zh if language.startswith("zh") else row.en).format_map(dict(params))


def why(
    terms: Iterable[Term],
    language: str,
    card: ScoreCard = IDENTITY,
    ring_reason: str = "",
    reader: Reader = Reader.SIDE,
) -> tuple[str, ...]:
    """Why this candidate: the weightiest reason first, and how near they live at the end."""
    listed = sorted(terms, key=lambda term: -card.weights[term.name] * term.points)
    hidden = frozenset() if reader is Reader.COORDINATOR else QUIET | COORDINATORS_ONLY
    told = [sentence(REASONS, term.reason, term.params, language) for term in listed if term.reason not in hidden]
    if ring_reason:
        told.append(sentence(REASONS, ring_reason, {}, language))
    return tuple(told)


def why_nobody(need: NeedFacts, offers: Sequence[OfferFacts], types: Types) -> Nobody:
    """Which rule removed the last offers, and the smallest changes that would each bring someone.

    Every change was tried: the facts were changed and all rules asked again. Where offers are left after the
    last rule the need has candidates, and the rule is ``ALL_TAKEN``: the plan gave them to others.
    """
    left = list(offers)
    survivors: list[tuple[str, int]] = []
    last = "ALL_TAKEN" if left else "SERVICE_TYPE"
    for rule in RULES:
        before = len(left)
        left = [offer for offer in left if rule.holds(need, offer, types)]
        survivors.append((rule.code, len(left)))
        if before and not left:
            last = rule.code
    if left:
        return Nobody(tuple(survivors), last, (Change("ALL_TAKEN", len(left), {"minutes": need.minutes}),))
    return Nobody(tuple(survivors), last, _changes(need, offers, types))


def say_nobody(nobody: Nobody, language: str) -> tuple[str, ...]:
    """`why_nobody` in words: the rule, then the first change."""
    told = [sentence(REFUSALS, nobody.rule, {}, language)]
    told += [
        sentence(CHANGES, change.rule, {**change.params, "offers": change.offers}, language)
        for change in nobody.changes[:1]
    ]
    return tuple(told)


def why_not_me(need: NeedFacts, offer: OfferFacts, types: Types, language: str) -> str:
    """Why this need does not come to this helper, from their side; blocks and wishes stay with the asker."""
    broken = refusals(need, offer, types)
    if not KEPT_TO_THEMSELVES.isdisjoint(broken):
        return sentence(NOT_ME, "ANOTHER_WISH", {}, language)
    return sentence(NOT_ME, broken[0] if broken else "OTHERS_THIS_TIME", {}, language)


Lifted = tuple[NeedFacts, OfferFacts, float, Params]
"""The changed need and offer, how large the change is, and what to say of it."""


def _changes(need: NeedFacts, offers: Sequence[OfferFacts], types: Types) -> tuple[Change, ...]:
    """For each rule of `_LIFTS`, the smallest change and the offers that a change of that size brings."""
    alone: dict[str, list[Lifted]] = {}
    for offer in offers:
        broken = refusals(need, offer, types)
        if len(broken) == 1 and broken[0] in _LIFTS:
            lifted = _LIFTS[broken[0]](need, offer, types)
            if lifted is not None and first_refusal(lifted[0], lifted[1], types) is None:
                alone.setdefault(broken[0], []).append(lifted)
    return tuple(_smallest(rule, alone[rule]) for rule in _LIFTS if rule in alone)


def _smallest(rule: str, listed: Sequence[Lifted]) -> Change:
    _, _, size, params = min(listed, key=lambda lifted: (lifted[2], sorted(lifted[3].items())))
    return Change(rule, sum(1 for lifted in listed if lifted[2] <= size and lifted[3] == params), params)


def _later_or_earlier(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted | None:
    """The fewest whole hours by which the open time must widen, at both ends."""
    quarters, wider = visit_quarters(need), need.open_quarters
    if not block_starts(offer.free_quarters, quarters, need.weeks) & uncapped_starts(need, offer):
        return None
    for hours in range(1, FURTHEST_SHIFT_HOURS + 1):
        for _ in range(HOUR_QUARTERS):
            wider = (wider | wider << 1 | wider >> 1) & ALWAYS
        if block_starts(wider & offer.free_quarters, quarters, need.weeks) & uncapped_starts(need, offer):
            return replace(need, open_quarters=wider), offer, float(hours), {"hours": hours}
    return None


def _further(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted | None:
    """The metres that are missing, in whole steps; no change where the area is the limit."""
    distance_m = walk_m(need.place, offer.place)
    in_minutes = None if offer.reach_minutes is None else offer.reach_minutes * offer.walking_speed_m_per_min
    limits = [limit for limit in (offer.reach_m, in_minutes) if limit is not None]
    if not limits or distance_m <= min(limits):
        return None
    more_m = REACH_STEP_M * (int((distance_m - min(limits)) // REACH_STEP_M) + 1)
    wider = replace(offer, reach_m=min(limits) + more_m, reach_minutes=None)
    return need, wider, float(more_m), {"more_m": more_m}


def _one_more_visit(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    more = replace(
        offer,
        visits_left_by_week=tuple(max(1, left) for left in offer.visits_left_by_week),
        person_visits_left_by_week=tuple(max(1, left) for left in offer.person_visits_left_by_week),
    )
    return need, more, 1.0, {}


def _without_skills(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    missing = need.skills - offer.skills
    return replace(need, skills=need.skills - missing), offer, float(len(missing)), {"what": _listed(missing)}


def _also_this_form(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, forms_accepted=need.forms_accepted | {offer.form}), offer, 1.0, {"what": offer.form}


def _any_language(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, languages=frozenset()), offer, 1.0, {}


def _anyone_from_the_building(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, nobody_from_building=False), offer, 1.0, {}


def _any_sex(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, helper_sex=None), offer, 1.0, {}


def _insured(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return need, replace(offer, insured=True), 1.0, {}


def _trained(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    missing = types[need.service_type].required_training - offer.trainings
    return need, replace(offer, trainings=offer.trainings | missing), float(len(missing)), {"what": _listed(missing)}


def _with_consent(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return need, replace(offer, guardian_consent=True), 1.0, {}


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


_LIFTS: Final[Mapping[str, Callable[[NeedFacts, OfferFacts, Types], Lifted | None]]] = {
    "TIME": _later_or_earlier,
    "REACH": _further,
    "LOAD": _one_more_visit,
    "LANGUAGE": _any_language,
    "SKILLS": _without_skills,
    "FORM": _also_this_form,
    "SAME_BUILDING": _anyone_from_the_building,
    "HELPER_SEX": _any_sex,
    "INSURANCE": _insured,
    "TRAINING": _trained,
    "GUARDIAN_CONSENT": _with_consent,
}
"""What may be changed, the easiest first. Blocks, ages, licences, clearances and public duties stay as they are."""
