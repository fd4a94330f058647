"""Posts of the sample community, who speaks for whom, and one account for each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.models import (
    Consent,
    ConsentKind,
    ConsentManner,
    Mandate,
    MandateKind,
    Person,
    Post,
    PostKind,
    PostTerm,
    User,
)
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin, SampleRole
from matchmaker.simulation.organizations import StaffedOrganization
from matchmaker.simulation.people import Resident
from matchmaker.simulation.places import Places

GRID_POSTS: Final = (
    PostKind.GRID_HEAD,
    PostKind.FULL_TIME_MEMBER,
    PostKind.BRANCH_CONTACT,
    PostKind.POLICE_CONTACT,
    PostKind.RESIDENT_REPRESENTATIVE,
)
VACANT: Final = ((1, PostKind.BRANCH_CONTACT), (2, PostKind.RESIDENT_REPRESENTATIVE), (2, PostKind.POLICE_CONTACT))
"""Grid (counted from 0) and post: vacancies are rows, and public."""

COMMUNITY_POSTS: Final = (PostKind.COORDINATOR, PostKind.POLICE_CONTACT, PostKind.AUDITOR)
ELDERS_SPOKEN_FOR: Final = 16
CHILDREN_SPOKEN_FOR: Final = 16
MATTERS_OF_ELDERS: Final = ("COMPANY", "HOME_CARE", "SHOPPING", "SMALL_REPAIRS", "CLINIC_COMPANY", "HEALTH_CHECK")
MATTERS_OF_CHILDREN: Final = ("TUTORING", "SPORTS", "LANGUAGE_PRACTICE")
SIGN_IN_DOMAIN: Final = "sample.invalid"
"""No mail ever reaches this domain (RFC 2606)."""


@dataclass(frozen=True)
class Workers:
    """Who holds the posts that the simulated month acts through."""

    coordinator: Person
    police: Person
    auditor: Person
    grid_heads: tuple[Person, ...]


def fill_posts(
    *, seed: int, places: Places, residents: Sequence[Resident], taken: frozenset[int], now: datetime
) -> Workers:
    """Five posts per grid, some of them vacant, and the community's own posts, are stored with terms around `now`."""
    dice = Dice(seed, "posts")
    wanted = [(grid, kind) for grid in range(len(places.grids)) for kind in GRID_POSTS]
    able = [person for person in residents if 26 <= person.age <= 66 and person.pk not in taken]
    holders = iter(dice.some(able, len(wanted) + len(COMMUNITY_POSTS)))
    held: dict[tuple[int | None, str], Person] = {}
    for grid, kind in wanted:
        post = Post.objects.create(public_id=dice.public_id(), area=places.grids[grid], kind=kind)
        if (grid, kind) not in VACANT:
            held[grid, kind] = _appoint(dice, post, next(holders).person, now)
    for kind in COMMUNITY_POSTS:
        post = Post.objects.create(public_id=dice.public_id(), area=places.community, kind=kind)
        held[None, kind] = _appoint(dice, post, next(holders).person, now)
    return Workers(
        coordinator=held[None, PostKind.COORDINATOR],
        police=held[None, PostKind.POLICE_CONTACT],
        auditor=held[None, PostKind.AUDITOR],
        grid_heads=tuple(held[grid, PostKind.GRID_HEAD] for grid in range(len(places.grids))),
    )


def give_mandates(*, seed: int, residents: Sequence[Resident], now: datetime) -> list[Mandate]:
    """Some people over 75, and some children, have someone of their household or corridor who may ask for them."""
    dice = Dice(seed, "mandates")
    homes: dict[int, list[Resident]] = {}
    for resident in residents:
        homes.setdefault(resident.household_id, []).append(resident)
    spoken_for = dice.some([person for person in residents if person.age >= 75], ELDERS_SPOKEN_FOR)
    spoken_for += dice.some([person for person in residents if 6 <= person.age < 14], CHILDREN_SPOKEN_FOR)
    rows, consents = [], []
    for person in spoken_for:
        near = [other for other in homes[person.household_id] if other.pk != person.pk and 18 <= other.age < 75]
        near = near or [
            other for other in residents if other.corridor.pk == person.corridor.pk and 18 <= other.age < 70
        ]
        if not near:
            continue
        given = now - timedelta(days=dice.between(5, 200))
        consents.append(
            Consent(person=person.person, kind=ConsentKind.PROXY, manner=ConsentManner.WRITTEN, given_at=given)
        )
        mandate = Mandate(
            public_id=dice.public_id(), kind=MandateKind.PROXY, holder=dice.pick(near).person, for_person=person.person
        )
        mandate.scope = list(MATTERS_OF_ELDERS if person.age >= 75 else MATTERS_OF_CHILDREN)
        mandate.evidence, mandate.told_at = "generated with the sample", given
        mandate.starts_date, mandate.ends_date = given.date(), given.date() + timedelta(days=365)
        rows.append(mandate)
    Consent.objects.bulk_create(consents)
    return Mandate.objects.bulk_create(rows)


def open_accounts(*, seed: int, residents: Sequence[Resident], now: datetime) -> int:
    """Most people with a phone have an account under its number; returns how many were stored."""
    dice = Dice(seed, "accounts")
    taken = set(User.objects.filter(person__in=[person.pk for person in residents]).values_list("person_id", flat=True))
    rows = []
    for resident in residents:
        reads_here = dice.chance(0.45 if resident.age >= 70 else 0.85)
        if reads_here and resident.person.phone and resident.age >= 14 and resident.pk not in taken:
            user = User(
                public_id=dice.public_id(), sign_in_name=resident.person.phone, person=resident.person, created_at=now
            )
            user.set_unusable_password()
            rows.append(user)
    User.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def make_logins(
    *,
    generated: GeneratedCommunity,
    residents: Sequence[Resident],
    organizations: Sequence[StaffedOrganization],
    workers: Workers,
    asker: Person,
    helper: Person,
    now: datetime,
) -> list[GeneratedLogin]:
    """One account per role is stored; the operator's belongs to nobody."""
    busy = {workers.coordinator.pk, workers.police.pk, workers.auditor.pk, asker.pk, helper.pk}
    newcomer = next(
        person.person for person in residents if person.newcomer and 20 <= person.age <= 40 and person.pk not in busy
    )
    people: tuple[tuple[SampleRole, Person | None], ...] = (
        (SampleRole.ASKER, asker),
        (SampleRole.HELPER, helper),
        (SampleRole.NEWCOMER, newcomer),
        (SampleRole.CLERK, next(row.clerk.person for row in organizations if row.plan.key == "elders_ngo")),
        (SampleRole.COORDINATOR, workers.coordinator),
        (SampleRole.POLICE, workers.police),
        (SampleRole.AUDITOR, workers.auditor),
        (SampleRole.OPERATOR, None),
    )
    rows = []
    for role, person in people:
        name = sign_in_name(role, generated.seed)
        user = User.objects.create_user(name, person=person, is_staff=role == SampleRole.OPERATOR, created_at=now)
        rows.append(GeneratedLogin(generated=generated, user=user, role=role))
    return GeneratedLogin.objects.bulk_create(rows)


def sign_in_name(role: SampleRole, seed: int) -> str:
    return f"{role.lower()}-{seed}@{SIGN_IN_DOMAIN}"


def _appoint(dice: Dice, post: Post, person: Person, now: datetime) -> Person:
    starts = now.date() - timedelta(days=dice.between(60, 400))
    PostTerm.objects.create(
        post=post, person=person, starts_date=starts, ends_date=now.date() + timedelta(days=dice.between(300, 700))
    )
    return person
