"""What the templates say of offers."""

from typing import Any

from django import template

from matchmaker.web import offer_words

register = template.Library()


@register.filter
def weekly_hours(offer: Any) -> str:
    return offer_words.hours_of(offer)


@register.filter
def reach(offer: Any) -> str:
    return offer_words.reach_of(offer)


@register.filter
def capacity(offer: Any) -> str:
    return offer_words.capacity_of(offer)


@register.filter
def kinds_of_help(offer: Any) -> str:
    return offer_words.kinds_of(offer)
