"""The columns of a list of people."""

from dataclasses import replace
from typing import Final

from matchmaker.lists.columns.column import EXTERNAL_ID, HEARD_BY, LANGUAGES, PAPER, SKILLS, Column

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
    Column(
        "consent",
        "同意方式",
        "Consent",
        "本人怎样同意登记的：口头 或 书面；可不填。",
        "How they agreed to be known here: spoken or written; may be empty.",
        also=("同意", "consent manner"),
    ),
    Column("consent_date", "同意日期", "Consent date", "哪天同意的。", "On which day they agreed."),
    HEARD_BY,
    PAPER,
)
