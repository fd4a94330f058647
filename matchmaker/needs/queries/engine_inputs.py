"""What the engine must be told and only the matches room knows: it hands these plain values in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Time and visits already promised. Quarters are bits of the horizon; visits are counted per week of it."""

    quarters_of_persons: Mapping[int, int] = field(default_factory=dict)
    """By person: all their booked quarters, as helper or as the one helped."""
    quarters_of_needs: Mapping[int, int] = field(default_factory=dict)
    """By need: the part of those that was booked for it with helpers who still come. Further ones come with them."""
    quarters_of_series: Mapping[int, int] = field(default_factory=dict)
    """By need: the same with whoever stands in for one of its occurrences."""
    quarters_of_stand_ins: Mapping[int, int] = field(default_factory=dict)
    """By weekly need: the weeks that belong to whoever stands in, all of their quarters."""
    full_quarters_of_offers: Mapping[int, int] = field(default_factory=dict)
    """By offer of an organization: quarters in which it can send nobody more."""
    visits_of_offers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    visits_of_persons: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    helpers_asked: Mapping[int, int] = field(default_factory=dict)
    """By need: helpers who have been asked and may still say yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came of earlier proposals and visits."""

    excluded_persons: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By need: who was asked before, or declined. Blocks between people are read here, not handed in."""
    excluded_organizations: Mapping[int, frozenset[int]] = field(default_factory=dict)
    prior_helpers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By person helped: who helped them before and would be welcome again."""
    prior_organizations: Mapping[int, frozenset[int]] = field(default_factory=dict)
    visited_at_home: frozenset[int] = frozenset()
    """Persons who have been visited at home before."""
    good_and_known_visits: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By organization: confirmed visits that went well, and all confirmed ones."""


NOTHING_PROMISED: Final = Promised()
NO_HISTORY: Final = History()
