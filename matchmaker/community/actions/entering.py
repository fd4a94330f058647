"""Entering people at the desk: known here from now on, without an account, each of them once."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from matchmaker.community import consent_texts
from matchmaker.community.actions.areas import plant_area
from matchmaker.community.actions.consents import checked_manner
from matchmaker.community.actions.locking import chain_of, community_of
from matchmaker.community.actions.people import add_person
from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Consent, ConsentKind, Person
from matchmaker.community.queries.desk import home_in, likely_doubles
from matchmaker.community.texts import check_shown, shows_something
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.records.actions import commit

HOME_LENGTH: Final = 40


class PersonLikelyKnown(DomainError):
    code = "PERSON_LIKELY_KNOWN"
    message = "Somebody like this is known here already. Look at them first, then confirm that this is another person."
    message_zh = "这里已经有很像的居民，请先看一看；确定是另一个人，再确认登记。"


def enter_person(
    *,
    viewer: Viewer,
    area_id: UUID,
    name: str,
    consent: str,
    now: datetime,
    home: str = "",
    paper_kept_at: str = "",
    is_another: bool = False,
    **told: Any,
) -> Person:
    """Someone is known in the worker's area, with the consent that was heard or is on paper.

    `area_id` is their household, or their corridor with `home` as the number on the door. Where somebody of the area
    has the same phone or name the worker says first that it is another person.
    """
    worker_id = viewer.require_person()
    with transaction.atomic():
        area = _area_worked_in(viewer, area_id)
        community = community_of(area)
        # One after the other, so that two desks do not enter the same person or home at once.
        list(Area.objects.select_for_update(no_key=True).filter(pk=community.pk).values_list("pk"))
        household = _household(area, home)
        known = likely_doubles(
            viewer,
            name=name or "",
            phone=str(told.get("phone") or ""),
            household_id=household.pk if household else None,
        )
        if known and not is_another:
            raise PersonLikelyKnown(field="is_another")
        paper = checked_manner(consent, is_own=False, paper_kept_at=paper_kept_at, field="consent")
        person = add_person(community=community, household=household, name=name, now=now, **told)
        Consent.objects.create(
            person=person,
            kind=ConsentKind.KNOWN_HERE,
            manner=consent,
            heard_by_id=worker_id,
            text_version=consent_texts.VERSION,
            paper_kept_at=paper,
            given_at=now,
        )
        persons = [person.pk, worker_id]
        commit(chain=chain_of(community.pk), kind="person.entered", facts={}, persons=persons, now=now)
    return person


def _area_worked_in(viewer: Viewer, area_id: UUID) -> Area:
    area = Area.objects.filter(public_id=area_id).first()
    if area is None or not viewer.works_at(area.path):
        raise NotFound(field="area_id")
    if area.level not in (AreaLevel.COMMUNITY, AreaLevel.CORRIDOR, AreaLevel.HOUSEHOLD):
        raise InvalidInput("Please choose a corridor or a home.", message_zh="请选择楼道或住户。", field="area_id")
    return area


def _household(area: Area, home: str) -> Area | None:
    """The home itself, that of this number in the corridor, or none where only the community is known."""
    home = home.strip()
    if area.level == AreaLevel.HOUSEHOLD:
        return area
    if area.level == AreaLevel.COMMUNITY:
        return None
    check_shown(home, "home")
    if not shows_something(home) or len(home) > HOME_LENGTH:
        raise InvalidInput(
            f"Please give the number on the door, in up to {HOME_LENGTH} characters.",
            message_zh=f"请填写门牌号，最多{HOME_LENGTH}个字。",
            field="home",
        )
    return home_in(area, home) or _planted(area, home)


def _planted(corridor: Area, home: str) -> Area:
    """A home that nobody entered before, with the point of its corridor or of what lies around it."""
    mapped = Area.objects.filter(latitude__isnull=False, longitude__isnull=False)
    around = mapped.filter(pk__in=keys_of_path(corridor.path)).order_by("-level").first()
    if around is None:
        raise InvalidInput(
            "This place is not on the map yet.", message_zh="这个地点还没有标在地图上。", field="area_id"
        )
    return plant_area(
        parent=corridor,
        level=AreaLevel.HOUSEHOLD,
        name=home,
        latitude=around.latitude,
        longitude=around.longitude,
    )
