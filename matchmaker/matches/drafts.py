"""What a door hands to an action, already typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from matchmaker.needs.availability import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDraft:
    """What one side says of a visit. `went_well` is -1, 0 or 1; None where nothing was said.

    A worker who takes the words of a side says which (`side`: "HELPER" or "ASKER") and how they were said (`channel`);
    who takes those of both says that each was heard alone (`heard_apart`).
    """

    happened: bool
    went_well: int | None = None
    greet_again: bool | None = None
    minutes: int | None = None
    comment: str = ""
    side: str | None = None
    channel: str = ""
    heard_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedOffer:
    """An offer that nobody made yet, by a grown volunteer who may do all that this kind of help asks for.

    No hours mean any time. `area` is where the helper would set out from: a grid, a corridor, a community.
    """

    service_type: str
    area: UUID
    hours: tuple[Hours, ...] = ()
    reach_m: int = 1000
    visits_per_week: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfDraft:
    """What is to be different: pairs as (need, offer), weights by term, an offer that is not there yet, and floors.

    `floor_margin` is how many points of a hundred a grid may fall below the average; 100 is no floor.
    """

    pins: tuple[tuple[UUID, UUID], ...] = ()
    bans: tuple[tuple[UUID, UUID], ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    offer: SupposedOffer | None = None
    floor_margin: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WillingDraft:
    """When, how far and how often somebody would come along; no hours at all is any time."""

    hours: tuple[Hours, ...] = ()
    reach_m: int = 1000
    visits_per_month: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionDraft:
    """What one of the three says afterwards; `part` and `channel` only where a worker takes their words."""

    came: bool
    greet_companion: bool | None = None
    greet_asker: bool | None = None
    greet_helper: bool | None = None
    welcome: bool | None = None
    part: str | None = None
    channel: str = ""
    heard_apart: bool = False
