"""What people agree to, in the words that are shown or read aloud. New words, new version: old consents keep theirs."""

from typing import Final

from matchmaker.community.models import ConsentKind

VERSION: Final = "2026-1"

TEXTS: Final[dict[str, dict[str, str]]] = {
    ConsentKind.KNOWN_HERE: {
        "zh": "我们记下您的姓名、住处和电话，只用来安排邻里互助。您随时可以要求更正、查看或删除。您同意吗？",
        "en": "We note your name, where you live and your phone, to arrange help between neighbours and for nothing "
        "else. You can have it corrected, read or deleted at any time. Do you agree?",
    },
    ConsentKind.CARE_DATA: {
        "zh": (
            "这件事和照料、健康或家里的情况有关。社区工作人员和答应来的帮手会看到这些内容，用来安排这次帮忙，不作别的用途。"
            "您随时可以撤回。您同意吗？"
        ),
        "en": "This touches on care, health or home life. The community worker and the helper who agreed to come will "
        "read it, to arrange this help and for nothing else. You can withdraw at any time. Do you agree?",
    },
    ConsentKind.PROXY: {
        "zh": "我们替您登记这件事，代您问附近的邻居。您随时可以打电话撤回。您同意吗？",
        "en": "We enter this for you and ask neighbours nearby on your behalf. You can take it back by phone at any "
        "time. Do you agree?",
    },
    ConsentKind.MINOR: {
        "zh": "这件事是为未成年人安排的，需要监护人知道并同意。监护人同意吗？",
        "en": "This is arranged for somebody under age, so their guardian has to know of it and agree. Do they agree?",
    },
    ConsentKind.EMERGENCY: {
        "zh": "这是急事：谁先答应，谁马上来。您的姓名、住址和电话会马上告诉先答应的那位邻居，不再另外问您。您同意吗？",
        "en": "This is an emergency: whoever says yes first comes at once. That neighbour learns your name, where you "
        "live and your phone right away, and you are not asked again. Do you agree?",
    },
}


def text_of(kind: str, language: str) -> str:
    """The words of this consent in the reader's language."""
    return TEXTS[kind]["zh" if language.startswith("zh") else "en"]
