"""The two plain words that a helper says at the door, so that nobody opens to a stranger."""

import secrets
from typing import Final

THINGS: Final[dict[str, str]] = {
    "apple": "苹果",
    "bamboo": "竹子",
    "boat": "小船",
    "bridge": "石桥",
    "cloud": "白云",
    "corn": "玉米",
    "drum": "大鼓",
    "fan": "扇子",
    "fish": "鲤鱼",
    "flute": "笛子",
    "kite": "风筝",
    "lamp": "灯笼",
    "lotus": "荷花",
    "moon": "月亮",
    "mountain": "高山",
    "orchid": "兰花",
    "peach": "桃子",
    "pear": "梨子",
    "persimmon": "柿子",
    "pine": "松树",
    "rice": "稻谷",
    "river": "小河",
    "sheep": "绵羊",
    "snow": "雪花",
    "sparrow": "麻雀",
    "spring": "泉水",
    "star": "星星",
    "sun": "太阳",
    "swallow": "燕子",
    "teapot": "茶壶",
    "umbrella": "雨伞",
    "willow": "柳树",
}
"""Things everybody can say and nobody mishears, by their English word: a thousand pairs, for one door each."""


def new_door_word() -> str:
    """The codes of two different words, drawn so that nobody can guess them from another pair."""
    first = secrets.choice(sorted(THINGS))
    second = secrets.choice(sorted(THINGS.keys() - {first}))
    return f"{first} {second}"


def in_words(code: str, language: str) -> str:
    """The pair as it is said: Chinese where the language begins with zh, else English.

    Examples
    --------
    >>> in_words("pine boat", "zh")
    '松树 小船'
    >>> in_words("pine boat", "en")
    'pine boat'
    """
    if not language.startswith("zh"):
        return code
    return " ".join(THINGS.get(word, word) for word in code.split())
