"""Rows taken in one order, the community first, then the need, then its proposals by pk; decisions come after."""

from collections.abc import Collection
from uuid import UUID

from matchmaker import news
from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Area, AreaLevel, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.models import LIVE_STATES, Match, Proposal
from matchmaker.needs.models import Need


def lock_community(community_id: int) -> None:
    """Answers within one community come one after the other, so caps and vacancies are counted once.

    Whoever locks it means to change it: once that is committed, those who listen there look.
    """
    news.tell(chain_of(community_id))
    Area.objects.select_for_update(no_key=True).only("pk").get(pk=community_id)


def lock_communities(area: Area) -> list[int]:
    """The same for all communities of an area, in the order of their keys, which are given back."""
    below = Area.objects.filter(path__startswith=area.path, level=AreaLevel.COMMUNITY).order_by("pk")
    found = list(below.select_for_update(no_key=True).values_list("pk", flat=True))
    for community_id in found:
        news.tell(chain_of(community_id))
    return found


def lock_need(need_id: int) -> Need:
    """The need as it stands now, with its community locked before it."""
    lock_community(Need.objects.values_list("community_id", flat=True).get(pk=need_id))
    rows = Need.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("service_type", "place", "community", "for_person__account", "consent").get(pk=need_id)


def lock_proposal(viewer: Viewer, proposal_id: UUID) -> Proposal:
    """The proposal as it stands now, its need locked before it; NotFound where the viewer may not see it."""
    visible = queries.proposals_for(viewer).select_related(None).prefetch_related(None)
    seen = visible.filter(public_id=proposal_id).values_list("pk", "need_id").first()
    if seen is None:
        raise NotFound
    proposal_pk, need_id = seen
    need = lock_need(need_id)
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
    proposal = rows.select_related("offer__person__account", "offer__organization", "helper", "score_card").get(
        pk=proposal_pk
    )
    proposal.need = need
    return proposal


def lock_people(person_ids: Collection[int]) -> None:
    """Whoever is promised anything is promised one thing at a time, whichever community it is in."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk").values_list("pk"))


def lock_live_proposals(need: Need) -> list[Proposal]:
    """The live proposals of a locked need, by pk."""
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True).filter(need=need, state__in=LIVE_STATES)
    return list(rows.select_related("offer", "helper").order_by("pk"))


def lock_match(match_id: int) -> Match:
    """The match as it stands now, its need locked before it."""
    need = lock_need(Match.objects.values_list("need_id", flat=True).get(pk=match_id))
    rows = Match.objects.select_for_update(of=("self",), no_key=True)
    match = rows.select_related("proposal", "offer", "helper__account", "person__account").get(pk=match_id)
    match.need = need
    return match
