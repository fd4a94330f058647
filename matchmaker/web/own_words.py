"""One's own data in plain words: labels, codes and moments as a reader reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from matchmaker.needs import queries as needs
from matchmaker.needs.day_words import WEEKDAYS_EN, WEEKDAYS_ZH
from matchmaker.notices import texts
from matchmaker.privacy.queries import Section
from matchmaker.privacy.queries.own_rows import LABELS
from matchmaker.web.forms.choices import LANGUAGES_SPOKEN
from matchmaker.web.phrases import language, reads_chinese, say, say_later
from matchmaker.web.record_words import ACTS, RECORDS
from matchmaker.web.wording import POSTS, name_of

MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")

PARTS: Final[dict[str, str]] = {
    "a helper": "一位帮手",
    "a neighbour": "一位邻居",
    "a worker": "工作人员",
    "a person": "一位居民",
    "a station": "服务站",
    "a person who speaks for you": "替您说话的人",
    "speaks for": "替别人说话",
    "is spoken for": "由别人代说",
    "gave your word": "您为别人说话",
    "were vouched for": "别人为您说话",
    "stood in for a colleague": "您替同事代班",
    "somebody stood in for you": "有人替您代班",
    "asked for somebody": "代别人提出",
    "were to be helped": "请人帮忙",
    "could help": "可以帮忙",
    "helped": "您帮了忙",
    "were helped": "别人帮了您",
    "spoke for yourself": "您自己说的",
    "entered it for somebody": "代别人登记",
    "would come along": "愿意同行",
    "could come along": "可以同行",
    "gave": "给出",
    "received": "收到",
    "nobody from my building": "不要同一栋楼的人",
    "well": "挺好",
    "so-so": "一般",
    "not well": "不太好",
    "OPEN": "进行中",
    "MET": "已约好",
    "WITHDRAWN": "已撤回",
    "EXPIRED": "已过期",
    "PAUSED": "暂停",
    "DRAFT": "草稿",
    "CLOSED": "已结束",
    "Whenever": "不急",
    "Soon": "这几天",
    "Urgent": "今天就要",
    "Emergency": "现在就要",
    "ONCE": "一次",
    "WEEKLY": "每周",
    "NOT_ASKED": "没有问到您",
    "IN_REVIEW": "待审核",
    "AWAITING_HELPER": "等帮手答复",
    "AWAITING_ASKER": "等求助人答复",
    "AWAITING_COMPANION": "等您答复",
    "AGREED": "已约好",
    "TURNED_AWAY": "当天没有同行",
    "DECLINED": "这次不方便",
    "ACCEPTED": "已接受",
    "DECLINED_BY_HELPER": "不方便",
    "DECLINED_BY_ASKER": "没有接受",
    "REFUSED": "没有推荐",
    "PLANNED": "已安排",
    "DONE": "已完成",
    "NOT_HELD": "没有见成",
    "UNCONFIRMED": "没有确认",
    "CANCELLED": "已取消",
    "FEMALE": "女",
    "MALE": "男",
    "UNSTATED": "未说明",
    "PUBLIC": "公共服务",
    "VOLUNTARY": "志愿",
    "CONVENIENCE": "便民",
    "KIN": "亲属",
    "FRIEND": "朋友",
    "HELPED": "帮过忙",
    "HAVE_MET": "见过面",
    "IN_APP": "在页面上",
    "SPOKEN": "口头",
    "WRITTEN": "书面",
    "TRAINING": "培训",
    "LICENCE": "执照",
    "CLEARANCE": "审查",
    "INSURANCE": "保险",
    "GUARDIAN_CONSENT": "监护人同意",
    "ACCIDENT": "意外险",
    "FIRST_AID": "急救",
    "MEDIATION": "调解",
    "NURSE": "护士",
    "FAMILY_HEALTH": "家庭保健",
    "MINORS": "和未成年人相处",
    "PROXY": "代办",
    "AGENT": "代办员",
    "CARE_DATA": "健康信息",
    "MINOR": "未成年人",
    "WAITING": "等待中",
    "SENT": "已送出",
    "CONFIRMED": "已送到",
    "FAILED": "没送到",
    "SETTLED": "不用了",
    "REACHED": "打通了",
    "NOT_REACHED": "没打通",
    "CALL_BACK": "请过会儿再打",
    "WRONG_NUMBER": "号码不对",
    "DOORSTEP": "上门",
    "WORRY": "担心",
    "MONEY": "要钱",
    "IN_HAND": "处理中",
    "RESOLVED": "已答复",
    "RESUME": "约定继续",
    "END": "约定结束",
    "whether you are known here": "附近的人认识您吗",
    "how your help was found": "大家觉得您帮得怎么样",
    "whether your next visit goes well": "下一次帮忙会顺利吗",
    "UPHELD": "原来的说法不变",
    "EXPLAINED": "说明了是怎么来的",
    "SET_ASIDE": "有的不再算",
    "COUNTS_AGAIN": "不算的又算了",
    "KNOWN_HERE": "登记",
    "EMERGENCY": "紧急",
    "CALL": "电话",
    "PHONE": "电话",
    "APP": "网站",
    "SMS": "短信",
    "MAIL": "邮件",
    "CLERK": "办事员",
    "MEMBER": "成员",
    "VOLUNTEER": "志愿者",
    "COOKING": "做饭",
    "REPAIRS": "修东西",
    "COMPUTERS": "用电脑",
    "READING": "读书读报",
    "MUSIC": "音乐",
    "TEACHING": "教课",
    "CHESS": "下棋",
    "GARDENING": "种花种菜",
    "DRIVING": "开车",
    "INTERPRETING": "翻译",
    "ELDER_CARE": "照护老人",
}
"""Chinese for what the JSON document says in English or as a code; anything else stands as it is."""

WORDS: Final = (
    POSTS
    | dict(LANGUAGES_SPOKEN)
    | {"zh-hans": say_later("中文", "Chinese"), "cjy": say_later("晋语", "Jin Chinese")}
    | ACTS
    | RECORDS
)
"""What has its words in both languages already."""

DISTANCE: Final = re.compile(r"(\d+) (m|min)")
HOURS: Final = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)( \d\d:\d\d-\d\d:\d\d)")

IN_THE_FILE_ALONE: Final = ("public_id", "external_id", "chain", "hash")
"""What tells a reader nothing; whoever takes the file elsewhere may need it."""


@dataclass(frozen=True)
class ShownRow:
    """One row: labels and texts, without what is empty."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownSection:
    code: str
    title: str
    about: str
    rows: tuple[ShownRow, ...]


def shown(section: Section, zone: str) -> ShownSection:
    return ShownSection(
        code=section.code,
        title=say(section.title_zh, section.title_en),
        about=say(section.about_zh, section.about_en),
        rows=tuple(ShownRow(tuple(_pairs(row, ZoneInfo(zone)))) for row in section.rows),
    )


def _pairs(row: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if value not in (None, "", []) and name not in IN_THE_FILE_ALONE:
            shown_value = [_kind_of_help(code) for code in value] if name == "scope" else value
            yield say(*LABELS[name]), _text(shown_value, zone)


def _kind_of_help(code: str) -> str:
    return name_of(needs.service_type_by_code(code))


def _text(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, list):
        return _listed([_text(part, zone) for part in value])
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"
    text = str(value)
    if text in texts.TEXTS:
        return texts.sentence_of(text, "APP", language())
    if text in WORDS:
        return str(WORDS[text])
    if text in PARTS:
        return PARTS[text] if reads_chinese() else text.replace("_", " ").lower()
    return _measured(text) if reads_chinese() else text


def _listed(parts: list[str]) -> str:
    """Sentences follow each other; words are set apart."""
    are_sentences = bool(parts) and all(part.endswith(("。", ".")) for part in parts)
    return say("", " ").join(parts) if are_sentences else say("；", "; ").join(parts)


def _measured(text: str) -> str:
    """`Wed 17:00-21:00`, `400 m` and `10 min` in Chinese; any other text as it is."""
    if found := HOURS.fullmatch(text):
        return f"周{WEEKDAYS_ZH[WEEKDAYS_EN.index(found[1])]}{found[2]}"
    if found := DISTANCE.fullmatch(text):
        return found[1] + {"m": "米", "min": "分钟"}[found[2]]
    return text
