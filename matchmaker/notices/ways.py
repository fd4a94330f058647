"""The way to a person: which channel, which address, which language, and when they sleep."""

from dataclasses import dataclass, field
from datetime import time
from typing import Final

from django.conf import settings

from matchmaker.community.models import Person, User
from matchmaker.notices.models import Channel, ContactWish
from matchmaker.notices.rules import usual_quiet_hours

CONSOLE: Final = "console"
BY_SETTING: Final = {Channel.SMS: "sms", Channel.MAIL: "mail"}


@dataclass(frozen=True, slots=True)
class Way:
    """How a person is told; the address shows in no log."""

    channel: str
    language: str
    quiet: tuple[time, time]
    zone: str
    address: str = field(default="", repr=False)


def way_to(person: Person) -> Way:
    """The way this person wished for where it is open, else the first that is; `account` and wish are read once."""
    wish = wish_of(person)
    account = account_of(person)
    chosen = next(channel for channel in _in_order(wish) if is_open(channel, person, account))
    return Way(
        channel=chosen,
        language=language_of(wish, account),
        quiet=quiet_of(wish),
        zone=person.community.time_zone or settings.TIME_ZONE,
        address=address_of(chosen, person, account),
    )


def is_open(channel: str, person: Person, account: User | None) -> bool:
    """A message can go this way: it is switched on here, and the person has what it takes."""
    if channel == Channel.APP:
        return account is not None and account.is_active
    if channel == Channel.CALL:
        return True
    return is_switched_on(channel) and bool(address_of(channel, person, account))


def is_switched_on(channel: str) -> bool:
    if channel in BY_SETTING:
        return CONSOLE in settings.NOTICE_CHANNELS or BY_SETTING[Channel(channel)] in settings.NOTICE_CHANNELS
    return True


def address_of(channel: str, person: Person, account: User | None) -> str:
    """Phone or mail: the name they sign in by, which they have shown to be theirs, before what the profile says."""
    signs_in_by = account.sign_in_name if account is not None else ""
    if channel == Channel.SMS:
        return signs_in_by if signs_in_by.startswith("+") else person.phone
    if channel == Channel.MAIL:
        return signs_in_by if "@" in signs_in_by else person.email
    return ""


def phone_of(person: Person) -> str:
    """The number that a worker rings; empty where none is known."""
    return person.phone or address_of(Channel.SMS, person, account_of(person))


def language_of(wish: ContactWish | None, account: User | None) -> str:
    """`zh` or `en`."""
    said = (wish.language if wish is not None else "") or (account.language if account is not None else "")
    return "en" if said.startswith("en") else "zh"


def quiet_of(wish: ContactWish | None) -> tuple[time, time]:
    if wish is None or wish.quiet_from is None or wish.quiet_until is None:
        return usual_quiet_hours()
    return wish.quiet_from, wish.quiet_until


def wish_of(person: Person) -> ContactWish | None:
    return getattr(person, "contact_wish", None)


def account_of(person: Person) -> User | None:
    return getattr(person, "account", None)


def _in_order(wish: ContactWish | None) -> list[str]:
    usual = [Channel.SMS, Channel.MAIL, Channel.APP, Channel.CALL]
    if wish is None or not wish.channel:
        return list(usual)
    return [wish.channel, *usual]
