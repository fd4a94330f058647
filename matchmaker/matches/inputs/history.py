"""What came of earlier proposals and visits, as the rules and terms read it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from matchmaker.community.models import Area
from matchmaker.matches.inputs.counted import counted_outcomes
from matchmaker.matches.inputs.standing import Ban, bans_on, bans_on_one
from matchmaker.matches.models import Outcome, Proposal, ProposalState, Visit, VisitState
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import History
from matchmaker.prepared import Prepared

ASKED_ONCE: Final = frozenset(ProposalState.values) - {ProposalState.WITHDRAWN}
"""Whoever was asked is not asked again for the same need, unless the question was only taken back."""

Asked = tuple[int, int | None, int | None, int | None]
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
    helpers, prior_organizations = _prior(_greeted().filter(visit__match__person_id__in=people))
    at_home = _at_home().filter(match__person_id__in=people)
    return History(
        excluded_persons=persons,
        excluded_organizations=organizations,
        prior_helpers=helpers,
        prior_organizations=prior_organizations,
        visited_at_home=frozenset(at_home.distinct()),
        good_and_known_visits=_good_and_known(_said(said)),
    )


def history_of_few(need: Need, organization_ids: Collection[int], *, now: datetime) -> History:
    """The same for one need and a few organizations: five queries, and one more where there are any."""
    persons, organizations = _excluded(
        _ASKED_FOR_ONE(need_id=need.pk), _ABSENT_FROM_ONE(need_id=need.pk), bans_on_one(need.pk, now=now)
    )
    helpers, prior_organizations = _prior(_PRIOR_OF_ONE(person_id=need.for_person_id))
    known = _good_and_known(
        _SAID_OF_FEW(community_id=need.community_id, organizations=organization_ids) if organization_ids else ()
    )
    return History(
        excluded_persons=persons,
        excluded_organizations=organizations,
        prior_helpers=helpers,
        prior_organizations=prior_organizations,
        visited_at_home=frozenset(_AT_HOME_OF_ONE(person_id=need.for_person_id)),
        good_and_known_visits=known,
    )


def asked_before(need_id: int, *, except_proposal_id: int, now: datetime) -> History:
    """What the hard rules read of it, for one need: who is not asked again. Three queries."""
    persons, organizations = _asked(Need.objects.filter(pk=need_id).values("pk"), except_proposal_id, now)
    return History(excluded_persons=persons, excluded_organizations=organizations)


def _asked(
    need_ids: PkRows, except_proposal_id: int | None, now: datetime, except_round_id: int | None = None
) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    rows = _proposed().filter(need_id__in=need_ids).exclude(pk=except_proposal_id or 0)
    if except_round_id is not None:
        rows = rows.exclude(round_id=except_round_id)
    return _excluded(rows, _absent().filter(replaced_by__in=need_ids), bans_on(need_ids, now=now))


def _proposed() -> QuerySet[Proposal, Asked]:
    never_asked = Q(state=ProposalState.EXPIRED, helper_asked_at__isnull=True)
    rows = Proposal.objects.filter(state__in=ASKED_ONCE).exclude(never_asked)
    return rows.values_list("need_id", "helper_id", "offer__person_id", "offer__organization_id")


def _absent() -> QuerySet[Visit, Any]:
    return Visit.objects.values_list("replaced_by_id", "match__helper_id")


def _excluded(
    asked: Iterable[Asked], absent: Iterable[tuple[int, int]], bans: Iterable[Ban]
) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    """By need the people and the organizations that are not asked (again)."""
    persons: Sets = defaultdict(set)
    organizations: Sets = defaultdict(set)
    for need_id, helper_id, person_id, organization_id in asked:
        persons[need_id].update({one for one in (helper_id, person_id) if one is not None})
        if organization_id is not None:
            organizations[need_id].add(organization_id)
    for replacing_id, helper_id in absent:
        persons[replacing_id].add(helper_id)
    for banned_on, banned_person, banned_organization in bans:
        if banned_person is not None:
            persons[banned_on].add(banned_person)
        if banned_organization is not None:
            organizations[banned_on].add(banned_organization)
    return _frozen(persons), _frozen(organizations)


def _greeted() -> QuerySet[Outcome, tuple[int, int, int | None]]:
    rows = counted_outcomes().filter(greet_again=True)
    return rows.values_list(
        "visit__match__person_id", "visit__match__helper_id", "visit__match__offer__organization_id"
    )


def _prior(
    greeted: Iterable[tuple[int, int, int | None]],
) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    """Who helped these people before, and would be greeted again."""
    helpers: Sets = defaultdict(set)
    organizations: Sets = defaultdict(set)
    for person_id, helper_id, organization_id in greeted:
        helpers[person_id].add(helper_id)
        if organization_id is not None:
            organizations[person_id].add(organization_id)
    return _frozen(helpers), _frozen(organizations)


def _at_home() -> QuerySet[Visit, int]:
    rows = Visit.objects.filter(state=VisitState.DONE, match__need__at_home=True, match__offer__stop__isnull=True)
    return rows.values_list("match__person_id", flat=True)


def _said(where: Q) -> QuerySet[Outcome, tuple[int | None, int | None]]:
    rows = counted_outcomes().filter(where, went_well__isnull=False, visit__match__offer__organization_id__isnull=False)
    return rows.values_list("visit__match__offer__organization_id", "went_well")


def _good_and_known(said: Iterable[tuple[int | None, int | None]]) -> dict[int, tuple[int, int]]:
    """Visits of each organization that went well, and all on which the person helped said something."""
    found: dict[int, tuple[int, int]] = {}
    for organization_id, went_well in said:
        if organization_id is not None:
            good, known = found.get(organization_id, (0, 0))
            found[organization_id] = (good + int((went_well or 0) > 0), known + 1)
    return found


def _frozen(sets: Sets) -> dict[int, frozenset[int]]:
    return {key: frozenset(values) for key, values in sets.items()}


_ASKED_FOR_ONE: Final = Prepared(lambda need_id: _proposed().filter(need_id=need_id))
_ABSENT_FROM_ONE: Final = Prepared(lambda need_id: _absent().filter(replaced_by=need_id))
_PRIOR_OF_ONE: Final = Prepared(lambda person_id: _greeted().filter(visit__match__person_id=person_id))
_AT_HOME_OF_ONE: Final = Prepared(lambda person_id: _at_home().filter(match__person_id=person_id)[:1])
_SAID_OF_FEW: Final = Prepared(
    lambda community_id, organizations: _said(
        Q(visit__match__community_id=community_id, visit__match__offer__organization_id__in=organizations)
    )
)
