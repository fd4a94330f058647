"""Signing in and joining."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from matchmaker.community.sign_in_names import normal_sign_in_name
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import CHINESE, ENGLISH, say, say_later

SIGN_IN_NAME_LENGTH = 254
CODE_LENGTH = 12
NAME_LENGTH = 80
INVITATION_LENGTH = 20


class SignInForm(forms.Form):
    sign_in_name = LineField(
        label=say_later("手机号或邮箱", "Phone number or mail address"),
        max_length=SIGN_IN_NAME_LENGTH,
        error_messages={"required": say_later("请填写手机号或邮箱。", "Please give a phone number or a mail address.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_sign_in_name(self) -> str:
        """As it was typed; a name that can be no account's is said to be none, whether or not accounts exist."""
        typed: str = self.cleaned_data["sign_in_name"]
        if normal_sign_in_name(typed) is None:
            raise forms.ValidationError(
                say("这不是手机号，也不是邮箱。", "This is neither a phone number nor a mail address.")
            )
        return typed


class CodeForm(forms.Form):
    code = LineField(
        label=say_later("验证码", "Code"),
        max_length=CODE_LENGTH,
        error_messages={"required": say_later("请填写收到的验证码。", "Please type the code you received.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class InvitationForm(forms.Form):
    code = LineField(
        label=say_later("邀请码", "The code of your invitation"),
        help_text=say_later(
            "海报或邀请上的十个字母和数字。", "Ten letters and digits, on the poster or the invitation."
        ),
        max_length=INVITATION_LENGTH,
        error_messages={"required": say_later("请填写邀请码。", "Please type the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """As an address can carry it: letters and digits alone."""
        code = "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isascii() and sign.isalnum())
        if not code:
            raise forms.ValidationError(say("请填写邀请码。", "Please type the code."))
        return code


class JoinForm(forms.Form):
    name = LineField(
        label=say_later("您的姓名", "Your name"),
        max_length=NAME_LENGTH,
        error_messages={"required": say_later("请填写姓名。", "Please give your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    sign_in_name = LineField(
        label=say_later("手机号或邮箱", "Phone number or mail address"),
        help_text=say_later("登录时用，不会公开。", "For signing in. It is not shown to others."),
        max_length=SIGN_IN_NAME_LENGTH,
        error_messages={"required": say_later("请填写手机号或邮箱。", "Please give a phone number or a mail address.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    household_id = forms.ChoiceField(
        label=say_later("您住哪一户？", "Which flat is yours?"),
        help_text=say_later("社区工作人员会再核实。", "A community worker confirms it later."),
        required=False,
        widget=forms.Select,
    )
    language = forms.ChoiceField(
        label=say_later("想用哪种语言？", "Which language would you like to read?"),
        choices=[(CHINESE, "中文"), (ENGLISH, "English")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, flats: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """`flats` are those of the stairwell where the invitation hangs; without them nobody is asked."""
        super().__init__(*args, **kwargs)
        if flats:
            later = say("以后再说", "I would rather say later")
            self.fields["household_id"].choices = [("", later), *flats]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["household_id"]

    def clean_household_id(self) -> UUID | None:
        chosen = self.cleaned_data["household_id"]
        return UUID(chosen) if chosen else None
