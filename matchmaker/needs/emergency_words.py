"""Words after which a public service should be called before any neighbour is asked. A hint, never a refusal."""

import re
from typing import Final

FIRE, AMBULANCE, POLICE = "FIRE", "AMBULANCE", "POLICE"

_CHINESE: Final = {
    FIRE: ("着火", "起火", "失火", "火灾", "冒烟", "漏气", "煤气泄漏", "燃气泄漏", "有煤气味", "爆炸"),
    AMBULANCE: (
        "昏迷", "晕倒", "晕过去", "叫不醒", "没有呼吸", "没呼吸", "呼吸困难", "喘不上气", "胸痛", "胸口疼", "胸口痛",
        "心梗", "心脏病发", "中风", "口角歪斜", "大出血", "流血不止", "抽搐", "煤气中毒", "中毒", "溺水", "触电",
        "自杀", "想不开", "不想活", "救护车", "摔倒起不来", "摔了起不来", "骨折", "快生了",
    ),
    POLICE: (
        "抢劫", "有小偷", "进小偷", "入室", "撬门", "持刀", "打人", "打架", "家暴", "威胁", "跟踪", "绑架", "走失",
        "走丢", "报警", "诈骗",
    ),
}  # fmt: skip
_ENGLISH: Final = {
    FIRE: r"on fire|caught fire|house fire|smoke|gas leak|smell of gas|smell gas|explosion",
    AMBULANCE: (
        r"unconscious|passed out|not breathing|can'?t breathe|cannot breathe|chest pain|heart attack|stroke|"
        r"bleeding heavily|heavy bleeding|seizure|poison(?:ed|ing)|drown(?:ed|ing)|electrocuted|suicid\w*|overdose|"
        r"ambulance|broken (?:leg|arm|hip)|fell and can'?t get up|in labou?r"
    ),
    POLICE: (
        r"burglars?|break-?in|robbed|robbery|knife|attack(?:ed|er)|beat(?:en|ing) (?:me|her|him)|domestic violence|"
        r"stalk(?:ed|er|ing)|kidnapp\w*|missing (?:child|person)|threaten\w*|police"
    ),
}
_PATTERNS: Final = {
    service: re.compile("|".join(map(re.escape, words)) + rf"|\b(?:{_ENGLISH[service]})\b", re.IGNORECASE)
    for service, words in _CHINESE.items()
}


def services_to_call(*texts: str) -> tuple[str, ...]:
    """FIRE, AMBULANCE and POLICE, in this order, where one of the texts reads like theirs.

    Examples
    --------
    >>> services_to_call("厨房冒烟，老人晕倒了")
    ('FIRE', 'AMBULANCE')
    >>> services_to_call("买菜，两袋米")
    ()
    """
    return tuple(service for service, pattern in _PATTERNS.items() if any(map(pattern.search, texts)))
