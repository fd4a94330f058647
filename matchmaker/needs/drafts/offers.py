"""The draft of an offer."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from matchmaker.errors import InvalidInput
from matchmaker.needs.availability import Hours
from matchmaker.needs.drafts.fields import (
    check_choice,
    check_clock,
    check_code,
    check_given,
    check_id,
    check_languages,
    check_list,
    check_money,
    check_skills,
    check_text,
    check_title,
    check_whole_number,
    check_yes_or_no,
    tidy_languages,
    tidy_skills,
)
from matchmaker.needs.models import Offer, OfferReach, ServiceForm

TITLE_LENGTH: Final = 120
DETAILS_LENGTH: Final = 2000
CODE_LENGTH: Final = 40
EXTERNAL_ID_LENGTH: Final = 80
TYPES_AT_MOST: Final = 20
HOURS_AT_MOST: Final = 42
AREAS_AT_MOST: Final = 50
REACH_AT_MOST_M: Final = 50_000
REACH_AT_MOST_MINUTES: Final = 240
VISITS_PER_WEEK_OF_A_PERSON: Final = 21
VISITS_PER_WEEK_OF_AN_ORGANIZATION: Final = 500
PARALLEL_VISITS_AT_MOST: Final = 100
DEAREST_YUAN: Final = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """What can be given, to whom, where, when, how much. No organization means oneself; no hours mean any time.

    `place` is where the helper sets out from: left out, a person's home or the seat of the organization. A worker names
    the person they heard (`for_person`), how they agreed (`consent`), and where the paper of a written consent lies.
    """

    title: str
    service_types: tuple[str, ...]
    organization: UUID | None = None
    details: str = ""
    form: str = ServiceForm.VOLUNTARY
    price_yuan_per_hour: Decimal | None = None
    place: UUID | None = None
    reach: str = OfferReach.METRES
    reach_m: int | None = None
    reach_minutes: int | None = None
    reach_areas: tuple[UUID, ...] = ()
    by_vehicle: bool = False
    hours: tuple[Hours, ...] = ()
    visits_per_week: int = 1
    parallel_visits: int = 1
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    external_id: str = ""
    for_person: UUID | None = None
    consent: str = ""
    paper_kept_at: str = ""


def columns_of(draft: OfferDraft) -> dict[str, Any]:
    """What a checked draft says by itself, by the column it is kept in; its place, types, areas and hours are rows."""
    return {
        "title": draft.title.strip(),
        "details": draft.details.strip(),
        "form": draft.form,
        "price_yuan_per_hour": draft.price_yuan_per_hour,
        "reach": draft.reach,
        "reach_m": draft.reach_m,
        "reach_minutes": draft.reach_minutes,
        "by_vehicle": draft.by_vehicle,
        "visits_per_week": draft.visits_per_week,
        "parallel_visits": draft.parallel_visits,
        "skills": tidy_skills(draft.skills),
        "languages": tidy_languages(draft.languages),
    }


def draft_as_stored(offer: Offer) -> OfferDraft:
    """What an offer of an organization says, as the draft that would say the same."""
    organization = offer.organization
    at_seat = organization is not None and (offer.latitude, offer.longitude) == (
        organization.latitude,
        organization.longitude,
    )
    return OfferDraft(
        title=offer.title,
        service_types=tuple(kind.code for kind in offer.service_types.all()),
        organization=organization.public_id if organization else None,
        details=offer.details,
        form=offer.form,
        price_yuan_per_hour=offer.price_yuan_per_hour,
        place=None if at_seat else offer.place.public_id,
        reach=offer.reach,
        reach_m=offer.reach_m,
        reach_minutes=offer.reach_minutes,
        reach_areas=tuple(area.public_id for area in offer.reach_areas.all()),
        by_vehicle=offer.by_vehicle,
        hours=tuple(Hours(one.weekday, one.starts, one.ends) for one in offer.hours.all()),
        visits_per_week=offer.visits_per_week,
        parallel_visits=offer.parallel_visits,
        skills=tuple(offer.skills),
        languages=tuple(offer.languages),
        external_id=offer.external_id,
    )


def check_offer_draft(draft: OfferDraft) -> None:
    """The draft can be stored as it is; else one InvalidInput for the first field that cannot."""
    for check in _CHECKS:
        check(draft)


def _check_what(draft: OfferDraft) -> None:
    check_title(draft.title, "title", longest=TITLE_LENGTH)
    check_text(draft.details, "details", longest=DETAILS_LENGTH)
    check_code(draft.external_id, "external_id", longest=EXTERNAL_ID_LENGTH)
    check_list(draft.service_types, "service_types", least=1, most=TYPES_AT_MOST)
    for code in draft.service_types:
        check_given(code, "service_types")
        check_code(code, "service_types", longest=CODE_LENGTH)
    check_id(draft.organization, "organization")
    check_id(draft.for_person, "for_person")
    if draft.organization is not None and draft.for_person is not None:
        raise InvalidInput(
            "An offer is a person's or an organization's.", message_zh="请选择个人或组织之一。", field="for_person"
        )
    check_id(draft.place, "place")
    check_skills(draft.skills, "skills")
    check_languages(draft.languages, "languages")


def _check_form_and_price(draft: OfferDraft) -> None:
    check_choice(draft.form, "form", frozenset(ServiceForm.values))
    if draft.organization is None and draft.form == ServiceForm.PUBLIC:
        raise InvalidInput(
            "A public service is given by an organization.", message_zh="公共服务由组织提供。", field="form"
        )
    price = draft.price_yuan_per_hour
    if price is None:
        return
    if draft.form != ServiceForm.CONVENIENCE:
        raise InvalidInput(
            "Only a convenience service may have a price; volunteers help without pay.",
            message_zh="只有便民服务可以收费，志愿服务是无偿的。",
            field="price_yuan_per_hour",
        )
    check_money(price, "price_yuan_per_hour", most=DEAREST_YUAN)


def _check_reach(draft: OfferDraft) -> None:
    check_choice(draft.reach, "reach", frozenset(OfferReach.values))
    check_yes_or_no(draft.by_vehicle, "by_vehicle")
    check_list(draft.reach_areas, "reach_areas", most=AREAS_AT_MOST)
    for area in draft.reach_areas:
        check_id(area, "reach_areas")
    given = {
        "reach_m": draft.reach_m is not None,
        "reach_minutes": draft.reach_minutes is not None,
        "reach_areas": bool(draft.reach_areas),
    }
    measure = _MEASURE_OF[draft.reach]
    extra = [field for field, present in given.items() if present and field != measure]
    if extra:
        raise InvalidInput("Please give one kind of reach.", message_zh="请只选一种服务范围。", field=extra[0])
    if not given[measure]:
        raise InvalidInput("Please say how far you can go.", message_zh="请填写您能走多远。", field=measure)
    if measure == "reach_m":
        check_whole_number(draft.reach_m, "reach_m", least=1, most=REACH_AT_MOST_M)
    if measure == "reach_minutes":
        check_whole_number(draft.reach_minutes, "reach_minutes", least=1, most=REACH_AT_MOST_MINUTES)


def _check_hours(draft: OfferDraft) -> None:
    check_list(draft.hours, "hours", most=HOURS_AT_MOST)
    for hours in draft.hours:
        if not isinstance(hours, Hours):
            raise InvalidInput("Please give weekdays and times.", message_zh="请填写星期和时间。", field="hours")
        check_whole_number(hours.weekday, "hours", least=0, most=6)
        check_clock(hours.starts, "hours")
        check_clock(hours.ends, "hours")


def _check_capacity(draft: OfferDraft) -> None:
    personal = draft.organization is None
    most = VISITS_PER_WEEK_OF_A_PERSON if personal else VISITS_PER_WEEK_OF_AN_ORGANIZATION
    check_whole_number(draft.visits_per_week, "visits_per_week", least=1, most=most)
    check_whole_number(
        draft.parallel_visits, "parallel_visits", least=1, most=1 if personal else PARALLEL_VISITS_AT_MOST
    )


_MEASURE_OF: Final[dict[str, str]] = {
    OfferReach.METRES: "reach_m",
    OfferReach.MINUTES: "reach_minutes",
    OfferReach.AREAS: "reach_areas",
}

_CHECKS: Final[tuple[Callable[[OfferDraft], Any], ...]] = (
    _check_what,
    _check_form_and_price,
    _check_reach,
    _check_hours,
    _check_capacity,
)
