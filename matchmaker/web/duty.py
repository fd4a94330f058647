"""Alarms, overdue requests and emergencies in plain words."""

from dataclasses import dataclass
from typing import Any, Final

from matchmaker.needs.emergency_words import AMBULANCE, FIRE, POLICE, services_to_call
from matchmaker.web.phrases import say, say_later


@dataclass(frozen=True)
class Service:
    """A public service to call before any neighbour is asked."""

    number: str
    label: Any
    why: Any


SERVICES: Final = {
    FIRE: Service(
        "119", say_later("火警", "Fire"), say_later("看起来像火情或煤气泄漏。", "This reads like a fire or a gas leak.")
    ),
    AMBULANCE: Service(
        "120",
        say_later("急救", "Ambulance"),
        say_later("看起来有人受伤或病得很重。", "This reads as if somebody is badly hurt or ill."),
    ),
    POLICE: Service(
        "110", say_later("报警", "Police"), say_later("看起来有人有危险。", "This reads as if somebody is in danger.")
    ),
}

ALARM: Final = {
    "URGENT_NEED": say_later(
        "有人急需帮忙，还没有人答应。", "Somebody needs help urgently, and nobody has said yes yet."
    ),
    "EMERGENCY": say_later(
        "有人发出紧急求助，请马上打电话或上门问一问。",
        "Somebody asked for help in an emergency. Please call or go there now.",
    ),
    "VISIT_OVERDUE": say_later(
        "见面时间早过了，还没有人报平安。", "A visit should be over, and nobody has said that all is well."
    ),
    "CONCERN": say_later("有人反映一次见面让人不放心。", "Somebody is worried about what happened at a visit."),
    "MONEY_ASKED": say_later("有人反映被要钱。", "Somebody was asked for money."),
    "NEED_OVERDUE": say_later("一条需求等得太久了。", "A request has waited for longer than it should."),
    "SECOND_LOOK": say_later(
        "有居民请人再看一遍大家怎么认识自己。", "A resident asks for a second look at how they are known."
    ),
    "SECOND_LOOK_LATE": say_later("再看一遍的事过了时限，还没有答复。", "A second look was not answered in time."),
}
ABOUT_A_NEED: Final = frozenset({"URGENT_NEED", "EMERGENCY", "NEED_OVERDUE"})
ABOUT_A_MATCH: Final = frozenset({"CONCERN", "MONEY_ASKED"})
ABOUT_A_SECOND_LOOK: Final = frozenset({"SECOND_LOOK", "SECOND_LOOK_LATE"})
SKIPPED: Final = {
    "VERIFICATION": say_later("没有先核实需求", "the request was not verified first"),
    "ROUND": say_later("没有等集中安排", "no round was waited for"),
    "PRICES": say_later("没有和别的需求一起权衡", "it was not weighed against other requests"),
    "TRUST": say_later("没有看邻里熟识情况", "who knows whom was not looked at"),
    "FIRST_HOME_VISIT_TO_AN_ELDER": say_later(
        "第一次上门看望老人，没有先审核", "a first home visit to an elder was not looked at first"
    ),
    "SENSITIVE_TYPE": say_later("敏感的帮忙，没有先审核", "a sensitive kind of help was not looked at first"),
    "HIGH_RISK": say_later("风险较高，没有先审核", "a high risk was not looked at first"),
    "WITHOUT_TIES_AND_TRUST": say_later(
        "本人要求由工作人员来看，没有先看", "the person wished for a worker's look, which was not waited for"
    ),
    "ASKERS_ANSWER": say_later(
        "本人提前同意，没有再问一次", "the asker had said yes in advance and was not asked again"
    ),
}


def call_first(*texts: str) -> list[Service]:
    """The public services that should be called first, by what was written."""
    return [SERVICES[service] for service in services_to_call(*texts)]


def of_alarm(alarm: Any, kind_of_help: str = "") -> str:
    """Why it rings, and what kind of help it is about where that is known."""
    sentence = str(ALARM[alarm.kind])
    return f"{kind_of_help}{say('：', ': ')}{sentence}" if kind_of_help else sentence


def skipped_in(emergency: Any) -> str:
    """What was not waited for, in one line."""
    return say("；", "; ").join(str(SKIPPED[code]) for code in emergency.skipped)
