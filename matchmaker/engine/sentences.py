"""The sentences themselves: a code, its Chinese and its English words, and who is told.

They are true for whoever reads them, the helper, the person helped or a coordinator, and so speak of "the helper" and
"the two". How numbers are written stands in `spelled.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matchmaker.engine.spelled import spelled
from matchmaker.engine.trust import Params


@dataclass(frozen=True, slots=True)
class Sentence:
    zh: str
    en: str


WAYS: Final = frozenset({"WALK", "WALK_BY_STREET", "DRIVE"})
AT_ONE_SPOT: Final = "AT_ONE_SPOT"
"""What is said of a way of no length."""

REASONS: Final[Mapping[str, Sentence]] = {
    "OFFERS_JUST_THIS": Sentence("所提供的帮助正是这一项。", "The help on offer is just this kind."),
    "OFFERS_THIS_KIND": Sentence("所提供的帮助包含这一项。", "The help on offer covers this kind."),
    "WALK": Sentence(
        "步行约{minutes}分钟（{walk_m}米，按直线估算）。",
        "About {minutes:minute|minutes} on foot ({walk_m} m, as the crow flies).",
    ),
    AT_ONE_SPOT: Sentence("就在同一处，不到1分钟。", "At the same spot, less than a minute away."),
    "WALK_BY_STREET": Sentence(
        "沿街道步行{minutes}分钟（{walk_m}米）。", "{minutes:minute|minutes} on foot by street ({walk_m} m)."
    ),
    "DRIVE": Sentence(
        "开车约{minutes}分钟（{walk_m}米，按直线估算）。",
        "About {minutes:minute|minutes} by vehicle ({walk_m} m, as the crow flies).",
    ),
    "WALK_MINUTES": Sentence(
        "步行约{minutes}分钟（按直线估算）。", "About {minutes:minute|minutes} on foot, as the crow flies."
    ),
    "WALK_MINUTES_BY_STREET": Sentence("沿街道步行{minutes}分钟。", "{minutes:minute|minutes} on foot by street."),
    "DRIVE_MINUTES": Sentence("开车约{minutes}分钟。", "About {minutes:minute|minutes} by vehicle."),
    "WENT_WELL_TOGETHER": Sentence(
        "参考了双方以前的{visits}次见面。", "Judged by {visits:visit|visits} of the two together so far."
    ),
    "OTHERS_WERE_CONTENT": Sentence(
        "参考了{people}位邻居的反馈。", "Judged by what {people:neighbour|neighbours} said before."
    ),
    "ORGANIZATION_WENT_WELL": Sentence(
        "该组织已有{visits}次双方确认的服务。",
        "The organization has had {visits:visit|visits} that both sides confirmed.",
    ),
    "NO_EXPERIENCE_YET": Sentence(
        "还没有相关反馈，这不影响推荐。", "Nobody has said anything yet; that is no reproach."
    ),
    "FRIENDS_IN_COMMON": Sentence(
        "双方有共同认识的邻居，认识后容易常来往。",
        "The two have a friend in common, so they are likely to stay in touch.",
    ),
    "KNOW_EACH_OTHER": Sentence(
        "双方已经认识，见面能让来往继续。", "The two know each other already, and meeting keeps that alive."
    ),
    "NEW_CIRCLES_MEET": Sentence(
        "双方还没有共同认识的人，这次见面能让原本不相识的邻居熟悉起来。",
        "The two know nobody in common yet, so this brings together neighbours who are strangers.",
    ),
    "THREE_MEET": Sentence(
        "有邻居同行，三个人都能互相认识：预计少{together}群互不往来的人，单独见面只少{alone}群。",
        "With a neighbour along, three people get to know each other: about {together} fewer groups that know nothing "
        "of each other, where the visit alone would bring {alone}.",
    ),
    "NEIGHBOURS_MEET": Sentence("见面有助于邻里熟识。", "This meeting helps neighbours get to know each other."),
    "NOT_LOOKED_AT": Sentence("按本人意愿，这一项没有查看。", "As was wished, this was not looked at."),
    "TIES_NOT_KNOWN_YET": Sentence("还不了解邻里往来情况。", "Who knows whom is not known yet."),
    "ORGANIZATION_MAKES_NO_TIE": Sentence(
        "由组织提供帮助，不计邻里往来。", "An organization helps, so ties do not count."
    ),
    "HELPED_BEFORE": Sentence("帮手以前在这里帮过忙。", "The helper has helped here before."),
    "FIRST_TIME_TOGETHER": Sentence("没有可以接着安排的往次帮助。", "There is no earlier help to carry on from."),
    "NO_WEEKLY_LIMIT": Sentence("没有设每周次数上限。", "No weekly limit was set."),
    "HAS_ROOM": Sentence(
        "四周里最满的一周还能安排{visits}次。",
        "The fullest of four weeks has room for {visits:more visit|more visits}.",
    ),
    "NEARLY_FULL": Sentence(
        "四周里最满的一周只能再安排{visits}次。",
        "The fullest of four weeks has room for only {visits:more visit|more visits}.",
    ),
    "HELPER_HAS_FEW_TIES": Sentence(
        "帮手目前往来不多，正好借此多认识人。", "The helper has few ties so far and would get to know people."
    ),
    "HELPER_HAS_TIES": Sentence("帮手在这里已有一些往来。", "The helper has some ties here already."),
    "ANCHORED": Sentence(
        "在这一带有{words}位邻居或组织的往来或引荐。",
        "Known around here through {words:neighbour or organization|neighbours or organizations}.",
    ),
    "LET_IN_BY_A_WORD": Sentence(
        "有担任岗位的邻居、或两位熟识的邻居作了引荐。",
        "Someone with a post, or two known neighbours, vouched for them.",
    ),
    "NOT_KNOWN_HERE_YET": Sentence(
        "在这一带还没有往来记录，这不是缺点；安排前会有人看一下。",
        "Not known around here yet, which is no reproach; a worker has a look first.",
    ),
    "TOO_FEW_SPOKE": Sentence("说过反馈的邻居还不多。", "Too few neighbours have said how it went."),
    "SPOKE_WELL": Sentence(
        "{people}位邻居说过反馈，大多满意。", "{people:neighbour|neighbours} said how it went, mostly content."
    ),
    "SPOKE_MIXED": Sentence(
        "{people}位邻居说过反馈，有满意的，也有不满意的。",
        "{people:neighbour|neighbours} said how it went, some content and some not.",
    ),
    "NEAREST_RING": Sentence("在离得最近的一圈内。", "Among the nearest who could come."),
    "TOO_FEW_NEARER": Sentence(
        "最近的一圈里合适的人不多，所以也看了外面一圈。",
        "Few among the nearest suit, so those in the next ring were considered too.",
    ),
    "FURTHER_FOR_IDENTITY": Sentence(
        "不在最近的一圈里，但更能让邻里熟悉起来。", "Not among the nearest, but it would bring neighbours together."
    ),
    "FURTHER_FOR_CONTINUITY": Sentence(
        "不在最近的一圈里，但以前帮过忙。", "Not among the nearest, but there was help before."
    ),
    "NEARER_TAKEN": Sentence(
        "更近的人这次已有安排，或时间不合。", "Those who live nearer are taken, or not free at this hour."
    ),
    "LEFT_FOR_OTHERS": Sentence(
        "有{people}位更合适的帮手，别处更难另找人，先留给别人。",
        "Left for others, who could hardly find anybody else: {people:helper|helpers} who would suit better.",
    ),
    "SCARCE_FOR_OTHERS": Sentence(
        "这位帮手能帮的事，别的邻居更难另找人，所以先请另一位。",
        "Others can hardly find anybody else for what this helper can do, so someone else is asked first.",
    ),
}

_NOT_AVAILABLE: Final = Sentence("能帮的人在这些时间都不方便。", "Nobody who could help is available at these times.")
"""The same words whether it is the hours or a wish not to meet: who is not wished for does not read it here."""

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
    "EXCLUDED": _NOT_AVAILABLE,
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
    "DRIVE": Sentence("能上门的车都离得太远。", "Everyone who comes by vehicle has too far to drive."),
    "TOUR": Sentence(
        "有巡回服务在附近停靠，但需要本人到停靠点去。", "A tour stops near here, but one has to come to the stop."
    ),
    "TIME": _NOT_AVAILABLE,
    "LOAD": Sentence("能帮的人本周都已排满。", "Everyone who could help has taken on enough already."),
    "ALL_TAKEN": Sentence(
        "合适的人这次已有安排，或时间凑不到一起，还在继续找。",
        "Those who could come are taken this time, or not free at one hour; helpers are still looked for.",
    ),
    "KEPT_FOR_OTHERS": Sentence(
        "能帮的人也许是别的邻居唯一的指望，请稍等；到期之前，谁有空就请谁。",
        "Those who could come may be the only ones for somebody else, so this waits a little; "
        "before it is due, whoever is free is asked.",
    ),
    "TEAM_NOT_WHOLE": Sentence(
        "要几个人一起来，这次没有凑齐；凑齐之前先不请人。",
        "Several are wanted together and not all could be found this time; nobody is asked until all can come.",
    ),
    "SOME_FOUND": Sentence(
        "已找到一部分帮手，还在继续找。", "Some helpers were found; more helpers are still looked for."
    ),
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
    "DRIVE": Sentence("超出了您愿意开车去的范围。", "It is further than you said you would drive."),
    "TOUR": Sentence(
        "对方需要在家里得到帮助，没有报名到停靠点来。", "They need help at home and did not sign up for your stop."
    ),
    "TIME": Sentence("您和对方没有都方便的时间。", "You and they have no time in common."),
    "LOAD": Sentence("您本周的次数已满，谢谢您。", "Your visits for the week are full. Thank you."),
    "ANOTHER_WISH": Sentence("这次按对方的意愿另作安排。", "This need is being met in another way."),
    "OTHERS_THIS_TIME": Sentence(
        "这次请了另一位邻居，下次还会想到您。", "Another neighbour was asked this time; you stay in."
    ),
}

OWN_SIDE: Final[Mapping[str, Sentence]] = {
    "OTHERS_THIS_TIME": Sentence(
        "{count}项需求您都合适，这次请了别的邻居，或还在安排，下次还会想到您。",
        "You would suit {count} of the requests around; others were asked this time, or it is still being arranged.",
    ),
    "SERVICE_TYPE": Sentence(
        "如果您也愿意帮“{what}”，还有{count}项需求可以请您。",
        "If you also offered “{what}”, {count} more could come to you.",
    ),
    "SKILLS": Sentence(
        "如果您会“{what}”，请登记，还有{count}项需求可以请您。",
        "If you know “{what}”, list it, and {count} more could come to you.",
    ),
    "LANGUAGE": Sentence(
        "如果您还会说{what}，请登记，还有{count}项需求可以请您。",
        "If you also speak {what}, list it, and {count} more could come to you.",
    ),
    "AGE": Sentence(
        "{count}项需求对年龄有要求；没有登记出生年份的话，可以请社区补上。",
        "{count} ask for an older helper; if your year of birth is not entered, the community desk can add it.",
    ),
    "GUARDIAN_CONSENT": Sentence(
        "监护人同意以后，还有{count}项需求可以请您。",
        "With your guardian's consent, {count} more could come to you.",
    ),
    "CLEARANCE": Sentence(
        "办好审核以后（可以向社区申请），还有{count}项需求可以请您。",
        "With a valid clearance, for which the community desk can help, {count} more could come to you.",
    ),
    "TRAINING": Sentence(
        "参加一次培训（{what}）以后，还有{count}项需求可以请您。",
        "After a training ({what}), {count} more could come to you.",
    ),
    "LICENCE": Sentence(
        "{count}项需求要求执业资格（{what}）；您有的话请登记。",
        "{count} ask for a professional licence ({what}); if you hold it, please have it entered.",
    ),
    "INSURANCE": Sentence(
        "为您办好保险以后，还有{count}项需求可以请您。", "Once you are insured, {count} more could come to you."
    ),
    "REACH": Sentence(
        "如果您愿意多走{more_m}米，还有{count}项需求可以请您。",
        "If you went {more_m} m further, {count} more could come to you.",
    ),
    "DRIVE": Sentence(
        "如果您愿意多开{more_m}米，还有{count}项需求可以请您。",
        "If you drove {more_m} m further, {count} more could come to you.",
    ),
    "TIME": Sentence(
        "如果您的时间能前后多放宽{hours:span}，还有{count}项需求可以请您。",
        "If your hours were wider by {hours:span} at both ends, {count} more could come to you.",
    ),
    "LOAD": Sentence(
        "如果您每周多帮一次，还有{count}项需求可以请您。您已经帮了很多，谢谢您。",
        "With one more visit a week, {count} more could come to you. You do a lot already; thank you.",
    ),
}
"""Why not me, over all open needs around a helper; ``{count}`` is words: a few, about ten."""

CHANGES: Final[Mapping[str, Sentence]] = {
    "TIME": Sentence(
        "如果时间能前后挪动{hours:span}，就有{offers}人可以来。",
        "If the time could move by {hours:span}, {offers} could come.",
    ),
    "REACH": Sentence(
        "如果有人愿意多走{more_m}米，就有{offers}人可以来。",
        "If a helper went {more_m} m further, {offers} could come.",
    ),
    "DRIVE": Sentence(
        "如果有人愿意多开{more_m}米，就有{offers}人可以来。",
        "If a helper drove {more_m} m further, {offers} could come.",
    ),
    "TOUR": Sentence(
        "如果本人能到附近的停靠点去，就有{offers}处可以办；请报名。",
        "If they can come to a stop of a tour near here, {offers:stop suits|stops suit}; please sign up.",
    ),
    "LOAD": Sentence(
        "如果有人愿意每周多帮一次，就有{offers}人可以来。",
        "If a helper took on one more visit a week, {offers} could come.",
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
        "合适的有{offers}份，下次会再问。",
        "{offers:offer suits and is|offers suit and are} looked at again next time.",
    ),
    "COME_IN_PART": Sentence(
        "如果先来一部分人也可以，这次也许就有{offers}人能来。",
        "If it were enough that some of them come, {offers} might come now.",
    ),
    "ONE_MORE_OFFER": Sentence(
        "如果附近再有一位邻居或组织在这些时间提供这类帮助，就有人可以来。",
        "If one more neighbour or organization offered this near here at these times, somebody could come.",
    ),
    "ONE_MORE_OFFER_OF": Sentence(
        "如果{where}再多一份“{what}”的帮助，时间合适，就有人可以来。",
        "With one more offer of “{what}” in {where} at these times, somebody could come.",
    ),
    "PUBLIC_HELP": Sentence(
        "请负责此事的公共服务部门来办，社区可以帮您联系。",
        "The public service in charge can take this on; the community desk can put you in touch.",
    ),
    "OTHER_HOURS": Sentence(
        "原来的时间已过，或不够办一次；请换个时间。", "These hours are over, or too short; please give others."
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
    {
        "OTHERS_WERE_CONTENT",
        "HELPER_HAS_FEW_TIES",
        "HELPER_HAS_TIES",
        "HAS_ROOM",
        "NEARLY_FULL",
        "ANCHORED",
        "SCARCE_FOR_OTHERS",
    }
    | {"LET_IN_BY_A_WORD", "NOT_KNOWN_HERE_YET", "TOO_FEW_SPOKE", "SPOKE_WELL", "SPOKE_MIXED"}
)
"""Reasons about someone's trust, ties, load or price, never told to the other side."""
CODE_SAID: Final[Mapping[str, str]] = {"EXCLUDED": "TIME"}
"""The code that is shown for a refusal which must not be told from another."""
KEPT_TO_THEMSELVES: Final = frozenset({"EXCLUDED", "SAME_BUILDING", "HELPER_SEX", "PUBLIC_DUTY"})
"""Refusals that would tell a helper about the asker's blocks and wishes."""
SAID_TO_SIDES: Final[Mapping[str, str]] = {
    "WALK": "WALK_MINUTES",
    "WALK_BY_STREET": "WALK_MINUTES_BY_STREET",
    "DRIVE": "DRIVE_MINUTES",
    "FRIENDS_IN_COMMON": "NEIGHBOURS_MEET",
    "KNOW_EACH_OTHER": "NEIGHBOURS_MEET",
    "NEW_CIRCLES_MEET": "NEIGHBOURS_MEET",
    "THREE_MEET": "NEIGHBOURS_MEET",
}
"""What a side reads in place of a reason that would tell it where the other lives, or whom they know."""


def sentence(table: Mapping[str, Sentence], code: str, params: Params, language: str) -> str:
    """One sentence of a table, in Chinese where the language begins with zh, else in English.

    Raises
    ------
    KeyError
        If the table lacks the code, or the params lack a value that the sentence names.

    Examples
    --------
    >>> sentence(REASONS, "WALK_MINUTES", {"minutes": 1}, "en")
    'About 1 minute on foot, as the crow flies.'
    """
    chinese = language.startswith("zh")
    row = table[AT_ONE_SPOT if code in WAYS and params.get("walk_m") == 0 else code]
    return spelled(row.zh if chinese else row.en, params, chinese=chinese)
