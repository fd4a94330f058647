"""What people and organizations of the sample community can give."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from matchmaker.community.models import OrganizationKind, Qualification, QualificationKind, Station
from matchmaker.needs.models import Offer, OfferHours, OfferReach, ServiceForm, ServiceType, StationService
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.organizations import StaffedOrganization
from matchmaker.simulation.people import Resident
from matchmaker.simulation.places import Places, offset

OFFERS_BY_PEOPLE: Final = 205
NEWCOMERS_AMONG_THEM: Final = 0.30
QUALIFIED: Final = 0.9
"""How often someone who offers a type holds what it asks for."""

DAY_PARTS: Final = ((time(8), time(12)), (time(13), time(17, 30)), (time(17), time(21)))

GIVEN_BY: Final[dict[str, tuple[str, ...]]] = {
    "government": ("EMPLOYMENT", "SOCIAL_SECURITY", "RESIDENCE_PAPERWORK", "PATROL"),
    "party": ("COMPANY", "FESTIVAL", "NEIGHBOUR_MEDIATION", "ORIENTATION"),
    "committee": ("SOCIAL_SECURITY", "RESIDENCE_PAPERWORK", "PATROL", "FIRE_SAFETY"),
    "service_station": ("SOCIAL_SECURITY", "JOB_SEEKING", "RESIDENCE_PAPERWORK", "FIRE_SAFETY"),
    "health_station": ("HEALTH",),
    "property_east": ("SMALL_REPAIRS", "SHOPPING"),
    "property_west": ("SMALL_REPAIRS", "SHOPPING"),
    "owners": ("NEIGHBOUR_MEDIATION", "FESTIVAL"),
    "elders_ngo": ("COMPANY", "HOME_CARE", "SHOPPING", "CLINIC_COMPANY"),
    "youth_ngo": ("TUTORING", "SPORTS", "DIGITAL_HELP"),
    "foundation": ("LANGUAGE_PRACTICE", "ORIENTATION", "WORK_SKILLS", "TUTORING"),
    "arts": ("FESTIVAL", "SPORTS"),
    "shop": ("SMALL_REPAIRS",),
    "housekeeping": ("HOME_CARE", "SHOPPING"),
}
"""Codes of service types, upper or lower level, that an organization's offers draw from."""

FORM_OF: Final = {
    OrganizationKind.GOVERNMENT: ServiceForm.PUBLIC,
    OrganizationKind.COMMITTEE: ServiceForm.PUBLIC,
    OrganizationKind.STATION: ServiceForm.PUBLIC,
    OrganizationKind.PROPERTY_COMPANY: ServiceForm.CONVENIENCE,
    OrganizationKind.NEW_ECONOMIC: ServiceForm.CONVENIENCE,
}

Hours = list[tuple[int, time, time]]


def open_offers(
    *,
    seed: int,
    places: Places,
    residents: Sequence[Resident],
    organizations: Sequence[StaffedOrganization],
    stations: Sequence[Station],
    now: datetime,
) -> list[Offer]:
    """The stored offers of people and organizations, with hours and qualifications; people's come first."""
    dice = Dice(seed, "offers")
    types = list(
        ServiceType.objects.filter(parent__isnull=False, retired=False).select_related("parent").order_by("code")
    )
    made: list[tuple[Offer, list[ServiceType], Hours, list[Resident]]] = []
    for helper in _helpers(dice, residents):
        made.append(_offer_of_person(dice, helper, types, places, now))
    for organization in organizations:
        made += _offers_of_organization(dice, organization, types, places, now)
    offers = Offer.objects.bulk_create([offer for offer, _, _, _ in made])
    link = Offer.service_types.through
    link.objects.bulk_create(
        [link(offer_id=offer.pk, servicetype_id=kind.pk) for offer, kinds, _, _ in made for kind in kinds]
    )
    OfferHours.objects.bulk_create(
        [
            OfferHours(offer=offer, weekday=day, starts=starts, ends=ends)
            for offer, _, hours, _ in made
            for day, starts, ends in hours
        ]
    )
    reach = Offer.reach_areas.through
    served = [offer for offer in offers if offer.reach == OfferReach.AREAS]
    reach.objects.bulk_create([reach(offer_id=offer.pk, area_id=places.community.pk) for offer in served])
    _qualify(dice, [(helper, kinds) for _, kinds, _, helpers in made for helper in helpers], now.date())
    _list_station_services(stations, made)
    return offers


def _helpers(dice: Dice, residents: Sequence[Resident]) -> list[Resident]:
    able = [person for person in residents if 15 <= person.age <= 79]
    newcomers = round(OFFERS_BY_PEOPLE * NEWCOMERS_AMONG_THEM)
    new = dice.some([person for person in able if person.newcomer], newcomers)
    settled = dice.some([person for person in able if not person.newcomer], OFFERS_BY_PEOPLE - newcomers)
    return settled + new


def _offer_of_person(
    dice: Dice, helper: Resident, types: Sequence[ServiceType], places: Places, now: datetime
) -> tuple[Offer, list[ServiceType], Hours, list[Resident]]:
    free = [kind for kind in types if _fits_a_volunteer(kind, helper)]
    kinds = dice.some(free, dice.between(2, 4))
    latitude, longitude = helper.corridor.latitude or 0.0, helper.corridor.longitude or 0.0  # corridors have a place
    offer = Offer(
        public_id=dice.public_id(),
        person=helper.person,
        community=places.community,
        title="、".join(kind.name_zh for kind in kinds)[:120],
        form=ServiceForm.VOLUNTARY,
        place=helper.person.household,
        latitude=latitude,
        longitude=longitude,
        visits_per_week=dice.between(1, 3),
        skills=helper.person.skills,
        languages=helper.person.languages,
        opened_at=now,
        external_id=f"{helper.person.external_id}-offer",
    )
    _set_reach(dice, offer)
    return offer, kinds, _free_hours(dice, helper.age), [helper]


def _fits_a_volunteer(kind: ServiceType, helper: Resident) -> bool:
    """A year of birth leaves a year open, and the youngest possible age counts: so more than the minimum."""
    return not kind.public_duty and not kind.required_licences and helper.age > kind.minimum_helper_age


def _set_reach(dice: Dice, offer: Offer) -> None:
    offer.reach = dice.weighted(((OfferReach.METRES, 0.6), (OfferReach.MINUTES, 0.25), (OfferReach.AREAS, 0.15)))
    if offer.reach == OfferReach.METRES:
        offer.reach_m = dice.pick((300, 500, 800, 1000))
    if offer.reach == OfferReach.MINUTES:
        offer.reach_minutes = dice.pick((5, 10, 15))


def _free_hours(dice: Dice, age: int) -> Hours:
    """Retired people are free by day, others in the evening and at the weekend."""
    if age >= 60:
        slots = [(day, part) for day in range(7) for part in DAY_PARTS[:2]]
    else:
        slots = [(day, DAY_PARTS[2]) for day in range(5)] + [(day, part) for day in (5, 6) for part in DAY_PARTS]
    return sorted((day, *part) for day, part in dice.some(slots, dice.between(4, 7)))


def _offers_of_organization(
    dice: Dice, organization: StaffedOrganization, types: Sequence[ServiceType], places: Places, now: datetime
) -> list[tuple[Offer, list[ServiceType], Hours, list[Resident]]]:
    """Three or four offers, each of a few types the organization stands for."""
    form = FORM_OF.get(OrganizationKind(organization.plan.kind), ServiceForm.VOLUNTARY)
    given = GIVEN_BY[organization.plan.key]
    own = [kind for kind in types if kind.code in given or (kind.parent is not None and kind.parent.code in given)]
    made = []
    for number in range(dice.between(3, 4)):
        kinds = dice.some(own, 2 if len(own) > 2 else 1)
        at = (organization.row.latitude, organization.row.longitude)
        offer = Offer(
            public_id=dice.public_id(),
            organization=organization.row,
            community=places.community,
            title="、".join(kind.name_zh for kind in kinds)[:120],
            form=form,
            price_yuan_per_hour=Decimal(dice.pick((30, 45, 60))) if form == ServiceForm.CONVENIENCE else None,
            place=places.community,
            latitude=at[0] if at[0] is not None else offset()[0],
            longitude=at[1] if at[1] is not None else offset()[1],
            reach=OfferReach.AREAS,
            visits_per_week=dice.between(6, 12),
            parallel_visits=2,
            skills=[],
            languages=["zh"],
            opened_at=now,
            external_id=f"sample-{organization.plan.key}-offer-{number}",
        )
        hours = [(day, starts, ends) for day in range(5) for starts, ends in DAY_PARTS[:2]]
        made.append((offer, kinds, hours, list(organization.members)))
    return made


def _qualify(dice: Dice, givers: Sequence[tuple[Resident, list[ServiceType]]], today: date) -> None:
    """Most who offer a type hold what it asks for; two in three are insured."""
    rows: dict[tuple[int, str, str], Qualification] = {}
    for helper, kinds in givers:
        asked = {(QualificationKind.INSURANCE, "ACCIDENT")} if dice.chance(0.67) else set()
        for kind in kinds:
            asked |= {(QualificationKind.TRAINING, code) for code in kind.required_trainings if dice.chance(QUALIFIED)}
            asked |= {(QualificationKind.LICENCE, code) for code in kind.required_licences}
            asked |= {
                (QualificationKind.CLEARANCE, code) for code in kind.required_clearances if dice.chance(QUALIFIED)
            }
        if helper.age < 18:
            asked.add((QualificationKind.GUARDIAN_CONSENT, "HELPING"))
        for what, code in sorted(asked):
            row = Qualification(
                person=helper.person,
                kind=what,
                code=code,
                valid_from_date=today - timedelta(days=dice.between(20, 300)),
            )
            row.valid_until_date = today + timedelta(days=dice.between(60, 600))
            rows[helper.pk, what, code] = row
    Qualification.objects.bulk_create(rows.values())


def _list_station_services(
    stations: Sequence[Station], made: Sequence[tuple[Offer, list[ServiceType], Hours, list[Resident]]]
) -> None:
    pairs = {
        (station.pk, kind.pk)
        for station in stations
        for offer, kinds, _, _ in made
        for kind in kinds
        if offer.organization_id == station.organization_id
    }
    StationService.objects.bulk_create(
        [StationService(station_id=station, service_type_id=kind) for station, kind in sorted(pairs)]
    )
