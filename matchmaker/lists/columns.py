"""The columns that each kind of list may have: what they are called, what stands in them, an example."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

PEOPLE: Final = (
    replace(EXTERNAL_ID, also=(*EXTERNAL_ID.also, "人员编号", "居民编号", "person number")),
    Column(
        "name",
        "姓名",
        "Name",
        "最多80个字。",
        "Up to 80 characters.",
        "示例居民",
        needed=True,
        also=("名字", "居民姓名"),
    ),
    Column(
        "phone",
        "电话",
        "Phone",
        "手机或固定电话；请设为文本格式，免得显示成 1.38E+10。",
        "A phone number; format it as text, so that it is not shown as 1.38E+10.",
        also=("手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile", "telephone"),
    ),
    Column("email", "邮箱", "Mail", "可不填。", "May be empty.", also=("电子邮箱", "电子邮件", "email", "e-mail")),
    Column(
        "birth_year",
        "出生年份",
        "Born in",
        "例如 1958；填出生日期时只取年份。",
        "For example 1958; of a full date only the year is kept.",
        "1958",
        also=("出生年", "出生日期", "出生年月", "birth year", "year of birth", "date of birth", "birthday"),
    ),
    Column("sex", "性别", "Sex", "女、男，可不填。", "female or male; may be empty.", "女", also=("gender",)),
    Column(
        "grid", "网格", "Grid", "网格名称；楼号不重复时可不填。", "May be empty where the building is clear.", "第1网格"
    ),
    Column(
        "building",
        "楼号",
        "Building",
        "例如 1 或 1号楼。",
        "For example 1.",
        "1号楼",
        also=("楼栋", "楼栋号", "栋", "幢"),
    ),
    Column(
        "corridor",
        "单元",
        "Corridor",
        "例如 1单元，或 1号楼1单元。",
        "For example 1单元.",
        "1单元",
        also=("楼道", "单元号", "unit", "entrance"),
    ),
    Column(
        "room",
        "房号",
        "Room",
        "例如 101；没有登记住址时，网格到房号都空着。",
        "For example 101; leave grid to room empty where no home is known.",
        "101",
        also=("住户", "门牌号", "室", "房间号", "户", "flat", "household", "door"),
    ),
    Column(
        "resident_since_date",
        "入住日期",
        "Resident since",
        "例如 2015-06-01。",
        "For example 2015-06-01.",
        "2015-06-01",
        also=("入住时间", "moved in", "since"),
    ),
    LANGUAGES,
    SKILLS,
    Column(
        "visits_per_week_cap",
        "每周最多帮几次",
        "Visits a week",
        "愿意每周最多帮几次，0到40。",
        "The most visits a week they would help at, 0 to 40.",
        "3",
        also=("每周次数", "visits per week"),
    ),
)

NEEDS: Final = (
    replace(EXTERNAL_ID, example="N-0001", also=(*EXTERNAL_ID.also, "需求编号", "need number")),
    Column(
        "person",
        "居民编号",
        "Person",
        "这件事是谁的：人员名单里的编号。",
        "Whom it is for: their number in the list of people.",
        "A-0017",
        needed=True,
        also=("人员编号", "求助人编号", "person number", "for person"),
    ),
    Column(
        "service_type",
        "服务类型",
        "Service type",
        "名称或代码，例如 代购跑腿 或 SHOPPING。",
        "A name or code, for example SHOPPING.",
        "代购跑腿",
        needed=True,
        also=("类型", "帮什么忙", "type", "service"),
    ),
    DETAILS,
    Column(
        "date",
        "日期",
        "Date",
        "见面的日期，28天以内；每周一次时填第一次。",
        "The day of the visit, within 28 days; of weekly visits the first.",
        "2026-12-03",
        needed=True,
        also=("见面日期", "day"),
    ),
    replace(STARTS, needed=True),
    replace(ENDS, needed=True),
    Column(
        "minutes",
        "时长（分钟）",
        "Minutes",
        "要多少分钟，15到480。",
        "How many minutes it takes, 15 to 480.",
        "60",
        needed=True,
        also=("分钟", "时长", "duration"),
    ),
    Column(
        "helpers_wanted", "要几个人", "Helpers", "空着就是1人。", "1 where empty.", "1", also=("人数", "helpers wanted")
    ),
    Column(
        "place",
        "地点",
        "Place",
        "空着就是在家；否则填区域名称。",
        "Empty means at home; else the name of an area.",
        also=("见面地点", "where"),
    ),
    Column(
        "repeat",
        "多久一次",
        "How often",
        "一次 或 每周；空着就是一次。",
        "once or weekly; once where empty.",
        "一次",
        also=("频率", "重复", "repeat"),
    ),
    Column(
        "repeat_until_date",
        "到哪天为止",
        "Until day",
        "每周一次时可填。",
        "Of weekly visits; may be empty.",
        also=("截止日期", "last day"),
    ),
    Column(
        "urgency",
        "急不急",
        "Urgency",
        "不急 或 尽快；空着就是不急。紧急的事请在服务台登记。",
        "whenever or soon; what is urgent is entered at the desk.",
        "不急",
        also=("紧急程度",),
    ),
    Column(
        "helper_sex",
        "帮手性别",
        "Helper's sex",
        "只希望女士或男士来时填。",
        "Only where a woman or a man is wished for.",
        also=("helper sex",),
    ),
    LANGUAGES,
    SKILLS,
    Column("risks", "风险", "Risks", "要小心的事。", "What to take care with.", also=("注意事项", "risk")),
    Column(
        "consent",
        "同意方式",
        "Consent",
        "本人怎样同意的：口头 或 书面。没有同意不能登记。",
        "How the person agreed: spoken or written. Without it nothing is entered.",
        "口头",
        needed=True,
        also=("同意", "consent manner"),
    ),
    Column(
        "consent_date",
        "同意日期",
        "Consent date",
        "哪天同意的。",
        "On which day they agreed.",
        "2026-11-28",
        needed=True,
    ),
    Column(
        "consent_heard_by",
        "谁听到的",
        "Heard by",
        "听到同意的工作人员：姓名或编号；空着就是您自己。",
        "The worker who heard it: name or number; yourself where empty.",
        also=("见证人", "witness"),
    ),
    Column(
        "paper_kept_at",
        "书面同意存放处",
        "Paper kept at",
        "书面同意时必填：纸放在哪里。",
        "Needed for a written consent: where the paper lies.",
        also=("存放处", "paper"),
    ),
    Column(
        "channel",
        "怎么提出的",
        "How it came",
        "服务台、电话、纸质、上门；空着就是服务台。",
        "desk, phone, paper or doorstep; desk where empty.",
        also=("渠道", "来源", "channel"),
    ),
)

OFFERS: Final = (
    replace(EXTERNAL_ID, example="F-0001", also=(*EXTERNAL_ID.also, "服务编号", "offer number")),
    Column(
        "title",
        "标题",
        "Title",
        "一句话，最多120个字。",
        "In a few words.",
        "上门理发",
        needed=True,
        also=("名称", "服务名称"),
    ),
    Column(
        "service_types",
        "服务类型",
        "Service types",
        "名称或代码，可填几种，用顿号隔开。",
        "Names or codes, with commas between them.",
        "代购跑腿、手机电脑使用帮助",
        needed=True,
        also=("类型", "type", "types", "service type"),
    ),
    DETAILS,
    Column(
        "form",
        "服务方式",
        "Form",
        "公共、志愿、便民；空着就是志愿。",
        "public, voluntary or convenience; voluntary where empty.",
        "志愿",
        also=("方式", "性质"),
    ),
    Column(
        "price_yuan_per_hour",
        "每小时价格（元）",
        "Yuan an hour",
        "只有便民服务可以收费。",
        "Only a convenience service has a price.",
        also=("价格", "price"),
    ),
    Column(
        "place",
        "从哪里出发",
        "From where",
        "区域名称；空着就是组织所在地。",
        "The name of an area; the organization's seat where empty.",
        also=("地点", "place"),
    ),
    Column(
        "reach_m",
        "服务半径（米）",
        "Reach in metres",
        "三种范围只填一种。",
        "Fill in one of the three reaches.",
        "1500",
        also=("服务半径", "metres", "meters"),
    ),
    Column(
        "reach_minutes",
        "步行分钟",
        "Reach in minutes",
        "三种范围只填一种。",
        "Fill in one of the three reaches.",
        also=("步行时间",),
    ),
    Column(
        "reach_areas",
        "服务区域",
        "Reach in areas",
        "区域名称，用顿号隔开；三种范围只填一种。",
        "Names of areas; fill in one of the three reaches.",
        also=("areas",),
    ),
    Column(
        "weekdays",
        "星期",
        "Weekdays",
        "例如 一、三、五；空着就是每天。",
        "For example Mon, Wed; every day where empty.",
        "一、三",
        also=("周几", "days"),
    ),
    STARTS,
    ENDS,
    Column(
        "visits_per_week",
        "每周次数",
        "Visits a week",
        "1到500。",
        "1 to 500.",
        "10",
        needed=True,
        also=("每周最多次数", "visits per week"),
    ),
    Column(
        "parallel_visits",
        "同时几人",
        "At once",
        "同时能去几个人；空着就是1。",
        "How many can go at once; 1 where empty.",
        "2",
        also=("parallel visits",),
    ),
    LANGUAGES,
    SKILLS,
)

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {"PEOPLE": PEOPLE, "NEEDS": NEEDS, "OFFERS": OFFERS}


def column_of(kind: str, key: str) -> Column | None:
    """The column of this list, or None for a fault that belongs to no single column."""
    return next((column for column in COLUMNS[kind] if column.key == key), None)
