"""A column, and those that several kinds of lists share."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """`names` are further headers that mean this column; `about` says in both languages what stands in it."""

    key: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    example: str = ""
    needed: bool = False
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.zh, self.en, *self.also)


EXTERNAL_ID: Final = Column(
    "external_id",
    "编号",
    "Number",
    "您自己名单里的编号，每行不同；再次上传时按编号更新。请设为文本格式。",
    "The number in your own list, another in each row; a later upload finds the row by it. Format it as text.",
    "A-0017",
    needed=True,
    also=("外部编号", "id", "external id", "reference"),
)
LANGUAGES: Final = Column(
    "languages",
    "语言",
    "Languages",
    "会说的语言，用顿号隔开：普通话、蒙古语、英语，或代码 zh、mn、en。",
    "Languages with commas between them: Chinese, Mongolian, English, or tags such as zh, mn, en.",
    "普通话、蒙古语",
    also=("会说的语言", "language"),
)
SKILLS: Final = Column(
    "skills",
    "技能",
    "Skills",
    "会做的事，用顿号隔开。",
    "What they can do, with commas between.",
    "做饭、修水管",
    also=("特长", "skill"),
)
DETAILS: Final = Column(
    "details",
    "说明",
    "Details",
    "想让帮手知道的事。",
    "What the helper should know.",
    also=("备注", "详情", "note", "notes"),
)
STARTS: Final = Column(
    "starts",
    "开始时间",
    "From",
    "例如 09:00。",
    "For example 09:00.",
    "09:00",
    also=("开始", "start", "starts", "start time"),
)
ENDS: Final = Column(
    "ends", "结束时间", "Until", "例如 11:00。", "For example 11:00.", "11:00", also=("结束", "end", "ends", "end time")
)

HEARD_BY: Final = Column(
    "consent_heard_by",
    "谁听到的",
    "Heard by",
    "听到同意的工作人员：姓名或编号；空着就是您自己。",
    "The worker who heard it: name or number; yourself where empty.",
    also=("见证人", "witness"),
)
PAPER: Final = Column(
    "paper_kept_at",
    "书面同意存放处",
    "Paper kept at",
    "书面同意时必填：纸放在哪里。",
    "Needed for a written consent: where the paper lies.",
    also=("存放处", "paper"),
)
