"""How a person wishes to hear from here."""

from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import person_in_care_of
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.notices.models import Channel, ContactWish
from matchmaker.notices.ways import account_of, is_open

LANGUAGES: Final = ("", "zh-hans", "en")


class ChannelNotPossible(DomainError):
    code = "CHANNEL_NOT_POSSIBLE"
    message = "We cannot reach you this way yet: a number or an address is missing, or it is not in use here."
    message_zh = "暂时不能用这种方式联系您：还没有号码或邮箱，或者这里没有开通。"


class QuietHoursNotPossible(DomainError):
    code = "QUIET_HOURS_NOT_POSSIBLE"
    message = "Please give both ends of the quiet hours, and leave some of the day free."
    message_zh = "请把免打扰的开始和结束时间都填上，一天里也留出一些时间。"


def wish_notices(
    *,
    viewer: Viewer,
    now: datetime,
    channel: str = "",
    language: str = "",
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    person_id: UUID | None = None,
) -> ContactWish:
    """The viewer, or a person of the area for whom a worker enters it, is told in this way; empty is left to us."""
    viewer.require_person()
    if channel and channel not in Channel.values:
        raise InvalidInput(field="channel")
    if language not in LANGUAGES:
        raise InvalidInput(field="language")
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise QuietHoursNotPossible(field="quiet_until" if quiet_from is not None else "quiet_from")
    with transaction.atomic():
        person = _person(viewer, person_id)
        if channel and not is_open(channel, person, account_of(person)):
            raise ChannelNotPossible(field="channel")
        wish, _made = ContactWish.objects.update_or_create(
            person=person,
            defaults={
                "channel": channel,
                "language": language,
                "quiet_from": quiet_from,
                "quiet_until": quiet_until,
                "changed_at": now,
            },
        )
    return wish


def _person(viewer: Viewer, person_id: UUID | None) -> Person:
    pk = viewer.require_person() if person_id is None else person_in_care_of(viewer, person_id).pk
    return Person.objects.select_related("account").get(pk=pk)
