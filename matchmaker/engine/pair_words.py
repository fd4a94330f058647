"""Why a pin could not stand, for the worker who set it: one sentence for each rule, about this pair alone."""

from collections.abc import Mapping
from typing import Final

from matchmaker.engine.sentences import CODE_SAID, Sentence, sentence

_NO_COMMON_HOUR: Final = Sentence("双方没有都方便的时间。", "The two have no time in common.")
"""The same words whether it is the hours or a wish not to meet: the asker's wish is told to nobody."""

PIN_REFUSED: Final[Mapping[str, Sentence]] = {
    "SERVICE_TYPE": Sentence("这份帮助不包含这一类。", "This offer does not cover this kind of help."),
    "FORM": Sentence("帮助的方式不是所选的。", "The offer comes in a form that was not chosen."),
    "PUBLIC_DUTY": Sentence("这是政府部门的职责，不能由志愿者代办。", "This is a public duty, not one of volunteers."),
    "OWN_NEED": Sentence("这是本人的或本人代为提出的需求。", "The need is the helper's own, or one they asked for."),
    "SAME_BUILDING": Sentence("双方住在同一栋楼。", "The two live in the same building."),
    "HELPER_SEX": Sentence("帮手的性别不是所希望的。", "The helper is not of the sex that was asked for."),
    "SKILLS": Sentence("帮手没有登记所需的全部技能。", "The helper has not listed all the skills that are needed."),
    "LANGUAGE": Sentence("帮手没有登记所需的语言。", "The helper has not listed a language that was asked for."),
    "AGE": Sentence(
        "帮手的年龄不够，或没有登记出生年份。", "The helper is not old enough, or their year of birth is missing."
    ),
    "GUARDIAN_CONSENT": Sentence("还没有监护人的同意。", "The guardian's consent is still missing."),
    "CLEARANCE": Sentence("帮手没有有效的审核记录。", "The helper has no valid clearance."),
    "TRAINING": Sentence("帮手还没有完成所需培训。", "The helper has not had the training that this asks for."),
    "LICENCE": Sentence("帮手没有所需的执业资格。", "The helper does not hold the licence that this asks for."),
    "INSURANCE": Sentence("还没有为帮手办好保险。", "The helper is not insured yet."),
    "REACH": Sentence("超出了帮手愿意去的范围。", "It is further than the helper would go."),
    "TIME": _NO_COMMON_HOUR,
    "LOAD": Sentence("帮手本周的次数已满。", "The helper's visits for the week are full."),
    "NOT_LOOKED_FOR": Sentence(
        "这项需求现在不缺人，或已经结束。", "Nobody is missing for this need now, or it is over."
    ),
    "NO_OFFER": Sentence(
        "这份帮助已暂停、已结束，或到不了这里。", "The offer is paused or closed, or does not reach here."
    ),
    "TAKEN": Sentence(
        "双方都方便的时间已经留给别的指定。", "Every hour that the two have in common is taken by other pins."
    ),
    "TEAM_NOT_WHOLE": Sentence(
        "要几个人一起来，这次没有凑齐。", "Several are wanted together, and not all could be found."
    ),
}


def say_refused_pin(rule: str, language: str) -> str:
    """The sentence of a rule; a wish not to meet reads like hours that do not fit."""
    return sentence(PIN_REFUSED, CODE_SAID.get(rule, rule), {}, language)
