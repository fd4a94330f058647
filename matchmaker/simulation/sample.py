"""The sample community: made from a seed, and marked as made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from matchmaker.community.models import Mandate, Membership, MembershipRole, User
from matchmaker.matches.models import Proposal
from matchmaker.needs.actions import load_service_types
from matchmaker.needs.models import Offer
from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin
from matchmaker.simulation.offers import open_offers
from matchmaker.simulation.organizations import StaffedOrganization, found_organizations, open_stations
from matchmaker.simulation.people import Resident, settle_people
from matchmaker.simulation.places import Places, TownSize, build_places
from matchmaker.simulation.roles import Workers, fill_posts, give_mandates, make_logins, open_accounts
from matchmaker.simulation.ties import tie_people, vouch_for_some

Progress = Callable[[int, int, str], None]
DEFAULT_SEED: Final = 2026
STEPS: Final = 6
KEPT_POLICY: Final = "identity"
OTHER_POLICIES: Final = ("nearest", "fewest_ties")
POLICIES: Final = (KEPT_POLICY, *OTHER_POLICIES)
"""Names of score cards: the month in the database follows the first, the copies beside it the others."""


@dataclass(frozen=True)
class Sample:
    generated: GeneratedCommunity
    places: Places
    residents: tuple[Resident, ...]
    organizations: tuple[StaffedOrganization, ...]
    workers: Workers
    offers: tuple[Offer, ...]
    mandates: tuple[Mandate, ...]
    asker: Resident
    """Whoever the asker's account belongs to: asks within the month."""


def silent(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def load_sample(*, seed: int, now: datetime, size: TownSize | None = None, progress: Progress = silent) -> Sample:
    """The whole community of this seed is stored, or nothing of it."""
    with transaction.atomic():
        progress(0, STEPS, "places")
        load_service_types()
        places = build_places(seed=seed, size=size or TownSize())
        generated = GeneratedCommunity.objects.create(community=places.community, seed=seed, generated_at=now)
        progress(1, STEPS, "people")
        residents = settle_people(seed=seed, places=places, now=now)
        progress(2, STEPS, "ties")
        tie_people(seed=seed, residents=residents, now=now)
        vouch_for_some(seed=seed, residents=residents, now=now)
        progress(3, STEPS, "organizations")
        organizations = found_organizations(seed=seed, places=places, residents=residents, now=now)
        stations = open_stations(seed=seed, places=places, organizations=organizations)
        members = frozenset(member.pk for row in organizations for member in row.members)
        workers = fill_posts(seed=seed, places=places, residents=residents, taken=members, now=now)
        mandates = give_mandates(seed=seed, residents=residents, now=now)
        progress(4, STEPS, "offers")
        offers = open_offers(
            seed=seed, places=places, residents=residents, organizations=organizations, stations=stations, now=now
        )
        progress(5, STEPS, "accounts")
        asker = next(person for person in residents if not person.newcomer and 66 <= person.age <= 74)
        busy = members | {asker.pk, workers.coordinator.pk, workers.police.pk, workers.auditor.pk}
        helper = next(offer.person for offer in offers if offer.person is not None and offer.person.pk not in busy)
        make_logins(
            generated=generated,
            residents=residents,
            organizations=organizations,
            workers=workers,
            asker=asker.person,
            helper=helper,
            now=now,
        )
        open_accounts(seed=seed, residents=residents, now=now)
        progress(STEPS, STEPS, "sample community loaded")
    return Sample(
        generated, places, tuple(residents), tuple(organizations), workers, tuple(offers), tuple(mandates), asker
    )


def loaded_sample(seed: int) -> GeneratedCommunity | None:
    """The generated community of this seed, where it was loaded before."""
    return GeneratedCommunity.objects.filter(seed=seed).first()


def account_of_side(proposal: Proposal, side: str) -> User | None:
    """The account of the helper or the asker of a proposal in a generated community; of an organization its clerk's.

    None where they have none, and always where the community or the person was not generated.
    """
    generated = GeneratedCommunity.objects.filter(community_id=proposal.need.community_id).first()
    if generated is None:
        return None
    people = User.objects.filter(person__community_id=generated.community_id)
    people = people.exclude(created_at__gt=generated.generated_at)  # whoever joined it afterwards exists
    if side == "asker":
        return people.filter(person_id=proposal.need.for_person_id).first()
    if side != "helper":
        return None
    if proposal.offer.person_id is not None:
        return people.filter(person_id=proposal.offer.person_id).first()
    clerks = Membership.objects.filter(organization=proposal.offer.organization, role=MembershipRole.CLERK)
    return people.filter(person_id__in=clerks.values("person_id")).order_by("pk").first()


def sample_logins() -> QuerySet[GeneratedLogin]:
    """The accounts of generated communities, one per role; none where no community was generated."""
    return GeneratedLogin.objects.select_related("user__person", "generated__community").order_by(
        "generated__seed", "pk"
    )
