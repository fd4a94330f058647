"""What differs between the kinds of lists: what is loaded, planned, locked and written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from matchmaker.community.actions.listed import lock_people
from matchmaker.lists.cells import Row
from matchmaker.lists.models import ImportKind
from matchmaker.lists.planning import needs, offers, people
from matchmaker.lists.planning.plan import Plan, Scope, Step
from matchmaker.needs.actions.listed_needs import lock_needs
from matchmaker.needs.actions.listed_offers import lock_offers


class Planner(Protocol):
    def __call__(self, rows: Sequence[Row], world: Any, scope: Scope, *, now: datetime, step: Step) -> Plan: ...


class Writer(Protocol):
    def __call__(self, made: Plan, scope: Scope, /, *, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """Two worlds that are equal give the same plan; `lock` keeps the world as it is until the transaction ends."""

    load: Callable[[Scope, datetime], Any]
    plan: Planner
    lock: Callable[[Scope], None]
    write: Writer


KINDS: Final[Mapping[str, Kind]] = {
    ImportKind.PEOPLE: Kind(people.load_world, people.plan, lambda scope: lock_people(scope.community), people.write),
    ImportKind.NEEDS: Kind(needs.load_world, needs.plan, lambda scope: lock_needs(scope.community), needs.write),
    ImportKind.OFFERS: Kind(offers.load_world, offers.plan, lambda scope: lock_offers(scope.giver), offers.write),
}
