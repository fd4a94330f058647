"""How things stand, in one plain sentence: never who declined, and nobody's fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from matchmaker.matches import queries as matches
from matchmaker.matches.queries.searches import SearchStep
from matchmaker.web.meetings import are_over, are_paused, took_place
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader

NEED: Final = {
    "MET": say_later("已约好。", "Everything is agreed."),
    "WITHDRAWN": say_later("您已撤回。", "You withdrew this."),
    "EXPIRED": say_later(
        "时间过了，这次没有找到人。可以再提一次。", "The time has passed and nobody was found. You can ask again."
    ),
}
SUGGESTED_AT_MOST: Final = 5
HAVE_MET: Final = say_later("已经见过面了。", "You have met.")
TIME_IS_OVER: Final = say_later("约好的时间已经过了。", "The time that was agreed is over.")
PAUSED: Final = say_later(
    "先暂停一下，工作人员正在了解情况，会跟您联系。",
    "Paused for now: a worker is looking into something and will be in touch.",
)
PROPOSAL_OF_HELPER: Final = {
    "AWAITING_HELPER": say_later("正等您答复。", "We are waiting for your answer."),
    "AWAITING_ASKER": say_later(
        "谢谢您答应。我们正在问对方。", "Thank you for saying yes. We are asking the other side now."
    ),
    "ACCEPTED": say_later("已约好。", "It is agreed."),
    "DECLINED_BY_HELPER": say_later(
        "您这次不方便，没关系，谢谢您告诉我们。",
        "This time does not suit you. That is fine, and thank you for telling us.",
    ),
    "DECLINED_BY_ASKER": say_later(
        "这次不用了，谢谢您愿意帮忙。", "It is not needed this time. Thank you for being willing."
    ),
    "EXPIRED": say_later("答复的时间过了，没关系。", "The time to answer has passed. That is fine."),
}
PROPOSAL_OF_ASKER: Final = {
    "AWAITING_ASKER": say_later("有一位邻居愿意帮忙，请您答复。", "A neighbour is willing to help. Please answer."),
    "ACCEPTED": say_later("已约好。", "It is agreed."),
    "DECLINED_BY_ASKER": say_later("好的，这次不请这位。", "That is fine: this person does not come."),
    "EXPIRED": say_later("答复的时间过了，没关系。", "The time to answer has passed. That is fine."),
}
WHAT_COMES_NEXT: Final = {
    SearchStep.LOOKING: say_later(
        "我们接着找别的邻居；有的人选工作人员要先看一看，再去问。",
        "We look for somebody else; a community worker may have to look first, before we ask.",
    ),
    SearchStep.IN_REVIEW: say_later(
        "下一位人选由社区工作人员先看一看，再去问。",
        "A community worker looks at the next neighbour first. Then we ask.",
    ),
    SearchStep.ASKING: say_later("我们正在问另一位邻居。", "We are asking another neighbour."),
}
"""After a proposal that came to nothing, while the need is open."""
SEARCH: Final = {
    SearchStep.LOOKING: say_later(
        "我们正在附近找人。有人愿意，就马上告诉您。",
        "We are looking for somebody nearby and tell you as soon as somebody is willing.",
    ),
    SearchStep.IN_REVIEW: say_later(
        "找到了可能合适的人。社区工作人员先看一看，然后我们去问。",
        "We found somebody who may fit. A community worker looks at it first. Then we ask.",
    ),
    SearchStep.ASKING: say_later(
        "我们正在问邻居。有人愿意，就马上告诉您。",
        "We are asking neighbours and tell you as soon as somebody is willing.",
    ),
}
SEARCH_FOR_MORE: Final = {
    SearchStep.LOOKING: say_later("我们还在找下一位。", "We are looking for the next neighbour."),
    SearchStep.IN_REVIEW: say_later(
        "下一位人选由社区工作人员先看一看。", "A community worker looks at the next neighbour first."
    ),
    SearchStep.ASKING: say_later("我们还在问下一位邻居。", "We are asking the next neighbour."),
}
"""The same where some have agreed already."""
REVIEW: Final = {
    "FIRST_HOME_VISIT_TO_AN_ELDER": say_later(
        "第一次上门看望70岁以上的老人。", "First home visit to somebody of 70 or more."
    ),
    "SENSITIVE_TYPE": say_later("这类帮忙比较敏感。", "This kind of help is sensitive."),
    "HIGH_RISK": say_later("写明了较高的风险。", "A high risk was stated."),
    "WITHOUT_TIES_AND_TRUST": say_later("本人要求由工作人员来看。", "The person asked for a worker to look."),
    "HELPER_NOT_KNOWN_YET": say_later(
        "这位帮手在附近还没有人认识，请先了解一下。",
        "The helper is not known around here yet. Please get to know them first.",
    ),
    "OVERRIDE": say_later("由同事人工安排。", "A colleague arranged this by hand."),
}
ASKING: Final = say_later("我们正在问邻居。", "We are asking neighbours.")
OF_MOST: Final = frozenset({"HELPER_NOT_KNOWN_YET"})
"""Reasons for a look that hold of most proposals, as long as few have helped."""
CAME_TO_NOTHING: Final = ("DECLINED_BY_ASKER", "EXPIRED")
NO_LONGER_NEEDED: Final = say_later("这件事已经不需要答复了。", "This needs no answer any more.")


NEED_OF_WORKER: Final = {
    "OPEN": say_later("正在找人", "Somebody is looked for"),
    "MET": say_later("已约好", "Agreed"),
    "WITHDRAWN": say_later("已撤回", "Taken back"),
    "EXPIRED": say_later("时间过了，没找到人", "Its time passed and nobody was found"),
}
PROPOSAL_OF_WORKER: Final = {
    "IN_REVIEW": say_later("等工作人员审核", "Waits for a worker's look"),
    "AWAITING_HELPER": say_later("正在问帮手", "The helper is being asked"),
    "AWAITING_ASKER": say_later("帮手答应了，正在问求助的居民", "The helper said yes, the asker is being asked"),
    "ACCEPTED": say_later("已约好", "Agreed"),
    "DECLINED_BY_HELPER": say_later("帮手这次不方便", "It does not suit the helper this time"),
    "DECLINED_BY_ASKER": say_later("求助的居民这次不要", "The asker would rather not this time"),
    "REFUSED": say_later("审核没有通过", "Refused by a worker"),
    "EXPIRED": say_later("答复的时间过了", "The time to answer has passed"),
    "WITHDRAWN": say_later("已收回", "Taken back"),
}


def of_need_for_worker(need: Any) -> str:
    """The same in a worker's words: nothing is promised to them."""
    if need.state == "OPEN" and need.verified_at is None:
        return say("等工作人员核实", "Waits to be verified")
    return str(NEED_OF_WORKER[need.state])


def of_proposal_for_worker(proposal: Any) -> str:
    return str(PROPOSAL_OF_WORKER[proposal.state])


def of_need(
    need: Any,
    meetings: Sequence[Any],
    *,
    now: datetime,
    search: SearchStep,
    is_to_answer: bool = False,
) -> str:
    """Where the search for this need, and the meetings it led to, stand."""
    if are_paused(meetings):
        return str(PAUSED)
    if need.state == "MET" and are_over(meetings, now=now):
        return str(HAVE_MET if took_place(meetings) else TIME_IS_OVER)
    if need.state != "OPEN":
        return str(NEED[need.state])
    if need.verified_at is None:
        return say(
            "社区工作人员会先看一看，然后我们去问邻居。",
            "A community worker looks at it first. Then we ask neighbours.",
        )
    if is_to_answer:
        return str(PROPOSAL_OF_ASKER["AWAITING_ASKER"])
    if need.helpers_found:
        return say(f"已约好{need.helpers_found}位。", f"{need.helpers_found} agreed. ") + str(SEARCH_FOR_MORE[search])
    return str(SEARCH[search])


@dataclass(frozen=True)
class Told:
    """A sentence, cut where a telephone number stands in it, so that the page can make it one to press."""

    before: str
    phone: str = ""
    after: str = ""


def answered_at_once(reader: Reader, need: Any) -> list[Told]:
    """How many could come and when, which stations are open, or why nobody yet; nothing once somebody is asked."""
    answer = matches.first_answer(reader.viewer, need, now=reader.now)
    if answer is None:
        return []
    phones = [shown.station.phone for shown in answer.stations if shown.station.phone]
    return [_told(sentence, phones) for sentence in matches.say_first_answer(answer, reader.language)]


def suggested_to_worker(reader: Reader, need: Any) -> Sequence[matches.Suggested]:
    """The first of those who could come, for a worker who is no part of the need."""
    found = matches.suggest(reader.viewer, need, reader.language, now=reader.now, at_most=SUGGESTED_AT_MOST)
    return found.ranked if found is not None else ()


def of_proposal(proposal: Any, *, helping: bool, search: SearchStep) -> str:
    """Where this proposal stands for the helper's or the asker's side; for the asker also what comes next."""
    if helping:
        return str(PROPOSAL_OF_HELPER.get(proposal.state, NO_LONGER_NEEDED))
    said = str(PROPOSAL_OF_ASKER.get(proposal.state, ASKING))
    if proposal.state in CAME_TO_NOTHING and proposal.need.state == "OPEN":
        return said + say("", " ") + str(WHAT_COMES_NEXT[search])
    return said


def why_review(proposal: Any) -> list[str]:
    """Why a worker looks before anybody is asked."""
    return [str(REVIEW[code]) for code in proposal.review_reasons]


def why_review_at_a_glance(proposal: Any) -> tuple[list[str], list[str]]:
    """The reasons that tell this proposal from others, and those to fold away: what holds of most, beside another."""
    telling = [code for code in proposal.review_reasons if code not in OF_MOST] or proposal.review_reasons
    folded = [code for code in proposal.review_reasons if code not in telling]
    return [str(REVIEW[code]) for code in telling], [str(REVIEW[code]) for code in folded]


def _told(sentence: str, phones: Sequence[str]) -> Told:
    """A number ends the sentence of its station, before the full stop."""
    words, full_stop = sentence[:-1], sentence[-1:]
    phone = next((phone for phone in phones if words.endswith(f" {phone}")), "")
    return Told(words.removesuffix(phone), phone, full_stop) if phone else Told(sentence)
