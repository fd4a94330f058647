"""How things stand, in one plain sentence: never who declined, and nobody's fault."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from matchmaker.matches import queries as matches
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
    "DECLINED_BY_ASKER": say_later(
        "您这次不方便，没关系。我们再问下一位邻居。", "That is fine. We are asking the next neighbour."
    ),
    "EXPIRED": say_later(
        "答复的时间过了。我们再问下一位邻居。", "The time to answer has passed. We are asking the next neighbour."
    ),
}
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
NO_LONGER_NEEDED: Final = say_later("这件事已经不需要答复了。", "This needs no answer any more.")


def of_need(need: Any, meetings: Sequence[Any], *, now: datetime) -> str:
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
    if need.helpers_found:
        return say(
            f"已约好{need.helpers_found}位，我们还在问下一位邻居。",
            f"{need.helpers_found} agreed. We are asking the next neighbour.",
        )
    return say(
        "我们正在问邻居。有人愿意，就马上告诉您。",
        "We are asking neighbours and tell you as soon as somebody is willing.",
    )


def answered_at_once(reader: Reader, need: Any) -> list[str]:
    """How many could come and when, which stations are open, or why nobody yet; nothing once somebody is asked."""
    answer = matches.first_answer(reader.viewer, need, now=reader.now)
    return matches.say_first_answer(answer, reader.language) if answer else []


def of_proposal(proposal: Any, *, helping: bool) -> str:
    """Where this proposal stands for the helper's or the asker's side."""
    if helping:
        return str(PROPOSAL_OF_HELPER.get(proposal.state, NO_LONGER_NEEDED))
    return str(PROPOSAL_OF_ASKER.get(proposal.state, ASKING))


def why_review(proposal: Any) -> list[str]:
    """Why a worker looks before anybody is asked."""
    return [str(REVIEW[code]) for code in proposal.review_reasons]
