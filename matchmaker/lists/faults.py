"""What can be wrong with a row: each fault says in both languages what it is and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from matchmaker.errors import DomainError

MENDED: Final = ("请改好这一格，再重新上传。", "Correct this cell and upload the file again.")


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` is the number in the spreadsheet, `column` a key (or nothing); `said` fills the sentences of the code."""

    row: int
    column: str
    code: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentences:
    zh: str
    en: str
    todo_zh: str = MENDED[0]
    todo_en: str = MENDED[1]


FAULTS: Final[Mapping[str, Sentences]] = {
    "MISSING": Sentences("这一格是空的。", "This cell is empty.", "请填写。", "Fill it in."),
    "TOO_LONG": Sentences("超过{most}个字。", "More than {most} characters.", "请写短一些。", "Shorten it."),
    "SHORTENED_NUMBER": Sentences(
        "表格软件把号码改成了“{text}”这样的短写，原来的数字已经丢了。",
        "The spreadsheet shortened the number to “{text}”; its digits are lost.",
        "请把这一列设为文本格式，重新输入完整号码。",
        "Format the column as text and type the whole number again.",
    ),
    "SPREADSHEET_ERROR": Sentences(
        "这一格是表格软件的错误值。",
        "The cell holds an error of the spreadsheet.",
        "请直接填写内容。",
        "Type what it should say.",
    ),
    "NO_DATE": Sentences("这不是日期。", "This is no date.", "请写成 2026-12-03 这样。", "Write it like 2026-12-03."),
    "NO_TIME": Sentences("这不是钟点。", "This is no time of day.", "请写成 09:00 这样。", "Write it like 09:00."),
    "NO_NUMBER": Sentences("这不是整数。", "This is no whole number.", "请只写数字。", "Write digits alone."),
    "NO_AMOUNT": Sentences("这不是金额。", "This is no amount.", "请写成 12.50 这样。", "Write it like 12.50."),
    "NO_CHOICE": Sentences(
        "没有这个选项。", "This is none of the answers.", "可以填：{zh}。", "These are understood: {en}."
    ),
    "UNKNOWN_LANGUAGE": Sentences(
        "有不认识的语言。",
        "There is a language we do not know.",
        "可以填：{zh}，或语言代码。",
        "Write {en}, or a tag such as zh.",
    ),
    "DOUBLE_NUMBER": Sentences(
        "第{other}行也是这个编号。",
        "Row {other} has the same number.",
        "每行要有自己的编号。",
        "Give each row its own number.",
    ),
    "DOUBLE_PERSON": Sentences(
        "第{other}行是同一住户的同名居民。",
        "Row {other} names the same person in the same home.",
        "是同一个人就只留一行；不是，请都填上不同的出生年份。",
        "Keep one row where it is one person; else give both their years of birth.",
    ),
    "UNKNOWN_PLACE": Sentences("这里没有这个地点。", "There is no such place here.", "请核对名称。", "Check the name."),
    "PLACE_LIKE": Sentences(
        "这里没有这个地点。", "There is no such place here.", "是不是“{near}”？", "Do you mean “{near}”?"
    ),
    "PLACE_UNCLEAR": Sentences(
        "有几个这样的地点。",
        "There are several such places.",
        "请把网格、楼号、单元、房号填全。",
        "Fill in grid, building, corridor and room.",
    ),
    "PLACE_NOT_ON_MAP": Sentences(
        "这个地点还没有标在地图上。", "This place is not on the map yet.", "请换一个地点。", "Choose another place."
    ),
    "HOME_UNKNOWN": Sentences(
        "这位居民还没有登记住址。",
        "The home of this person is not known yet.",
        "请先登记住址，或填写地点。",
        "Enter the home first, or name a place.",
    ),
    "OUTSIDE_AREA": Sentences(
        "这不在您负责的区域内。",
        "This lies outside your area.",
        "请交给那里的同事。",
        "Leave it to the colleague there.",
    ),
    "PERSON_LEFT": Sentences(
        "这个编号的居民已经离开。",
        "The person of this number has left.",
        "如果搬回来了，请给新编号。",
        "Give a new number if they came back.",
    ),
    "UNKNOWN_PERSON": Sentences(
        "没有这个编号的居民。",
        "There is no person of this number.",
        "请先导入人员名单，或核对编号。",
        "Import the list of people first, or check the number.",
    ),
    "PERSON_UNCLEAR": Sentences(
        "这一住户有几位同名居民，都没有编号。",
        "There are several people of this name in this home, all without a number.",
        "请填写出生年份。",
        "Give the year of birth.",
    ),
    "ANOTHER_PERSON": Sentences(
        "这个编号的需求是另一位居民的。",
        "The request of this number is another person's.",
        "请用新编号。",
        "Use a new number.",
    ),
    "OWN_HOME": Sentences(
        "这是您本人的新住址。",
        "This is a new home of your own.",
        "请由同事登记。",
        "Let a colleague enter it.",
    ),
    "OWN_NEED": Sentences(
        "这是您本人的需求。", "This is your own request.", "请在“请人帮忙”里提。", "Ask for help yourself on the page."
    ),
    "OWN_MANDATE": Sentences(
        "您是这位居民的代办人，不能同时作见证。",
        "You hold this person's mandate and cannot be the witness too.",
        "请交给同事登记，或以代办人身份提出。",
        "Let a colleague enter it, or ask as their proxy.",
    ),
    "UNKNOWN_TYPE": Sentences(
        "没有这种服务类型。", "We do not know this kind of help.", "请核对名称。", "Check the name."
    ),
    "TYPE_LIKE": Sentences(
        "没有这种服务类型。", "We do not know this kind of help.", "是不是“{near}”？", "Do you mean “{near}”?"
    ),
    "TYPE_TOO_WIDE": Sentences(
        "这个服务类型太宽。", "This kind of help is too wide.", "请写更具体的一种。", "Name one below it."
    ),
    "PUBLIC_DUTY": Sentences(
        "这是公共部门的职责。",
        "This is a duty of the authorities.",
        "服务方式请填“公共”。",
        "Only a public service may offer it.",
    ),
    "IN_FUTURE": Sentences(
        "这一天还没到。", "This day has not come yet.", "请填写已经过去的日期。", "Give a day that has been."
    ),
    "UNKNOWN_WITNESS": Sentences(
        "没有找到这位工作人员。",
        "There is no such worker here.",
        "请填写姓名或编号；空着就是您自己。",
        "Give a name or number; empty means yourself.",
    ),
    "WITNESS_UNCLEAR": Sentences(
        "有几位同名的工作人员。", "Several workers have this name.", "请填写编号。", "Give the number."
    ),
    "NEED_CLOSED": Sentences(
        "这条需求已经结束。", "This request is closed.", "还需要的话，请用新编号。", "Use a new number to ask again."
    ),
    "HELP_AGREED": Sentences(
        "这条需求已经约好了帮助，不能改。",
        "Help has been agreed for this request.",
        "请先取消约定，或用新编号。",
        "Cancel that first, or use a new number.",
    ),
    "URGENT_AT_DESK": Sentences(
        "紧急的事不能用名单登记。",
        "What is urgent is not entered by list.",
        "请马上在服务台登记，值班电话才会响。",
        "Enter it at the desk now, so that whoever is on duty is rung.",
    ),
    "OFFER_IS_A_DRAFT": Sentences(
        "这个编号的服务还是草稿。",
        "The offer of this number is still a draft.",
        "请先发布或丢掉草稿。",
        "Publish the draft or throw it away first.",
    ),
    "OFFER_CLOSED": Sentences("这条服务已经关闭。", "This offer is closed.", "请用新编号。", "Use a new number."),
    "REFUSED": Sentences("{zh}", "{en}"),
}


def refused(row: int, column: str, refusal: DomainError) -> Fault:
    """The same sentence that a form would have shown."""
    return Fault(row, column, "REFUSED", {"zh": refusal.sentence("zh"), "en": refusal.sentence("en")})


def said_of(code: str, said: Mapping[str, str], language: str) -> tuple[str, str]:
    """What is wrong and what to do, in `zh` or `en`."""
    words = FAULTS[code]
    pair = (words.zh, words.todo_zh) if language.startswith("zh") else (words.en, words.todo_en)
    return pair[0].format_map(said), pair[1].format_map(said)
