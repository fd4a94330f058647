"""The form of a new community: what stands above it, then one line for each building, station and worker."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.timezone import localdate

from matchmaker.community.plans import lines
from matchmaker.community.plans.checking import faults_of
from matchmaker.community.plans.plan import CommunityPlan, Fault, Faults, Point
from matchmaker.community.plans.toml import FIRST_TERM
from matchmaker.web.forms.texts import LineField, ParagraphsField
from matchmaker.web.phrases import say, say_later

LIST_LENGTH: Final = 200_000
FIELD_OF: Final = {"centre": "latitude"}
"""The field at which a fault of the plan is shown, where it has another name."""


def _list_field(label: Any, help_text: Any, *, required: bool, rows: int) -> ParagraphsField:
    return ParagraphsField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LIST_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
    )


LIST_WORDS: Final = {
    "buildings": say_later("楼栋", "Buildings"),
    "stations": say_later("服务站", "Stations"),
    "workers": say_later("工作人员", "Workers"),
}


class StartForm(forms.Form):
    region = LineField(label=say_later("区（县、旗）", "Region"), max_length=120)
    sub_district = LineField(label=say_later("街道（乡镇、苏木）", "Sub-district"), max_length=120)
    joint_community = LineField(label=say_later("联合社区", "Joint community"), max_length=120)
    name = LineField(label=say_later("社区名称", "Name of the community"), max_length=120)
    name_en = LineField(
        label=say_later("英文名称（可不填）", "Its English name, if any"), max_length=120, required=False
    )
    time_zone = LineField(label=say_later("时区", "Time zone"), max_length=64, initial="Asia/Shanghai")
    latitude = forms.FloatField(label=say_later("社区中心：纬度", "Its middle: latitude"))
    longitude = forms.FloatField(label=say_later("社区中心：经度", "Its middle: longitude"))
    buildings = _list_field(
        say_later("楼栋，每行一栋", "Buildings, one on each line"),
        say_later(
            "网格, 楼, 单元数, 层数, 每层户数, 纬度, 经度（经纬度可不填）。例如：第1网格, 1号楼, 2, 6, 2",
            "Grid, building, corridors, floors, flats per floor, latitude, longitude (the last two may be left out). "
            "Such as: Grid 1, Building 1, 2, 6, 2",
        ),
        required=True,
        rows=10,
    )
    stations = _list_field(
        say_later("服务站，每行一个", "Stations, one on each line"),
        say_later(
            "名称, 类型（便民服务、事务办理、社会工作）, 组织, 开放时间, 电话。"
            "例如：便民服务站, 便民服务, 居民委员会, 1-5 08:30-17:30",
            "Name, kind (PUBLIC_SERVICE, AFFAIRS, SOCIAL), organization, hours, phone. "
            "Such as: Station, AFFAIRS, Committee, 1-5 08:30-17:30",
        ),
        required=False,
        rows=4,
    )
    workers = _list_field(
        say_later("工作人员，每行一位", "Workers, one on each line"),
        say_later(
            "姓名, 手机或邮箱, 岗位, 网格。岗位：协调员、监督员、民警；"
            "网格里：网格长、专职网格员、支部联系人、民警、居民代表。",
            "Name, phone or mail, post, grid. Posts: COORDINATOR, AUDITOR, POLICE_CONTACT; in a grid GRID_HEAD, "
            "FULL_TIME_MEMBER, BRANCH_CONTACT, RESIDENT_REPRESENTATIVE.",
        ),
        required=True,
        rows=5,
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = say(f"请填写{field.label}。", f"Please give this: {field.label}.")
        self._now = now
        self.plan: CommunityPlan | None = None

    def clean(self) -> dict[str, Any]:
        """The plan stands in `plan`; each of its faults is shown at its list, with the line."""
        told = super().clean() or {}
        if self.errors:
            return told
        faults = Faults()
        today = localdate(self._now)
        plan = CommunityPlan(
            region=told["region"],
            sub_district=told["sub_district"],
            joint_community=told["joint_community"],
            name=told["name"],
            name_en=told["name_en"],
            time_zone=told["time_zone"],
            centre=Point(told["latitude"], told["longitude"]),
            buildings=lines.buildings_in(told["buildings"], faults),
            stations=lines.stations_in(told["stations"], faults),
            workers=lines.workers_in(told["workers"], faults, until_date=today + FIRST_TERM),
        )
        self.show([*faults, *faults_of(plan, today=today)])
        self.plan = plan
        return told

    def show(self, faults: list[Fault]) -> None:
        """Each fault stands at the field that it came from."""
        for fault in faults:
            name = fault.where.split(" ")[0]
            field = FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, _said_of(fault))


def _said_of(fault: Fault) -> str:
    """What is wrong, and in which line of which list: the summary on top shows it without its field."""
    name, _space, line = fault.where.partition(" ")
    words = say(fault.message_zh, fault.message)
    if name in LIST_WORDS and line:
        return say(f"{LIST_WORDS[name]}第{line}行：{words}", f"{LIST_WORDS[name]}, line {line}: {words}")
    return words
