"""Vouches: a revocable word for someone; a few at a time, for a year, and not for ever new people."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of, locked_person, neighbour_of
from matchmaker.community.models import Vouch
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotFound
from matchmaker.records.actions import commit

QUOTA: Final = 5
HOLDS_FOR: Final = timedelta(days=365)
PEOPLE_A_YEAR: Final = 10
"""Words taken back make room again, but nobody's word goes round to more people than this within a year."""


class VouchForOneself(DomainError):
    code = "VOUCH_FOR_ONESELF"
    message = "Nobody can vouch for themselves."
    message_zh = "不能为自己引荐。"


class VouchQuotaSpent(DomainError):
    code = "VOUCH_QUOTA_SPENT"
    message = f"You vouch for {QUOTA} people already. Take one word back first."
    message_zh = f"您已经为{QUOTA}个人引荐了，收回一个之后才能再引荐。"


class VouchesOfTheYearSpent(DomainError):
    code = "VOUCHES_OF_THE_YEAR_SPENT"
    message = f"You vouched for {PEOPLE_A_YEAR} different people within a year. A coordinator can still speak for them."
    message_zh = f"您一年内已经为{PEOPLE_A_YEAR}个人引荐过了。可以请网格员或协调员为这位邻居引荐。"


def vouch_for(*, viewer: Viewer, person_id: UUID, now: datetime) -> Vouch:
    """The viewer's word for this neighbour holds for a year; given again, the year begins anew."""
    voucher_id = viewer.require_person()
    with transaction.atomic():
        voucher = locked_person(voucher_id)
        person = neighbour_of(viewer, person_id)
        if person.pk == voucher_id:
            raise VouchForOneself(field="person_id")
        given = Vouch.objects.filter(voucher_id=voucher_id, revoked_at__isnull=True)
        if given.filter(expires_at__gt=now).exclude(person=person).count() >= QUOTA:
            raise VouchQuotaSpent(field="person_id")
        lately = Vouch.objects.filter(voucher_id=voucher_id, made_at__gt=now - HOLDS_FOR).exclude(person=person)
        if lately.values("person_id").distinct().count() >= PEOPLE_A_YEAR:
            raise VouchesOfTheYearSpent(field="person_id")
        vouch, _ = given.update_or_create(
            voucher_id=voucher_id,
            person=person,
            revoked_at=None,
            defaults={"made_at": now, "expires_at": now + HOLDS_FOR},
        )
        facts = {"vouch": vouch.pk}
        persons = [voucher_id, person.pk]
        commit(chain=chain_of(voucher.community_id), kind="vouch.given", facts=facts, persons=persons, now=now)
    return vouch


def revoke_vouch(*, viewer: Viewer, vouch_id: UUID, now: datetime) -> Vouch:
    """The viewer's own word is taken back; taken back twice, it was taken back once."""
    voucher_id = viewer.require_person()
    with transaction.atomic():
        rows = Vouch.objects.select_for_update(of=("self",), no_key=True).select_related("person")
        vouch = rows.filter(public_id=vouch_id, voucher_id=voucher_id).first()
        if vouch is None:
            raise NotFound(field="vouch_id")
        if vouch.revoked_at is None:
            vouch.revoked_at = now
            vouch.save(update_fields=["revoked_at"])
            facts = {"vouch": vouch.pk}
            persons = [voucher_id, vouch.person_id]
            commit(chain=chain_of(viewer.community_id), kind="vouch.revoked", facts=facts, persons=persons, now=now)
    return vouch
