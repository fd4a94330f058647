"""Apps and organizations' systems: what an access token is for, and what it opens."""

from typing import Any, Final

from django import forms

from matchmaker.community.actions.tokens import DAYS, NAME_LENGTH
from matchmaker.notices.actions.webhooks import URL_LENGTH
from matchmaker.web.forms import choices, once
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader

SCOPES: Final = (
    ("READ", say_later("查看（不含电话和住址）", "Read, without contacts")),
    ("CONTACTS", say_later("查看约好的对方的电话", "Read contacts of what is agreed")),
    ("ASK", say_later("提出和修改求助", "Ask for help and change it")),
    ("HELP", say_later("登记和暂停能帮的事", "Offer help and pause it")),
    ("ANSWER", say_later("答复推荐，反馈见面", "Answer proposals, say how visits went")),
    ("LISTS", say_later("导入名单", "Bring in lists")),
    ("WORK", say_later("岗位上的工作", "What a post opens")),
    ("CALENDAR", say_later("日历订阅（单独选）", "A calendar of agreed visits (by itself)")),
)
EVENTS: Final = (
    ("offer.proposed", say_later("有新推荐要答复", "An offer was proposed")),
    ("proposal.ended", say_later("不用再答复了", "No answer is wanted any more")),
    ("match.agreed", say_later("约好了", "A match was made")),
    ("match.cancelled", say_later("约定取消了", "A match was called off")),
    ("visit.held", say_later("见过面了", "A visit took place")),
    ("visit.not_held", say_later("没有见成", "A visit did not take place")),
)
DAYS_OFFERED: Final = (
    ("30", say_later("30天", "30 days")),
    (str(DAYS), say_later("90天", "90 days")),
    ("365", say_later("一年", "A year")),
)


class TokenForm(forms.Form):
    token = once.token()
    name = LineField(
        label=say_later("给谁用？", "What is it for?"),
        help_text=say_later("比如：手机日历、协会的排班系统", "Such as: my calendar, the rota of our association"),
        max_length=NAME_LENGTH,
        error_messages={"required": say_later("请写明用途。", "Please say what it is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organization_id = forms.TypedChoiceField(label=say_later("谁的？", "Whose?"), required=False, empty_value=None)
    scopes = forms.MultipleChoiceField(
        label=say_later("可以做什么？", "What may it do?"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say_later("请至少选一项。", "Please choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=say_later("有效多久？", "For how long?"), choices=DAYS_OFFERED, coerce=int, initial=str(DAYS)
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = ("", say("我自己的应用", "An app of my own"))
        choices.set_choices(self, "organization_id", [own, *choices.organizations_spoken_for(reader)])


class WebhookForm(forms.Form):
    token = once.token()
    organization_id = forms.ChoiceField(
        label=say_later("哪个组织的？", "Which organization's?"),
        error_messages={"required": say_later("请选一个组织。", "Please choose an organization.")},
    )
    url = LineField(
        label=say_later("地址（https://）", "Address (https://)"),
        max_length=URL_LENGTH,
        error_messages={"required": say_later("请填写地址。", "Please type the address.")},
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=say_later("告诉什么？", "What shall it be told?"),
        choices=EVENTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say_later("请至少选一种。", "Please choose at least one.")},
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "organization_id", choices.organizations_spoken_for(reader))
