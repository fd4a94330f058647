"""What came of earlier proposals and visits, as the rules and terms read it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from matchmaker.community.models import Area
from matchmaker.matches.inputs.counted import counted_outcomes
from matchmaker.matches.inputs.standing import bans_on
from matchmaker.matches.models import Outcome, OutcomeSide, Proposal, ProposalState, Visit, VisitState
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import History

ASKED_ONCE: Final = frozenset(ProposalState.values) - {ProposalState.WITHDRAWN}
"""Whoever was asked is not asked again for the same need, unless the question was only taken back."""

Sets = dict[int, set[int]]
PkRows = QuerySet[Need, Any] | list[int]
"""One column of pks, for a subquery, or a few of them."""


def history_of(
    community_id: int,
    *,
    now: datetime,
    need_ids: Collection[int] | None = None,
    except_proposal_id: int | None = None,
    except_round_id: int | None = None,
) -> History:
    """For the open needs of a community, or some of them: six queries."""
    needs = Need.objects.filter(community_id=community_id)
    if need_ids is not None:
        needs = needs.filter(pk__in=need_ids)
    said = Q(visit__match__community_id=community_id)
    return _history(needs, said, now, except_proposal_id, except_round_id)


def history_under(area: Area, *, now: datetime) -> History:
    """For the open needs of all communities of an area: six queries."""
    said = Q(visit__match__community__path__startswith=area.path)
    return _history(Need.objects.filter(community__path__startswith=area.path), said, now)


def _history(
    rows: QuerySet[Need],
    said: Q,
    now: datetime,
    except_proposal_id: int | None = None,
    except_round_id: int | None = None,
) -> History:
    needs = rows.filter(state=NeedState.OPEN)
    persons, organizations = _asked(needs.values("pk"), except_proposal_id, now, except_round_id)
    people = needs.values("for_person_id")
    helpers, prior_organizations = _prior(people)
    at_home = Visit.objects.filter(
        state=VisitState.DONE,
        match__need__at_home=True,
        match__offer__stop__isnull=True,
        match__person_id__in=people,
    ).values_list("match__person_id", flat=True)
    return History(
        excluded_persons=persons,
        excluded_organizations=organizations,
        prior_helpers=helpers,
        prior_organizations=prior_organizations,
        visited_at_home=frozenset(at_home.distinct()),
        good_and_known_visits=_visits_of_organizations(said),
    )


def history_of_few(need: Need, organization_ids: Collection[int], *, now: datetime) -> History:
    """The same for one need and a few organizations: five queries, and one more where there are any."""
    persons, organizations = _asked([need.pk], None, now)
    helpers, prior_organizations = _prior([need.for_person_id])
    at_home = Visit.objects.filter(
        state=VisitState.DONE, match__need__at_home=True, match__person_id=need.for_person_id
    ).exists()
    said = Q(
        visit__match__community_id=need.community_id, visit__match__offer__organization_id__in=list(organization_ids)
    )
    return History(
        excluded_persons=persons,
        excluded_organizations=organizations,
        prior_helpers=helpers,
        prior_organizations=prior_organizations,
        visited_at_home=frozenset({need.for_person_id}) if at_home else frozenset(),
        good_and_known_visits=_visits_of_organizations(said) if organization_ids else {},
    )


def asked_before(need_id: int, *, except_proposal_id: int, now: datetime) -> History:
    """What the hard rules read of it, for one need: who is not asked again. Three queries."""
    persons, organizations = _asked(Need.objects.filter(pk=need_id).values("pk"), except_proposal_id, now)
    return History(excluded_persons=persons, excluded_organizations=organizations)


def _asked(
    need_ids: PkRows, except_proposal_id: int | None, now: datetime, except_round_id: int | None = None
) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    persons: Sets = defaultdict(set)
    organizations: Sets = defaultdict(set)
    never_asked = Q(state=ProposalState.EXPIRED, helper_asked_at__isnull=True)
    rows = Proposal.objects.filter(need_id__in=need_ids, state__in=ASKED_ONCE).exclude(never_asked)
    rows = rows.exclude(pk=except_proposal_id or 0)
    if except_round_id is not None:
        rows = rows.exclude(round_id=except_round_id)
    asked = rows.values_list("need_id", "helper_id", "offer__person_id", "offer__organization_id")
    for need_id, helper_id, person_id, organization_id in asked:
        persons[need_id].update({helper_id, person_id} - {None})
        if organization_id is not None:
            organizations[need_id].add(organization_id)
    absent = Visit.objects.filter(replaced_by__in=need_ids).values_list("replaced_by_id", "match__helper_id")
    for replacing_id, helper_id in absent:
        persons[replacing_id].add(helper_id)
    for banned_on, banned_person, banned_organization in bans_on(need_ids, now=now):
        if banned_person is not None:
            persons[banned_on].add(banned_person)
        if banned_organization is not None:
            organizations[banned_on].add(banned_organization)
    return _frozen(persons), _frozen(organizations)


def _prior(person_ids: PkRows) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    """Who helped these people before, and would be greeted again."""
    helpers: Sets = defaultdict(set)
    organizations: Sets = defaultdict(set)
    rows = Outcome.objects.filter(
        side=OutcomeSide.ASKER, greet_again=True, visit__state=VisitState.DONE, visit__match__person_id__in=person_ids
    ).values_list("visit__match__person_id", "visit__match__helper_id", "visit__match__offer__organization_id")
    for person_id, helper_id, organization_id in rows:
        helpers[person_id].add(helper_id)
        if organization_id is not None:
            organizations[person_id].add(organization_id)
    return _frozen(helpers), _frozen(organizations)


def _visits_of_organizations(said: Q) -> dict[int, tuple[int, int]]:
    """Visits of each organization that went well, and all on which the person helped said something."""
    found: dict[int, tuple[int, int]] = {}
    rows = (
        counted_outcomes()
        .filter(said, went_well__isnull=False, visit__match__offer__organization_id__isnull=False)
        .values_list("visit__match__offer__organization_id", "went_well")
    )
    for organization_id, went_well in rows:
        if organization_id is not None:
            good, known = found.get(organization_id, (0, 0))
            found[organization_id] = (good + int((went_well or 0) > 0), known + 1)
    return found


def _frozen(sets: Sets) -> dict[int, frozenset[int]]:
    return {key: frozenset(values) for key, values in sets.items()}
