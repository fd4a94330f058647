"""One proposal and one helper as the engine reads them, to look again before anything is promised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from matchmaker.community.models import Person
from matchmaker.community.queries import street_network
from matchmaker.engine.eligibility import first_refusal, refusals
from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts
from matchmaker.engine.streets import Streets
from matchmaker.matches import calendar
from matchmaker.matches.inputs.history import asked_before
from matchmaker.matches.inputs.promised import promised_by_pair, series_bits
from matchmaker.matches.models import Proposal
from matchmaker.needs.queries import Promised, need_facts, offer_facts, service_type_facts, with_places_kept
from matchmaker.needs.queries.givers import people_who_give
from matchmaker.needs.queries.places import Point, places_of


@dataclass(frozen=True, slots=True)
class PairFacts:
    """`need` is open in the proposal's block alone; `from_home` is the offer as if given from the helper's home.

    `organization_id` is the organization that sends the helper; the engine's offer then names the helper alone.
    """

    need: NeedFacts
    offer: OfferFacts
    from_home: OfferFacts
    organization_id: int | None
    types: Mapping[str, ServiceTypeFacts]
    streets: Streets | None

    def first_refusal(self) -> str | None:
        """The code of the first hard rule this pair breaks now; None where they may meet."""
        if self.organization_id in self.need.excluded_organization_ids:
            return "EXCLUDED"
        if "SAME_BUILDING" in refusals(self.need, self.from_home, self.types, self.streets):
            return "SAME_BUILDING"
        return first_refusal(self.need, self.offer, self.types, self.streets)


def pair_facts(proposal: Proposal, helper: Person, *, now: datetime) -> PairFacts | None:
    """The pair as it stands at `now`, what was only proposed left aside; None where one of them is no longer open."""
    community = proposal.need.community
    zone = calendar.zone_of(community)
    start = calendar.horizon_start(now, zone)
    promised = promised_by_pair(proposal, helper.pk, start=start)
    history = asked_before(proposal.need_id, except_proposal_id=proposal.pk, now=now)
    needs = need_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, need_ids=[proposal.need_id]
    )
    offers = offer_facts(
        community.pk, horizon_start=start, now=now, promised=promised, history=history, offer_ids=[proposal.offer_id]
    )
    if not needs or not offers:
        return None
    block, _ = series_bits(proposal.starts_at, proposal.ends_at, proposal.weeks, start=start, zone=zone)
    need = replace(needs[0], open_quarters=needs[0].open_quarters & block, weeks=proposal.weeks)
    offer = with_places_kept(need, offers[0])
    if offer.person_id is None:
        offer = _as_member(offer, proposal, helper, promised, now)
    sender_id = proposal.offer.organization_id
    return PairFacts(need, offer, _from_home(offer, helper), sender_id, service_type_facts(), street_network())


def _as_member(offer: OfferFacts, proposal: Proposal, helper: Person, promised: Promised, now: datetime) -> OfferFacts:
    """The offer of an organization as this member would carry it out: every rule about a person holds for them.

    Skills and languages are the member's own and those the offer states of whoever is sent, never a colleague's.
    """
    giver = people_who_give({helper.pk}, now=now)[helper.pk]
    taken = promised.visits_of_persons.get(helper.pk, (0,) * len(offer.person_visits_left_by_week))
    return replace(
        offer,
        person_id=helper.pk,
        organization_id=None,
        free_quarters=offer.free_quarters & ~promised.quarters_of_persons.get(helper.pk, 0),
        skills=giver.skills | frozenset(proposal.offer.skills),
        languages=giver.languages | frozenset(proposal.offer.languages),
        age=giver.age,
        sex=giver.sex,
        trainings=giver.trainings,
        licences=giver.licences,
        clearances=giver.clearances,
        insured=giver.insured,
        guardian_consent=giver.guardian_consent,
        person_visits_left_by_week=tuple(max(0, giver.visits_per_week_cap - count) for count in taken),
        person_visits_cap=giver.visits_per_week_cap,
    )


def _from_home(offer: OfferFacts, helper: Person) -> OfferFacts:
    home = helper.household
    if home is None or home.latitude is None or home.longitude is None:
        return offer
    point = Point(home.path, home.level, home.latitude, home.longitude)
    return replace(offer, place=places_of([point])[point])
