"""What a community knows of itself, measured once a day and again when a row it rests on changed."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Final

from matchmaker.community.models import Area
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, Town, VouchFacts
from matchmaker.engine.scoring import Knowledge, knowledge_of
from matchmaker.matches.inputs.town import town_of

KEPT_TOWNS: Final = 4
"""Each holds a dense matrix of its people, some 70 MB for three thousand."""


def knowledge_in(community: Area, *, now: datetime, also: Collection[int] = ()) -> tuple[Town, Knowledge]:
    """The town and what is known of it; equal rows on the same day are measured once in this process."""
    town = town_of(community, now=now, also=also)
    return town, _measured(
        town.people,
        town.ties,
        town.vouches,
        town.memberships,
        town.seeds,
        town.seed_organization_ids,
        town.outcomes,
    )


@lru_cache(maxsize=KEPT_TOWNS)
def _measured(
    people: tuple[int, ...],
    ties: tuple[TieFacts, ...],
    vouches: tuple[VouchFacts, ...],
    memberships: tuple[MembershipFacts, ...],
    seeds: frozenset[int],
    seed_organization_ids: frozenset[int],
    outcomes: tuple[OutcomeFacts, ...],
) -> Knowledge:
    return knowledge_of(
        Town(
            people=people,
            ties=ties,
            vouches=vouches,
            memberships=memberships,
            seeds=seeds,
            seed_organization_ids=seed_organization_ids,
            outcomes=outcomes,
        )
    )
