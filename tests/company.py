"""A town large enough to know itself, a match in it, and the steps by which somebody comes along."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from matchmaker.community.models import Person
from matchmaker.matches import actions
from matchmaker.matches.drafts import WillingDraft
from matchmaker.matches.models import CompanionProposal, Match, Visit
from tests.town_rows import NOW, person
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, small_town, viewer_of

KIND: Final = "ORIENTATION"
OTHERS: Final = 20
HOURS: Final = 10
EVENING: Final = timedelta(days=2)


@dataclass
class Company:
    """The asker is shown around by the helper; the newcomer would come along, and the community gives hours for it."""

    town: SmallTown
    match: Match
    now: datetime = NOW

    @property
    def visit(self) -> Visit:
        return Visit.objects.get(match=self.match)

    @property
    def proposal(self) -> CompanionProposal:
        return CompanionProposal.objects.get()

    def proposal_of(self, companion: Person) -> CompanionProposal:
        return CompanionProposal.objects.get(companion=companion)

    def viewer(self, name: str) -> Any:
        return viewer_of(getattr(self.town, name), now=self.now)

    @property
    def during(self) -> datetime:
        return self.visit.starts_at + timedelta(minutes=5)

    @property
    def afterwards(self) -> datetime:
        return self.visit.ends_at + timedelta(minutes=30)


def company(*, wished: bool = True, hours: int = HOURS, **need: Any) -> Company:
    """The stored town with its match; nobody is asked to come along yet."""
    town = small_town()
    others(town)
    draft = {"service_type": KIND, "at_home": False, "place": town.corridors[0].public_id, **need}
    asked = open_need_for(town, **draft)
    offer = open_offer_for(town, service_types=(draft["service_type"],))
    made = Company(town, match_for(town, need=asked, offer=offer))
    willing(made, town.newcomer)
    if hours:
        give_hours(made, hours)
    if wished:
        actions.wish_companion(viewer=made.viewer("asker"), match_id=made.match.public_id, now=NOW)
    return made


def others(town: SmallTown, count: int = OTHERS) -> list[Person]:
    """Further people whom nobody knows: with fewer than thirty a town is "not known yet"."""
    homes = town.households
    return [person(homes[index % len(homes)], town.community, f"邻居{index}") for index in range(count)]


def willing(made: Company, who: Person, *, vetted: bool = True, **draft: Any) -> None:
    actions.be_companion(viewer=viewer_of(who), draft=WillingDraft(**draft), now=NOW)
    if vetted:
        actions.vet_companion(viewer=made.viewer("coordinator"), person_id=who.public_id, now=NOW)


def give_hours(made: Company, hours: int = HOURS) -> None:
    actions.set_companion_budget(
        viewer=made.viewer("coordinator"),
        community_id=made.town.community.public_id,
        hours_per_week=hours,
        now=NOW,
    )


def asked() -> Company:
    """The newcomer is asked."""
    made = company()
    assert actions.propose_companions(now=NOW) == 1
    return made


def named() -> Company:
    """The newcomer said yes, and the asker is asked about them."""
    made = asked()
    actions.accept_companionship(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)
    return made


def agreed() -> Company:
    made = named()
    actions.approve_companion(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)
    return made


def came_along(match: Match, companion: Person, *, now: datetime = NOW) -> CompanionProposal:
    """A row of somebody who was agreed to come along on the visit of this match, however small the town."""
    return CompanionProposal.objects.create(
        visit=match.visits.get(),
        companion=companion,
        state="AGREED",
        walk_m=90,
        chance=0.8,
        gain_alone=0.3,
        gain_together=0.9,
        reason="THREE_MEET",
        reason_params={"alone": "0.30", "together": "0.90"},
        asked_at=now,
        companion_answered_at=now,
        asker_answered_at=now,
    )
