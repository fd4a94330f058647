"""A form that is pressed twice does its work once: it carries a number that was made when it was shown."""

from uuid import uuid4

from django import forms


def token() -> forms.RegexField:
    return forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=lambda: uuid4().hex)
