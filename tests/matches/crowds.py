"""More people for the small town: as many as a test needs, in its homes, with and without offers."""

from collections.abc import Sequence

from matchmaker.community.models import Person, Vouch
from matchmaker.matches.actions import propose_next
from matchmaker.matches.models import Proposal
from matchmaker.needs.models import Need, Offer
from tests.towns import SmallTown, open_need_for, open_offer_for, person, tie, vouch


def crowd(town: SmallTown, count: int) -> list[Person]:
    """So many people more, every second one tied to the one before."""
    people = [
        person(town.households[number % len(town.households)], town.community, f"居民{number}", now=town.now)
        for number in range(count)
    ]
    for earlier, later in zip(people[::3], people[1::3], strict=False):
        tie(earlier, later, now=town.now)
    return people


def offers_of_the_crowd(town: SmallTown, people: Sequence[Person]) -> list[Offer]:
    """Each of them offers to go shopping, and the coordinator knows them."""
    for one in people:
        Vouch.objects.create(
            voucher=town.coordinator, person=one, made_at=town.now, expires_at=town.now.replace(year=town.now.year + 1)
        )
    return [open_offer_for(town, person=one) for one in people]


def two_asked(town: SmallTown) -> tuple[Need, Proposal, Proposal]:
    """A need for two, and the proposals to the helper and the neighbour, whom the coordinator vouches for."""
    need = open_need_for(town, helpers_wanted=2)
    for one in (town.helper, town.neighbour):
        vouch(town.coordinator, one)
        open_offer_for(town, person=one)
    propose_next(need_id=need.pk, now=town.now)
    first, second = Proposal.objects.order_by("pk")
    return need, first, second
