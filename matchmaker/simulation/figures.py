"""What a simulated month changed, counted from the rows alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Avg, F, Sum

from matchmaker.community.models import Area, Tie, TieKind
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import Forest, forest_of
from matchmaker.engine.strangers import StrangerIndex
from matchmaker.matches.inputs.town import town_of
from matchmaker.matches.models import CompanionState, LedgerEntry, Match, MatchState, Outcome, Visit, VisitState
from matchmaker.needs.models import Need

GROUPS: Final = ("newcomers", "settled", "0-17", "18-34", "35-59", "60-74", "75+")
NOTE: Final = "One month and one seed: differences of this size between policies say little."


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    met: int
    opened: int

    @property
    def of_all(self) -> float:
        return self.met / self.opened if self.opened else 0.0


@dataclass(frozen=True)
class Neighbourhood:
    """How well a town knows itself at one moment."""

    people: int
    stranger_index: float
    islands: float

    @property
    def as_index(self) -> StrangerIndex:
        return StrangerIndex(self.people, self.islands, islands_error=0.0)


@dataclass(frozen=True)
class MonthFigures:
    """One policy's month."""

    policy: str
    needs: Share
    by_type: dict[str, Share]
    by_group: dict[str, Share]
    mean_walk_m: float
    helper_hours: float
    visits_held: int
    visits_that_left_a_tie: int
    new_ties: int
    before: Neighbourhood
    after: Neighbourhood
    refusals: dict[str, int]
    accompanied: int = 0
    """Visits held with company."""
    ties_by_company: int = 0
    """New ties of a companion with one of the two."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "MonthFigures":
        shares = {
            name: {key: Share(**share) for key, share in values[name].items()} for name in ("by_type", "by_group")
        }
        towns = {name: Neighbourhood(**values[name]) for name in ("before", "after")}
        return cls(**{**values, **shares, **towns, "needs": Share(**values["needs"])})


def neighbourhood_of(community: Area, *, now: datetime) -> Neighbourhood:
    """The community's stranger index and islands."""
    return measured(forest_at(community, now=now))


def forest_at(community: Area, *, now: datetime) -> Forest:
    """The community's forest matrix from the same rows and by the same engine as in a round."""
    return forest_of(tie_graph(town_of(community, now=now)))


def renew_old_ties(communities: Sequence[Area], *, made_before: datetime, by: timedelta) -> int:
    """Kin and friends went on seeing each other: their ties are as fresh at the end as they were at the start."""
    old = Tie.objects.filter(low__community__in=communities, kind__in=(TieKind.KIN, TieKind.FRIEND))
    return old.filter(made_at__lte=made_before).update(renewed_at=F("renewed_at") + by)


def measured(forest: Forest) -> Neighbourhood:
    return Neighbourhood(people=len(forest.people), stranger_index=forest.sigma, islands=forest.islands)


def month_figures(
    community: Area,
    *,
    policy: str,
    groups_of: Mapping[int, Sequence[str]],
    since: datetime,
    now: datetime,
    before: Neighbourhood,
    refusals: Mapping[str, int],
) -> MonthFigures:
    """The figures of all that happened in a community since a moment; `groups_of` names the groups of each person."""
    needs = list(
        Need.objects.filter(community=community, opened_at__gte=since)
        .order_by("pk")
        .values_list("helpers_found", "helpers_wanted", "service_type__parent__code", "for_person_id")
    )
    met = [(found >= wanted, kind, person) for found, wanted, kind, person in needs]
    matches = Match.objects.filter(community=community, agreed_at__gte=since).exclude(state=MatchState.CANCELLED)
    held = Visit.objects.filter(match__community=community, state=VisitState.DONE, starts_at__gte=since)
    minutes = LedgerEntry.objects.filter(visit__in=held).aggregate(total=Sum("minutes"))["total"] or 0
    left = Outcome.objects.filter(visit__in=held, greet_again=True).values_list("visit_id", flat=True)
    return MonthFigures(
        policy=policy,
        needs=_share(done for done, _, _ in met),
        by_type=_shares((kind, done) for done, kind, _ in met),
        by_group={group: _share(done for done, _, person in met if group in groups_of[person]) for group in GROUPS},
        mean_walk_m=matches.aggregate(walk=Avg("proposal__walk_m"))["walk"] or 0.0,
        helper_hours=minutes / 60,
        visits_held=held.count(),
        visits_that_left_a_tie=sum(1 for words in Counter(left).values() if words == 2),
        new_ties=Tie.objects.filter(low__community=community, kind=TieKind.HELPED, made_at__gte=since).count(),
        before=before,
        after=neighbourhood_of(community, now=now),
        refusals=dict(sorted(refusals.items())),
        accompanied=held.filter(companion_proposals__state=CompanionState.AGREED).count(),
        ties_by_company=Tie.objects.filter(low__community=community, kind=TieKind.MET, made_at__gte=since).count(),
    )


def _share(done: Iterable[bool]) -> Share:
    answers = list(done)
    return Share(met=sum(answers), opened=len(answers))


def _shares(pairs: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    by_kind: dict[str, list[bool]] = {}
    for kind, done in pairs:
        by_kind.setdefault(kind, []).append(done)
    return {kind: _share(by_kind[kind]) for kind in sorted(by_kind)}
