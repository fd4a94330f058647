"""What somebody is told of the three numbers about themself: plain sentences and counts, never a number of trust.

What was said of their visits is told by whole threes of raters, and only as it stood when the month began: a single
word cannot be told from the change that it made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from matchmaker.engine.problem import OutcomeFacts, Town
from matchmaker.engine.sentences import Sentence, sentence
from matchmaker.engine.trust import TOLD_FROM_RATERS, Params, trust_in

OWN: Final[Mapping[str, Sentence]] = {
    "KNOWN_HERE": Sentence("附近的人认识我吗？", "Am I known around here?"),
    "HELP_FOUND": Sentence("大家觉得我帮得怎么样？", "How was my help found?"),
    "NEXT_VISIT": Sentence("下一次帮忙会顺利吗？", "Will my next visit go well?"),
    "OPTED_OUT": Sentence(
        "您要求不看往来和反馈，所以这里什么也不算。",
        "You asked to be matched without ties and feedback, so nothing is worked out here.",
    ),
    "ANCHORED": Sentence("附近有人认识您。", "You are known around here."),
    "LET_IN_BY_A_WORD": Sentence("有邻居引荐了您。", "Neighbours vouched for you."),
    "NOT_KNOWN_HERE_YET": Sentence(
        "系统里还没有您和附近邻居的往来，这不是缺点；第一次安排前会有工作人员看一下。",
        "Nothing is known of you and the neighbours yet, which is no reproach; a worker has a look the first time.",
    ),
    "KNOWN_BY_UNKNOWN": Sentence(
        "认识您的邻居，系统里也还不熟悉，这不是缺点；第一次安排前会有工作人员看一下。",
        "Those who know you are hardly known here themselves yet, which is no reproach; a worker has a look the first "
        "time.",
    ),
    "TOO_FEW_SPOKE": Sentence(
        "说过反馈的邻居还不到三位，所以先不说。",
        "Fewer than three neighbours have said how it went, so nothing is said of it yet.",
    ),
    "SPOKE_WELL": Sentence("说过反馈的邻居大多满意。", "Most who said how it went were content."),
    "SPOKE_MIXED": Sentence("有的邻居满意，也有的不满意。", "Some were content and some were not."),
    "LIKE_THOSE_BEFORE": Sentence(
        "按以前的几次来看；以前帮过的邻居，更看和这位邻居的那几次。",
        "We go by the visits before; with a neighbour you helped already, by those with them most.",
    ),
    "LIKE_MOST": Sentence(
        "了解得还少，就按一般情况看：五次里有四次顺利。",
        "Little is known yet, so we expect what is usual: four visits of five go well.",
    ),
}
"""The questions, and what is answered; spoken to the person themself."""
RESTS_ON: Final[Mapping[str, Sentence]] = {
    "POST": Sentence("您担任岗位", "A post that you hold"),
    "TIES": Sentence("{count}位有往来的邻居", "{count:neighbour|neighbours} you have ties with"),
    "VOUCHES": Sentence("{count}位邻居的引荐", "The word of {count:neighbour|neighbours}"),
    "ORGANIZATIONS": Sentence("您参加的{count}个组织", "{count:organization|organizations} you belong to"),
    "RATERS": Sentence("{count}位邻居的反馈", "What {count:neighbour|neighbours} said"),
}


@dataclass(frozen=True, slots=True)
class ToldOneself:
    """One of three questions, the code of its answer, and what it rests on, each with how many."""

    question: str
    code: str
    rests_on: tuple[tuple[str, int], ...]


def told_oneself(town: Town, person_id: int, *, month_days: float) -> tuple[ToldOneself, ToldOneself, ToldOneself]:
    """What a person of the town is told of their own anchoring, standing and reliance.

    Parameters
    ----------
    town : Town
    person_id : int
        One of its people.
    month_days : float
        How many days ago the month began, at least 0.

    Examples
    --------
    >>> [told.code for told in told_oneself(Town(people=(1,)), 1, month_days=3.0)]
    ['NOT_KNOWN_HERE_YET', 'TOO_FEW_SPOKE', 'LIKE_MOST']
    """
    others = tuple(one for one in town.outcomes if one.helper_id != person_id)
    trust = trust_in(replace(town, outcomes=others + whole_threes(town.outcomes, person_id, month_days)))
    (known, _), (found, params) = trust.sentences_of(person_id)
    by = _known_by(town, person_id)
    if known == "NOT_KNOWN_HERE_YET" and by:
        known = "KNOWN_BY_UNKNOWN"
    raters = int(params.get("people", 0))
    said = (("RATERS", raters),) if raters else ()
    return (
        ToldOneself("KNOWN_HERE", known, by),
        ToldOneself("HELP_FOUND", found, said),
        ToldOneself("NEXT_VISIT", "LIKE_THOSE_BEFORE" if raters else "LIKE_MOST", said),
    )


def whole_threes(outcomes: tuple[OutcomeFacts, ...], helper_id: int, month_days: float) -> tuple[OutcomeFacts, ...]:
    """Of the outcomes a helper received before the month began, those up to the first word of the last third rater."""
    received = [one for one in outcomes if one.helper_id == helper_id and one.age_days >= month_days]
    received.sort(key=lambda one: (-one.age_days, one.person_id, one.went_well))
    first: dict[int, int] = {}
    for place, one in enumerate(received):
        first.setdefault(one.person_id, place)
    whole = len(first) - len(first) % TOLD_FROM_RATERS
    return tuple(received[: sorted(first.values())[whole - 1] + 1]) if whole else ()


def say_own(code: str, language: str) -> str:
    """A question or an answer in words."""
    return sentence(OWN, code, {}, language)


def say_rests_on(what: str, count: int, language: str) -> str:
    params: Params = {"count": count}
    return sentence(RESTS_ON, what, params, language)


def _known_by(town: Town, person_id: int) -> tuple[tuple[str, int], ...]:
    tied = {end for tie in town.ties if person_id in (tie.u, tie.v) for end in (tie.u, tie.v)} - {person_id}
    counts = {
        "POST": int(person_id in town.seeds),
        "TIES": len(tied),
        "VOUCHES": len({vouch.voucher for vouch in town.vouches if vouch.vouchee == person_id}),
        "ORGANIZATIONS": len({of.organization_id for of in town.memberships if of.person_id == person_id}),
    }
    return tuple((what, count) for what, count in counts.items() if count)
