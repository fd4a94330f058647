"""Who stands behind an offer: one person, or the members an organization can send, with what was checked about them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.ages import youngest_age
from matchmaker.community.models import Membership, Person, Qualification, QualificationKind, Sex
from matchmaker.engine.problem import UNLIMITED_VISITS

WALKING_SPEED_OF_AN_ORGANIZATION: Final = 70.0
_STATED: Final = (Sex.FEMALE, Sex.MALE)

Held = Mapping[str, frozenset[str]]
"""Codes of valid qualifications by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """What one person, or the members of an organization together, bring along today."""

    people: int
    skills: frozenset[str]
    languages: frozenset[str]
    sex: str | None
    age: int | None
    walking_speed_m_per_min: float
    visits_per_week_cap: int
    trainings: frozenset[str]
    licences: frozenset[str]
    clearances: frozenset[str]
    insured: bool
    guardian_consent: bool


def people_who_give(person_ids: Set[int], *, now: datetime) -> dict[int, Giver]:
    """Each person with what they bring along: two queries."""
    if not person_ids:
        return {}
    held = _held_by(person_ids, localdate(now))
    rows = Person.objects.filter(pk__in=person_ids)
    return {person.pk: _giver([person], held, localdate(now), alone=person) for person in rows}


def teams_that_give(organization_ids: Set[int], *, now: datetime) -> dict[int, Giver]:
    """Each organization that has members, with what they bring along together: two queries.

    One member may bring the training and another the licence, so whoever is named as helper is checked again.
    """
    if not organization_ids:
        return {}
    today = localdate(now)
    memberships = (
        Membership.objects.current(today)
        .filter(organization_id__in=organization_ids, person__left_at__isnull=True)
        .select_related("person")
        .order_by("pk")
    )
    members: dict[int, dict[int, Person]] = defaultdict(dict)
    for membership in memberships:
        members[membership.organization_id][membership.person_id] = membership.person
    held = _held_by({pk for team in members.values() for pk in team}, today)
    return {
        organization_id: _giver(list(team.values()), held, today, alone=None)
        for organization_id, team in members.items()
    }


def _giver(people: list[Person], held: Mapping[int, Held], today: date, *, alone: Person | None) -> Giver:
    """`alone` gives in their own name; age, pace and weekly cap are theirs, never an organization's."""
    return Giver(
        people=len(people),
        skills=_union(person.skills for person in people),
        languages=_union(person.languages for person in people),
        sex=_common_sex(people),
        age=youngest_age(alone.birth_year, today=today) if alone else None,
        walking_speed_m_per_min=float(alone.walking_speed_m_per_min) if alone else WALKING_SPEED_OF_AN_ORGANIZATION,
        visits_per_week_cap=alone.visits_per_week_cap if alone else UNLIMITED_VISITS,
        trainings=_codes(people, held, QualificationKind.TRAINING),
        licences=_codes(people, held, QualificationKind.LICENCE),
        clearances=_codes(people, held, QualificationKind.CLEARANCE),
        insured=bool(_codes(people, held, QualificationKind.INSURANCE)),
        guardian_consent=bool(_codes(people, held, QualificationKind.GUARDIAN_CONSENT)),
    )


def _held_by(person_ids: Set[int], today: date) -> dict[int, Held]:
    """By person: the qualifications that are valid today."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    valid = Qualification.objects.filter(
        Q(valid_until_date__isnull=True) | Q(valid_until_date__gte=today),
        person_id__in=person_ids,
        valid_from_date__lte=today,
    )
    for person_id, kind, code in valid.values_list("person_id", "kind", "code"):
        found[person_id][kind].add(code)
    return {person_id: {kind: frozenset(codes) for kind, codes in kinds.items()} for person_id, kinds in found.items()}


def _codes(people: Iterable[Person], held: Mapping[int, Held], kind: str) -> frozenset[str]:
    return _union(held.get(person.pk, {}).get(kind, frozenset()) for person in people)


def _common_sex(people: Iterable[Person]) -> str | None:
    """The sex all of them state; None where they differ or one has not said."""
    stated = {person.sex for person in people}
    sex = stated.pop()
    return sex if not stated and sex in _STATED else None


def _union(parts: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(entry for part in parts for entry in part)
