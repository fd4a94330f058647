"""A refusal of an action, shown where its field stands."""

from django import forms

from matchmaker.errors import DomainError
from matchmaker.tally import count_refusal


def add_refusal(form: forms.Form, refusal: DomainError, language: str) -> None:
    """The refusal's sentence stands beside its field, or above all fields where the form has no such field."""
    count_refusal(refusal.code)
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.sentence(language))
