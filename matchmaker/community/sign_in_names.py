"""The one way to write a phone number or a mail address, so that one account has one name."""

from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

HOME_REGION: Final = "CN"
LONGEST: Final = 254
LONGEST_PHONE: Final = 16
"""The plus and fifteen digits, as E.164 has it; plans of a few countries allow sixteen, which nobody can ring."""


def normal_sign_in_name(text: str) -> str | None:
    """E.164 for a phone number (Chinese where no country is named), lower case for mail; None for anything else."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if "@" in text:
        return _mail(text)
    return normal_phone(text)


def normal_phone(text: str) -> str | None:
    """E.164, or None where this is no number that could be rung."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phone if len(phone) <= LONGEST_PHONE else None


def _mail(text: str) -> str | None:
    # Lower case first: a few letters beyond ASCII pass as capitals and become something that is no address.
    lower = text.lower()
    try:
        validate_email(lower)
    except ValidationError:
        return None
    return lower if len(lower) <= LONGEST else None
