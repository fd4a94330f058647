"""Rows of one's own data: plain values under names that have a label in both languages."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

Value = str | int | bool | None | list[str]
Row = dict[str, Value]

LABELS: Final[dict[str, tuple[str, str]]] = {
    "name": ("姓名", "Name"),
    "phone": ("电话", "Phone"),
    "email": ("邮箱", "Mail"),
    "home": ("住处", "Home"),
    "community": ("社区", "Community"),
    "home_confirmed_at": ("住处核实于", "Home confirmed"),
    "birth_year": ("出生年份", "Year of birth"),
    "sex": ("性别", "Sex"),
    "languages": ("语言", "Languages"),
    "skills": ("会做的", "Skills"),
    "walking_speed_m_per_min": ("走路速度（米/分）", "Walking speed (m/min)"),
    "resident_since_date": ("住在这里从", "Lives here since"),
    "visits_per_week_cap": ("每周最多帮几次", "Visits a week at most"),
    "without_graph": ("不按往来和信任安排", "Matched without ties and trust"),
    "listed_with_few_ties": ("愿意列入少往来名单", "On the list of few ties"),
    "external_id": ("别处的编号", "Number elsewhere"),
    "joined_at": ("加入于", "Joined"),
    "left_at": ("离开于", "Left"),
    "public_id": ("内部编号", "Id"),
    "sign_in_name": ("登录名", "Signs in as"),
    "language": ("页面语言", "Language of pages"),
    "created_at": ("开通于", "Opened"),
    "access_token": ("访问令牌", "Access token"),
    "last_used_date": ("上次使用", "Last used"),
    "last_login": ("上次登录", "Last signed in"),
    "kind": ("种类", "Kind"),
    "code": ("代码", "Code"),
    "from_date": ("从", "From"),
    "until_date": ("到", "Until"),
    "manner": ("方式", "Manner"),
    "given_at": ("时间", "Given"),
    "withdrawn_at": ("撤回于", "Withdrawn"),
    "heard_by": ("谁听到的", "Heard by"),
    "your_part": ("您是", "Your part"),
    "the_other": ("对方是", "The other"),
    "scope": ("范围", "Scope"),
    "evidence": ("依据", "Rests on"),
    "revoked_at": ("收回于", "Taken back"),
    "organization": ("组织", "Organization"),
    "role": ("身份", "As"),
    "accepted_at": ("您答应于", "You agreed"),
    "area": ("区域", "Area"),
    "ended_at": ("结束于", "Ended"),
    "made_at": ("时间", "Made"),
    "renewed_at": ("最近一次", "Last renewed"),
    "meetings": ("见面次数", "Meetings"),
    "confirmed_by_both": ("双方都说过", "Both said so"),
    "expires_at": ("有效到", "Holds until"),
    "service_type": ("哪种帮助", "Kind of help"),
    "details": ("说明", "Note"),
    "risks": ("要小心的", "Take care with"),
    "place": ("地点", "Place"),
    "minutes": ("分钟", "Minutes"),
    "helpers_wanted": ("想要几个人", "Helpers wanted"),
    "helpers_found": ("找到几个人", "Helpers found"),
    "repeat": ("多久一次", "How often"),
    "windows": ("什么时候", "When"),
    "urgency": ("急不急", "Urgency"),
    "wishes": ("希望", "Wishes"),
    "state": ("状态", "State"),
    "opened_at": ("提出于", "Opened"),
    "closed_at": ("结束于", "Closed"),
    "verified_at": ("核实于", "Verified"),
    "title": ("标题", "Title"),
    "service_types": ("哪些帮助", "Kinds of help"),
    "form": ("形式", "Form"),
    "price_yuan_per_hour": ("价格（元/小时）", "Price (yuan an hour)"),
    "visits_per_week": ("每周几次", "Visits a week"),
    "hours": ("时间", "Hours"),
    "reach": ("范围", "Reach"),
    "starts_at": ("开始", "Begins"),
    "ends_at": ("结束", "Ends"),
    "why": ("为什么", "Why"),
    "happened": ("见到了", "You met"),
    "went_well": ("怎么样", "How it was"),
    "greet_again": ("以后愿意打招呼", "Would greet again"),
    "comment": ("您写的", "Your words"),
    "visits_per_month": ("一个月最多几次", "Visits a month at most"),
    "came_along": ("有人同行", "Somebody came along"),
    "greet_companion": ("愿意和同行的邻居打招呼", "Would greet who came along again"),
    "greet_asker": ("愿意和去看的邻居打招呼", "Would greet whom you visited again"),
    "greet_helper": ("愿意和带您去的邻居打招呼", "Would greet whom you went with again"),
    "welcome": ("觉得好", "Were glad of it"),
    "at": ("时间", "When"),
    "read_at": ("读过", "Read"),
    "number": ("编号", "Number"),
    "visits": ("次数", "Visits"),
    "issued_at": ("开具于", "Issued"),
    "what": ("什么", "What"),
    "count": ("件数", "Count"),
    "asked_at": ("您提出于", "Asked"),
    "forget_at": ("忘记于", "Forgotten on"),
    "sent_at": ("送出于", "Sent"),
    "result": ("结果", "Result"),
    "note": ("备注", "Note"),
    "words": ("您写的", "Your words"),
    "said_at": ("您说于", "Said"),
    "taken_at": ("接手于", "Taken in hand"),
    "resolution": ("结果", "Outcome"),
    "reason": ("答复", "Answer"),
    "resolved_at": ("答复于", "Answered"),
    "hash": ("校验值", "Hash"),
    "chain": ("记录链", "Chain"),
}


def plain(value: Any) -> Value:
    """The value as JSON has it: times in UTC as ISO 8601, lists of texts."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | time | Decimal):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [str(part) for part in value]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def row(**values: Any) -> Row:
    return {name: plain(value) for name, value in values.items()}
