"""Every sentence that a notice says, by kind, channel and language: one table.

A text message may lie on a table with its screen up, and mail passes many hands: neither names a person, a need or a
place. The call list says what the worker asks and what can be answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matchmaker.notices.models import Channel, NoticeKind


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class KindTexts:
    """What one kind says in the inbox, outside where others may look, and over the phone or at the door."""

    app: Words
    outside: Words
    """In a text message or a mail."""
    call: Words

    def by(self, channel: str) -> Words:
        return {Channel.APP: self.app, Channel.CALL: self.call}.get(Channel(channel), self.outside)


_ANSWER_WANTED: Final = Words(
    "有一件事等您答复，行或不行都可以。", "Something waits for your answer; yes and no are both fine."
)
_GOOD_NEWS: Final = Words("有一件好消息告诉您。", "There is good news for you.")
_CHANGED: Final = Words("之前的一件事有变化。", "Something you know of has changed.")
_SAY_HOW: Final = Words("想听您说说怎么样。", "We would like to hear how it went.")

TEXTS: Final[dict[str, KindTexts]] = {
    NoticeKind.PROPOSAL_TO_HELP: KindTexts(
        app=Words("有位邻居想请您帮忙，看看方便吗？", "A neighbour would like your help. Does it suit you?"),
        outside=_ANSWER_WANTED,
        call=Words(
            "有位邻居想请您帮忙，您方便吗？（可以答：方便；这次不方便）",
            "A neighbour would like your help. Does it suit you? (They may say: yes; not this time.)",
        ),
    ),
    NoticeKind.HELPER_FOUND: KindTexts(
        app=Words("有位邻居愿意帮您，请看看行不行。", "A neighbour is willing to help you. Please look and answer."),
        outside=_ANSWER_WANTED,
        call=Words(
            "有位邻居愿意来帮忙，您看行不行？（可以答：行；这次不用）",
            "A neighbour is willing to come and help. Is that all right? (They may say: yes; not this time.)",
        ),
    ),
    NoticeKind.PROPOSAL_WITHDRAWN: KindTexts(
        app=Words("之前想请您帮的忙不用了，谢谢您。", "The help you were asked for is no longer needed. Thank you."),
        outside=_CHANGED,
        call=Words("之前想请您帮的忙不用了，谢谢您。", "The help you were asked for is no longer needed. Thank you."),
    ),
    NoticeKind.MATCH_AGREED: KindTexts(
        app=Words("已经约好了。点开看时间、地点和电话。", "It is agreed. Open it for time, place and phone."),
        outside=_GOOD_NEWS,
        call=Words(
            "已经约好了。请告诉对方见面的时间和地点。（可以答：知道了；那时不行）",
            "It is agreed. Tell them when and where. (They may say: understood; it does not suit.)",
        ),
    ),
    NoticeKind.MATCH_CANCELLED: KindTexts(
        app=Words("约好的事取消了，没关系。", "What was agreed is called off. That is fine."),
        outside=_CHANGED,
        call=Words(
            "约好的见面取消了，到时不用等。（可以答：知道了；还需要人帮忙）",
            "The meeting is called off: they need not wait. (They may say: understood; help is still wanted.)",
        ),
    ),
    NoticeKind.VISIT_OUTCOME_WANTED: KindTexts(
        app=Words("见过面了吗？说说怎么样。", "Did you meet? Tell us how it was."),
        outside=_SAY_HOW,
        call=Words(
            "见面了吗？怎么样？（可以答：见了，挺好／一般／不太好；没见到）",
            "Did they meet, and how was it? (They may say: good, so-so, not good; we did not meet.)",
        ),
    ),
    NoticeKind.NEED_VERIFIED: KindTexts(
        app=Words(
            "您提的事已核实，我们开始找人了。", "What you asked for was checked. We are looking for somebody now."
        ),
        outside=_GOOD_NEWS,
        call=Words(
            "您提的事已核实，我们开始找人了。", "What they asked for was checked, and we look for somebody now."
        ),
    ),
    NoticeKind.NEED_EXPIRED: KindTexts(
        app=Words(
            "时间过了，这次没有找到人。可以再提一次。", "The time has passed and nobody was found. You can ask again."
        ),
        outside=_CHANGED,
        call=Words(
            "这次没有找到人，很抱歉。还需要的话可以再提一次。（可以答：还需要；不用了）",
            "Nobody was found this time, and we are sorry. They can ask again. (They may say: still wanted; not now.)",
        ),
    ),
    NoticeKind.NEED_WITHDRAWN: KindTexts(
        app=Words("请人帮忙的事已撤回。", "The request for help was taken back."),
        outside=_CHANGED,
        call=Words(
            "请人帮忙的事已撤回。（可以答：知道了；还需要）",
            "The request for help was taken back. (They may say: understood; still wanted.)",
        ),
    ),
    NoticeKind.DUTY_ALARM: KindTexts(
        app=Words("有急事要您处理，请现在就看。", "Something needs you now. Please look."),
        outside=Words("值班有急事，请马上查看。", "Something on duty needs you at once."),
        call=Words(
            "值班有急事，请马上处理。（可以答：我来；我来不了）", "Duty calls. (They may say: I take it; I cannot.)"
        ),
    ),
    NoticeKind.DUTY_OVERDUE: KindTexts(
        app=Words("您负责的区域里有事过了时限，请看一看。", "Something in your area is past its time. Please look."),
        outside=Words("值班有一件事过了时限，请查看。", "Something on duty is past its time."),
        call=Words("您负责的区域里有事过了时限，请看一看。", "Something in their area is past its time."),
    ),
    NoticeKind.EMERGENCY_TO_HELP: KindTexts(
        app=Words("附近有急事，您现在能去吗？", "There is an emergency nearby. Can you go now?"),
        outside=Words(
            "附近有急事，请马上看看您能不能去。", "An emergency nearby: please look at once whether you can go."
        ),
        call=Words(
            "附近有急事，您现在能去吗？（可以答：马上去；去不了）",
            "There is an emergency nearby. Can they go now? (They may say: at once; I cannot.)",
        ),
    ),
    NoticeKind.EMERGENCY_ANSWERED: KindTexts(
        app=Words("急事已有邻居去了，谢谢您。", "A neighbour has gone to the emergency. Thank you."),
        outside=_CHANGED,
        call=Words("急事已有邻居去了，您不用去了，谢谢您。", "A neighbour has gone: they need not go. Thank them."),
    ),
    NoticeKind.VISIT_CANCELLED: KindTexts(
        app=Words("有一次约好的见面取消了，其余的照旧。", "One meeting is called off; the others stand."),
        outside=_CHANGED,
        call=Words(
            "有一次约好的见面取消了，其余的照旧。（可以答：知道了；那天还需要人）",
            "One meeting is called off, the others stand. (They may say: understood; somebody is still wanted.)",
        ),
    ),
    NoticeKind.WHAT_HAPPENED: KindTexts(
        app=Words(
            "上次对方没等到您，您还好吗？方便时说一声。", "You were waited for last time. Are you well? Tell us."
        ),
        outside=_SAY_HOW,
        call=Words(
            "上次对方没等到您，您还好吗？（可以答：有急事；记错了；不舒服）",
            "They were waited for: are they well? (They may say: something came up; a mistake; not well.)",
        ),
    ),
    NoticeKind.NEXT_IS_ASKED: KindTexts(
        app=Words("上次没有人来，我们在找下一位邻居。", "Nobody came, so we look for the next neighbour."),
        outside=_CHANGED,
        call=Words("我们在找下一位邻居，请等一等。", "The next neighbour is being looked for. Please wait a little."),
    ),
    NoticeKind.MATCH_PAUSED: KindTexts(
        app=Words("约好的事先停一停，工作人员会联系您。", "What was agreed is paused. A worker will call you."),
        outside=_CHANGED,
        call=Words(
            "约好的事先停一停，暂时不用去，也不用等。（可以答：知道了；想说说情况）",
            "What was agreed is paused: nobody goes for now. (They may say: understood; I would like to talk.)",
        ),
    ),
    NoticeKind.MATCH_RESUMED: KindTexts(
        app=Words("约好的事照旧进行。", "What was agreed goes on."),
        outside=_CHANGED,
        call=Words(
            "约好的事照旧进行。（可以答：好的；不想继续了）",
            "What was agreed goes on. (They may say: good; I would rather not go on.)",
        ),
    ),
    NoticeKind.CONCERN_ANSWERED: KindTexts(
        app=Words("您反映的事，工作人员有答复了。", "A worker has answered what you told us."),
        outside=Words("有一份答复等您看。", "An answer waits for you."),
        call=Words("您反映的事有答复了，请念给对方听。", "There is an answer to what they told us: read it to them."),
    ),
    NoticeKind.MANDATE_GIVEN: KindTexts(
        app=Words(
            "有人可以代您办事了。不是您的意思，随时可以取消。", "Somebody may act for you now. You can end it any time."
        ),
        outside=_ANSWER_WANTED,
        call=Words(
            "登记了有人可以代您办事，是您的意思吗？（可以答：是；不是，请取消）",
            "Somebody was entered who may act for them. Is it their wish? (They may say: yes; no, end it.)",
        ),
    ),
    NoticeKind.MANDATE_HOLDS: KindTexts(
        app=Words(
            "您可以替一位邻居请人帮忙了，本人已经知道。",
            "You may ask for help for a neighbour now. They know of it.",
        ),
        outside=_GOOD_NEWS,
        call=Words(
            "您可以替这位邻居请人帮忙了，本人已经知道。（可以答：好的；我不想代办了）",
            "They may ask for help for a neighbour now, who knows of it. (They may say: good; I would rather not.)",
        ),
    ),
    NoticeKind.MANDATE_ENDING: KindTexts(
        app=Words("代办的委托两周内到期。", "A mandate ends within a fortnight."),
        outside=_CHANGED,
        call=Words(
            "代办的委托两周内到期，要不要续？（可以答：要；不要）",
            "A mandate ends within a fortnight. Renew it? (They may say: yes; no.)",
        ),
    ),
    NoticeKind.COMPANION_WANTED: KindTexts(
        app=Words(
            "有一次邻里见面想请您同行，看看方便吗？", "Would you come along to a meeting of neighbours? Please look."
        ),
        outside=_ANSWER_WANTED,
        call=Words(
            "有一次邻里见面想请您同行，您方便吗？（可以答：方便；这次不方便）",
            "Would they come along to a meeting of neighbours? (They may say: yes; not this time.)",
        ),
    ),
    NoticeKind.COMPANION_FOUND: KindTexts(
        app=Words(
            "有位邻居愿意一起来认识认识，您看行不行？", "A neighbour would come along to get to know you. Is it fine?"
        ),
        outside=_ANSWER_WANTED,
        call=Words(
            "有位邻居愿意一起来认识认识，您看行不行？（可以答：行；这次不用）",
            "A neighbour would come along to get to know them. Is it fine? (They may say: yes; rather not.)",
        ),
    ),
    NoticeKind.COMPANION_AGREED: KindTexts(
        app=Words("同行的事说好了，点开看时间和地点。", "It is agreed who comes along. Open it for time and place."),
        outside=_GOOD_NEWS,
        call=Words(
            "同行的事说好了。请告诉对方时间和地点。（可以答：知道了；那时不行）",
            "It is agreed who comes along. Tell them when and where. (They may say: understood; it does not suit.)",
        ),
    ),
    NoticeKind.COMPANION_GONE: KindTexts(
        app=Words("这次见面不用同行了，谢谢您。", "Nobody needs to come along this time. Thank you."),
        outside=_CHANGED,
        call=Words("这次见面不用同行了，谢谢您。", "Nobody needs to come along this time. Thank them."),
    ),
    NoticeKind.COMPANION_WORDS_WANTED: KindTexts(
        app=Words("同行见面过了，说说怎么样？", "You met with company. How was it?"),
        outside=_SAY_HOW,
        call=Words(
            "有邻居同行的那次见面怎么样？（可以答：愿意再打招呼；不用了）",
            "How was the meeting with company? (They may say: would greet them again; rather not.)",
        ),
    ),
    NoticeKind.TOUR_CHANGED: KindTexts(
        app=Words(
            "您要去的巡回服务改了时间或地点，请看一看。",
            "The tour you are going to has another time or place. Please look.",
        ),
        outside=_CHANGED,
        call=Words(
            "要去的巡回服务改了时间或地点，请告诉新的时间地点。",
            "The tour they are going to has another time or place: please tell them which.",
        ),
    ),
    NoticeKind.TOUR_LATE: KindTexts(
        app=Words(
            "您要去的巡回服务到达时间有变，请看看几点到。",
            "The tour you are going to comes at another time than you were told. Please see when.",
        ),
        outside=_CHANGED,
        call=Words(
            "巡回服务到达时间有变，请告诉几点到，不用提前去等。",
            "The tour comes at another time: please tell them when, so that nobody waits outside.",
        ),
    ),
    NoticeKind.TOUR_CALLED_OFF: KindTexts(
        app=Words(
            "您报名的巡回服务取消了，请看看原因和别的停靠点。",
            "The tour you signed up for was called off. Please see why, and where else one stops.",
        ),
        outside=_CHANGED,
        call=Words(
            "报名的巡回服务取消了，请说明原因；还需要的话可以另外提出需求。",
            "The tour they signed up for was called off: please say why. Whoever still wants help can ask for it.",
        ),
    ),
    NoticeKind.DUTY_SECOND_LOOK: KindTexts(
        app=Words(
            "您负责的区域里有居民请人再看一遍大家怎么认识自己。",
            "Somebody of your area asks for a second look at how they are known.",
        ),
        outside=Words("有一件事请您再看一遍。", "Something waits for your second look."),
        call=Words("有居民请人再看一遍，请登录查看。", "A resident asks for a second look: please sign in to see it."),
    ),
    NoticeKind.SECOND_LOOK_ANSWERED: KindTexts(
        app=Words(
            "您请人再看一遍的事有答复了，点开看结果和接下来会怎样。",
            "Your second look has an answer. Open it to see what came of it and what happens next.",
        ),
        outside=Words("有一份答复等您看。", "An answer waits for you."),
        call=Words(
            "请人再看一遍的事有答复了，由看过的协调员当面说。（可以答：知道了；还是觉得不对，请另一位再看）",
            "Their second look has an answer; who looked tells them. (They may say: understood; somebody else.)",
        ),
    ),
    NoticeKind.COUNTS_AGAIN: KindTexts(
        app=Words(
            "您请人再看过的事有变化：之前不算的又算了，点开看原因。",
            "Your second look has changed: what was set aside counts again. Open it to see why.",
        ),
        outside=_CHANGED,
        call=Words(
            "之前不算的又算了，由协调员当面说原因。（可以答：知道了；请再看一遍）",
            "What was set aside counts again: a coordinator says why. (They may say: understood; look again, please.)",
        ),
    ),
    NoticeKind.DEPUTY_NAMED: KindTexts(
        app=Words(
            "有一个岗位安排了代班，请看看是谁、从哪天到哪天。",
            "Somebody is to stand in for a post. Please see who, and on which days.",
        ),
        outside=Words("有一件代班的事请您看一看。", "Something about standing in waits for you."),
        call=Words(
            "有一个岗位安排了代班，请说明是谁、从哪天到哪天。（可以答：知道了；不方便，请结束）",
            "Somebody is to stand in for a post: tell them who and when. (They may say: understood; please end it.)",
        ),
    ),
    NoticeKind.DEPUTY_ENDED: KindTexts(
        app=Words(
            "有一个岗位的代班结束了，请看看是哪个岗位。", "Nobody stands in for a post any more. Please see for which."
        ),
        outside=_CHANGED,
        call=Words(
            "有一个岗位的代班结束了，请说明是哪个岗位。", "Nobody stands in for a post any more: tell them which."
        ),
    ),
    NoticeKind.COMPANIONS_STOPPED: KindTexts(
        app=Words(
            "有居民不太愿意有人同行，已先停下，请看一看。", "Some did not welcome company: it has stopped. Please look."
        ),
        outside=_CHANGED,
        call=Words("有居民不太愿意有人同行，已先停下，请看一看。", "Some did not welcome company, so it has stopped."),
    ),
}

OTHERWISE: Final = KindTexts(
    app=Words("有一条新消息。", "There is a new message."),
    outside=Words("您有一条新消息。", "You have a new message."),
    call=Words("有一条消息要告诉您，请到服务站问一问。", "There is a message for them; please ask at the station."),
)
"""What a kind without words of its own says; a promise test holds that there is none."""

SEVERAL: Final = Words("您有{count}条新消息。", "You have {count} new messages.")
SIGNED: Final = Words("邻里搭桥", "Neighbours' bridge")
SMS_ENDING: Final = Words(
    "请登录邻里搭桥查看，或给社区服务站打电话。", "Sign in to read it, or ring the community station."
)
MAIL_ENDING: Final = Words(
    "请登录邻里搭桥查看，或给社区服务站打电话。不方便也没关系。",
    "Sign in to read it, or ring the community station. It is fine if it does not suit you.",
)
MAIL_LINK: Final = Words("收到了，请点这里告诉我们：", "Please tell us here that you have it:")


def sentence_of(kind: str, channel: str, language: str) -> str:
    """What a notice of this kind says by this channel."""
    return TEXTS.get(kind, OTHERWISE).by(channel).in_language(language)


def headline(kinds: Sequence[str], channel: str, language: str) -> str:
    """What a message says of its notices: the one sentence of one, or only how many there are."""
    if len(kinds) == 1:
        return sentence_of(kinds[0], channel, language)
    return SEVERAL.in_language(language).format(count=len(kinds))


def sms_text(kinds: Sequence[str], language: str) -> str:
    """A whole text message."""
    said = headline(kinds, Channel.SMS, language)
    ending = SMS_ENDING.in_language(language)
    return f"【{SIGNED.zh}】{said}{ending}" if language.startswith("zh") else f"{SIGNED.en}: {said} {ending}"


def mail_text(kinds: Sequence[str], language: str, link: str) -> tuple[str, str]:
    """Subject and body of a mail; `link` is where a button says "I have it", or empty."""
    said = headline(kinds, Channel.MAIL, language)
    lines = [said, "", MAIL_ENDING.in_language(language)]
    if link:
        lines += ["", MAIL_LINK.in_language(language), link]
    return f"{SIGNED.in_language(language)}：{said}" if language.startswith("zh") else said, "\n".join(lines) + "\n"
