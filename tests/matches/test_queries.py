"""Who sees what from round to ledger, and how often the database is asked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person, User
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import Proposal, ProposalState, UnmetNeed
from matchmaker.needs.models import Need
from matchmaker.notices.actions import read_notices
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import (
    SmallTown,
    match_for,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    tie,
    viewer_of,
)

pytestmark = pytest.mark.django_db

ROLES = (
    "asker",
    "helper",
    "neighbour",
    "newcomer",
    "grid_head",
    "coordinator",
    "clerk",
    "member",
    "police",
    "auditor",
    "other_coordinator",
    "stranger",
)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def who_sees(town: SmallTown, query: object) -> set[str]:
    assert callable(query)
    assert query(VISITOR).count() == 0
    return {role for role in ROLES if query(viewer_of(getattr(town, role))).exists()}


class TestProposalsFor:
    def test_shows_one_in_review_to_workers_alone(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.stranger)
        actions.propose_next(need_id=open_need_for(town).pk, now=town.now)

        assert who_sees(town, queries.proposals_for) == {"coordinator", "grid_head"}
        assert who_sees(town, queries.proposals_to_review) == {"coordinator", "grid_head"}

    def test_shows_one_that_was_put_to_its_two_sides(self, town: SmallTown) -> None:
        proposal_for(town)

        assert who_sees(town, queries.proposals_for) == {"asker", "helper", "coordinator", "grid_head"}

    def test_shows_an_organizations_to_its_clerk(self, town: SmallTown) -> None:
        proposal_for(town, offer=open_offer_for(town, organization=town.organization))

        assert who_sees(town, queries.proposals_for) == {"asker", "clerk", "coordinator", "grid_head"}

    def test_never_tells_the_asker_who_declined(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert who_sees(town, queries.proposals_for) == {"helper", "coordinator", "grid_head"}

    def test_never_tells_the_asker_who_let_the_time_pass(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        read_notices(viewer=viewer_of(town.helper), now=town.now)
        actions.expire_proposals(now=proposal.answer_due_at)

        assert who_sees(town, queries.proposals_for) == {"helper", "coordinator", "grid_head"}

    def test_bounds_the_queries_and_the_rows(self, town: SmallTown) -> None:
        offers_of_the_crowd(town, crowd(town, 6))
        for person in (town.asker, town.neighbour, town.newcomer, town.stranger):
            actions.propose_next(need_id=open_need_for(town, person=person).pk, now=town.now)

        coordinator = viewer_of(town.coordinator)
        with CaptureQueriesContext(connection) as asked:
            rows = list(queries.proposals_for(coordinator)[:3])
            for row in rows:
                queries.may_see_helper(coordinator, row)
                queries.may_see_terms(coordinator, row)
                list(row.decisions.all())
        assert len(rows) == 3
        assert len(asked) == 2


class TestFieldsOfAProposal:
    def test_name_the_helper_to_the_asker_once_they_said_yes(self, town: SmallTown) -> None:
        asker = viewer_of(town.asker)
        proposal = proposal_for(town)
        assert not queries.may_see_helper(asker, queries.proposal_by_id(asker, proposal.public_id))

        actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert queries.may_see_helper(asker, queries.proposal_by_id(asker, proposal.public_id))

    def test_name_the_person_to_the_helper_once_both_said_yes(self, town: SmallTown) -> None:
        helper = viewer_of(town.helper)
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        assert not queries.may_see_person(helper, queries.proposal_by_id(helper, proposal.public_id))

        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert queries.may_see_person(helper, queries.proposal_by_id(helper, proposal.public_id))

    def test_do_not_name_the_person_to_the_helper_any_more_once_it_was_called_off(self, town: SmallTown) -> None:
        helper = viewer_of(town.helper)
        match = match_for(town)
        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        proposal = queries.proposal_by_id(helper, match.proposal.public_id)

        assert proposal.state == ProposalState.ACCEPTED
        assert not queries.may_see_person(helper, proposal)
        assert queries.may_see_person(viewer_of(town.asker), proposal)
        assert queries.may_see_person(viewer_of(town.coordinator), proposal)

    def test_give_points_to_workers_and_no_number_that_rests_on_trust(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        terms = {term.term: term for term in queries.terms_of(viewer_of(town.coordinator), proposal, "en")}

        assert (terms["reliance"].points, terms["reliance"].weight) == (None, None)
        assert terms["walk"].points is not None
        assert queries.terms_of(viewer_of(town.asker), proposal, "en") == []
        assert queries.terms_of(viewer_of(town.helper), proposal, "en") == []

    def test_say_why_in_both_languages(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        assert "The help on offer is just this kind." in queries.why_this(viewer_of(town.coordinator), proposal, "en")
        assert "所提供的帮助正是这一项。" in queries.why_this(viewer_of(town.coordinator), proposal, "zh-hans")

    def test_say_nothing_of_the_helper_to_the_asker_until_they_said_yes(self, town: SmallTown) -> None:
        asker, helper = viewer_of(town.asker), viewer_of(town.helper)
        proposal = proposal_for(town)
        assert queries.why_this(asker, queries.proposal_by_id(asker, proposal.public_id), "en") == []
        assert queries.why_this(helper, queries.proposal_by_id(helper, proposal.public_id), "en")

        actions.accept_proposal(viewer=helper, proposal_id=proposal.public_id, now=town.now)

        assert queries.why_this(asker, queries.proposal_by_id(asker, proposal.public_id), "en")


class TestMatchesFor:
    def test_shows_the_two_sides_and_the_workers(self, town: SmallTown) -> None:
        match_for(town)

        assert who_sees(town, queries.matches_for) == {"asker", "helper", "coordinator", "grid_head"}
        assert who_sees(town, queries.visits_for) == {"asker", "helper", "coordinator", "grid_head"}

    def test_shows_an_organizations_to_its_clerk_and_whom_it_named(self, town: SmallTown) -> None:
        match_for(town, offer=open_offer_for(town, organization=town.organization))

        assert who_sees(town, queries.matches_for) == {"asker", "member", "clerk", "coordinator", "grid_head"}

    def test_bounds_the_queries(self, town: SmallTown) -> None:
        match_for(town)

        asker = viewer_of(town.asker)
        with CaptureQueriesContext(connection) as asked:
            for match in queries.matches_for(asker):
                assert queries.may_see_contacts(asker, match)
                for visit in match.visits.all():
                    assert queries.own_outcome(asker, visit) is None
        assert len(asked) == 3


class TestContactOf:
    def test_is_for_the_two_sides_alone(self, town: SmallTown) -> None:
        match = match_for(town)

        assert queries.contact_of(viewer_of(town.asker), match, town.helper).phone == town.helper.phone
        assert queries.contact_of(viewer_of(town.helper), match, town.asker).name == town.asker.name
        for role in set(ROLES) - {"asker", "helper"}:
            with pytest.raises(NotFound):
                queries.contact_of(viewer_of(getattr(town, role)), match, town.helper)

    def test_is_of_the_two_sides_alone(self, town: SmallTown) -> None:
        match = match_for(town)

        with pytest.raises(NotFound):
            queries.contact_of(viewer_of(town.asker), match, town.neighbour)

    def test_closes_with_the_match(self, town: SmallTown) -> None:
        match = match_for(town)
        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        match.refresh_from_db()
        with pytest.raises(NotFound):
            queries.contact_of(viewer_of(town.helper), match, town.asker)


class TestNeedsOfAHelper:
    def test_are_known_while_an_answer_is_awaited_and_open_once_agreed(self, town: SmallTown) -> None:
        helper = viewer_of(town.helper)
        proposal = proposal_for(town)

        assert list(queries.need_ids_asked(helper)) == [proposal.need_id]
        assert queries.agreed_need_ids(helper) == frozenset()

        for person in (town.helper, town.asker):
            actions.accept_proposal(viewer=viewer_of(person), proposal_id=proposal.public_id, now=town.now)
        assert queries.agreed_need_ids(helper) == frozenset({proposal.need_id})


class TestRoundsFor:
    def test_shows_workers_and_the_auditor(self, town: SmallTown) -> None:
        open_need_for(town)
        row = actions.request_round(
            viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now
        )
        actions.run_round(round_id=row.pk, now=town.now)

        assert who_sees(town, queries.rounds_for) == {"coordinator", "grid_head", "auditor"}
        assert who_sees(town, queries.unmet_needs_for) == {"asker", "coordinator", "grid_head"}


class TestUnmetNeedsFor:
    def test_gives_the_latest_round_first_and_instant_answers_last(self, town: SmallTown) -> None:
        coordinator = viewer_of(town.coordinator)
        needs = [open_need_for(town), open_need_for(town, person=town.neighbour)]
        rounds = []
        for _ in range(2):
            row = actions.request_round(viewer=coordinator, community_id=town.community.public_id, now=town.now)
            actions.run_round(round_id=row.pk, now=town.now)
            rounds.append(row.pk)
        UnmetNeed.objects.all().delete()
        for round_id in (None, *rounds):
            for need in reversed(needs):
                UnmetNeed.objects.create(round_id=round_id, need=need, helpers_missing=1, rule_code="SERVICE_TYPE")

        found = list(queries.unmet_needs_for(coordinator).values_list("round_id", "need_id"))

        assert found == [(round_id, need.pk) for round_id in (*reversed(rounds), None) for need in needs]


class TestStillUnmetFor:
    def test_gives_the_latest_word_of_each_need_that_misses_helpers(self, town: SmallTown) -> None:
        waiting = open_need_for(town, helpers_wanted=2)
        asked, met = open_need_for(town, person=town.neighbour), open_need_for(town, person=town.elder)
        Need.objects.filter(pk=met.pk).update(helpers_found=1)
        proposal_for(town, need=asked, state=ProposalState.IN_REVIEW)
        UnmetNeed.objects.all().delete()
        for need in (waiting, asked, met):
            UnmetNeed.objects.create(need=need, helpers_missing=1, rule_code="TIME")
        row = actions.request_round(
            viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now
        )
        latest = UnmetNeed.objects.create(round=row, need=waiting, helpers_missing=2, rule_code="SERVICE_TYPE")

        assert list(queries.still_unmet_for(viewer_of(town.coordinator))) == [latest]

    def test_is_for_workers_of_the_area(self, town: SmallTown) -> None:
        UnmetNeed.objects.get_or_create(need=open_need_for(town), defaults={"helpers_missing": 1, "rule_code": "TIME"})

        assert who_sees(town, queries.still_unmet_for) == {"coordinator", "grid_head"}


class TestLedgerFor:
    def test_shows_each_their_own(self, town: SmallTown) -> None:
        match = match_for(town)
        visit = match.visits.get()
        for person in (town.helper, town.asker):
            actions.record_outcome(
                viewer=viewer_of(person),
                visit_id=visit.public_id,
                draft=OutcomeDraft(happened=True),
                now=visit.ends_at,
            )

        assert who_sees(town, queries.ledger_for) == {"asker", "helper"}


class TestDecisionsFor:
    def test_shows_workers_and_the_auditor(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.stranger)
        proposal = actions.propose_next(need_id=open_need_for(town).pk, now=town.now)
        assert proposal is not None
        actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        assert who_sees(town, queries.decisions_for) == {"coordinator", "grid_head", "auditor"}


class TestFewTiesFor:
    def test_shows_workers_the_people_who_agreed(self, town: SmallTown) -> None:
        Person.objects.filter(pk__in=[town.newcomer.pk, town.neighbour.pk]).update(listed_with_few_ties=True)

        assert list(queries.few_ties_for(viewer_of(town.coordinator))) == [town.newcomer]
        assert who_sees(town, queries.few_ties_for) == {"coordinator", "grid_head"}

    def test_counts_ties_on_both_sides(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.newcomer.pk).update(listed_with_few_ties=True)
        tie(town.newcomer, town.asker)
        tie(town.newcomer, town.stranger)

        assert list(queries.few_ties_for(viewer_of(town.coordinator))) == []


class TestOnesOwnProposals:
    def test_are_found_by_a_person_without_an_account_at_the_desk(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        User.objects.filter(person=town.helper).delete()

        assert viewer_of(town.helper).person_id == town.helper.pk
        assert queries.proposals_for(viewer_of(town.helper)).get() == proposal

    def test_are_in_the_order_of_their_making(self, town: SmallTown) -> None:
        first = proposal_for(town)
        actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=first.public_id, now=town.now)
        later = town.now + timedelta(minutes=1)
        open_offer_for(town, person=town.newcomer)
        actions.propose_next(need_id=first.need_id, now=later)

        found = list(queries.proposals_for(viewer_of(town.coordinator)).values_list("pk", flat=True))
        assert found == list(Proposal.objects.order_by("-made_at").values_list("pk", flat=True))
