"""What both sides say of a visit, apart, and what the second word leaves."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Mandate, MandateKind, Tie, TieKind, User
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions import asking
from matchmaker.matches.actions.outcomes import OneVoiceForBothSides, OutcomeAlreadyGiven, VisitClosed, VisitNotBegun
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    BookedQuarter,
    LedgerEntry,
    Match,
    MatchState,
    Outcome,
    ProposalState,
    Visit,
    VisitState,
)
from matchmaker.needs.models import Need
from matchmaker.notices.models import Notice
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

WELL = OutcomeDraft(happened=True, went_well=1, greet_again=True)
BY_PHONE = OutcomeDraft(happened=True, went_well=1, greet_again=True, side="ASKER", channel="PHONE")


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


def say(town: SmallTown, match: Match, who: str, draft: OutcomeDraft = WELL) -> Visit:
    visit = match.visits.get()
    return actions.record_outcome(
        viewer=viewer_of(getattr(town, who)), visit_id=visit.public_id, draft=draft, now=visit.ends_at
    )


class TestRecordOutcome:
    def test_leaves_the_visit_open_after_one_word(self, town: SmallTown, match: Match) -> None:
        visit = say(town, match, "helper")

        assert visit.state == VisitState.PLANNED
        assert LedgerEntry.objects.count() == 0

    def test_counts_the_smaller_of_the_minutes_stated(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper", OutcomeDraft(happened=True, minutes=75))
        say(town, match, "asker", OutcomeDraft(happened=True, minutes=50))

        assert LedgerEntry.objects.get().minutes == 50

    def test_counts_the_planned_minutes_where_none_are_stated(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")
        say(town, match, "asker")

        assert LedgerEntry.objects.get().minutes == 60

    def test_makes_no_tie_where_one_would_not_greet_again(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper", OutcomeDraft(happened=True, greet_again=False))
        say(town, match, "asker")

        assert Tie.objects.filter(kind=TieKind.HELPED).count() == 0
        assert match.visits.get().state == VisitState.DONE

    def test_closes_as_not_held_where_one_says_it_did_not_happen(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")
        say(town, match, "asker", OutcomeDraft(happened=False))

        match.refresh_from_db()
        assert match.visits.get().state == VisitState.NOT_HELD
        assert match.state == MatchState.DONE
        assert (LedgerEntry.objects.count(), BookedQuarter.objects.count()) == (0, 0)

    def test_leaves_the_hour_to_a_fellow_helper_who_is_there(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        absent = match_for(town, need=need)
        offer = open_offer_for(town, person=town.neighbour)
        match_for(town, need=need, offer=offer)

        say(town, absent, "helper", OutcomeDraft(happened=False))
        say(town, absent, "asker", OutcomeDraft(happened=False))

        held = BookedQuarter.objects.filter(person=town.asker)
        assert {row.visit.match.helper for row in held} == {town.neighbour}

    def test_closes_the_contacts_with_the_last_visit(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")
        say(town, match, "asker")

        match.refresh_from_db()
        with pytest.raises(NotFound):
            queries.contact_of(viewer_of(town.helper), match, town.asker)

    def test_keeps_each_sides_words_from_the_other(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")
        say(town, match, "asker", OutcomeDraft(happened=True, went_well=-1))

        visit = match.visits.get()
        seen = queries.own_outcome(viewer_of(town.helper), queries.visit_by_id(viewer_of(town.helper), visit.public_id))
        assert seen is not None
        assert seen.went_well == 1

    def test_is_refused_before_the_visit_begins(self, town: SmallTown, match: Match) -> None:
        visit = match.visits.get()

        with pytest.raises(VisitNotBegun):
            actions.record_outcome(
                viewer=viewer_of(town.helper),
                visit_id=visit.public_id,
                draft=WELL,
                now=visit.starts_at - timedelta(seconds=1),
            )

        assert Outcome.objects.count() == 0

    def test_is_refused_a_second_time(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")

        with pytest.raises(OutcomeAlreadyGiven):
            say(town, match, "helper")

        assert Outcome.objects.count() == 1

    def test_is_refused_of_a_visit_that_was_called_off(self, town: SmallTown, match: Match) -> None:
        actions.cancel_match(viewer=viewer_of(town.helper), match_id=match.public_id, now=town.now)

        with pytest.raises(VisitClosed):
            say(town, match, "helper")

        assert Outcome.objects.count() == 0

    def test_is_refused_to_workers_where_both_have_accounts(self, town: SmallTown, match: Match) -> None:
        with pytest.raises(NotAllowed):
            say(town, match, "coordinator")

        assert Outcome.objects.count() == 0

    def test_is_not_found_by_others(self, town: SmallTown, match: Match) -> None:
        with pytest.raises(NotFound):
            say(town, match, "stranger")

        assert Outcome.objects.count() == 0

    @pytest.mark.parametrize(
        "draft",
        [
            OutcomeDraft(happened=True, went_well=2),
            OutcomeDraft(happened=False, minutes=30),
            OutcomeDraft(happened=True, minutes=0),
            OutcomeDraft(happened=True, comment="很" * 501),
        ],
    )
    def test_is_refused_where_it_makes_no_sense(self, town: SmallTown, match: Match, draft: OutcomeDraft) -> None:
        with pytest.raises(InvalidInput):
            say(town, match, "helper", draft)

        assert Outcome.objects.count() == 0


class TestSomeoneElseSpeaks:
    def test_a_worker_logs_the_call_of_a_person_without_an_account(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        match = match_for_elder(town, need)
        say(town, match, "helper")

        say(town, match, "grid_head", BY_PHONE)

        tie = Tie.objects.get(kind=TieKind.HELPED)
        assert {tie.low_id, tie.high_id} == {town.elder.pk, town.helper.pk}

    def test_nobody_speaks_for_both_sides(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        match = match_for_elder(town, need)
        User.objects.filter(person=town.helper).delete()
        say(town, match, "grid_head", BY_PHONE)

        with pytest.raises(OneVoiceForBothSides):
            say(town, match, "grid_head", OutcomeDraft(happened=True, side="HELPER", channel="PHONE"))

        assert Outcome.objects.count() == 1

    def test_a_proxy_speaks_of_the_visit_but_not_of_greeting_again(self, town: SmallTown, match: Match) -> None:
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.neighbour,
            for_person=town.asker,
            told_at=town.now,
            evidence="a paper at the desk",
            starts_date=town.now.date(),
            ends_date=town.now.date() + timedelta(days=30),
        )
        say(town, match, "helper")

        say(town, match, "neighbour")

        assert LedgerEntry.objects.get().receiver == town.asker
        assert Tie.objects.filter(kind=TieKind.HELPED).count() == 0


class TestAskForOutcomes:
    def test_asks_both_sides_once(self, town: SmallTown, match: Match) -> None:
        over = match.visits.get().ends_at

        assert actions.ask_for_outcomes(now=over) == 1
        assert actions.ask_for_outcomes(now=over + timedelta(minutes=15)) == 0

        notices = town.helper.notices.filter(kind="VISIT_OUTCOME_WANTED")
        assert notices.count() == 1
        assert town.asker.notices.filter(kind="VISIT_OUTCOME_WANTED").count() == 1

    def test_asks_only_who_did_not_speak_before_it_was_over(self, town: SmallTown, match: Match) -> None:
        say(town, match, "helper")

        assert actions.ask_for_outcomes(now=match.visits.get().ends_at) == 1

        asked = Notice.objects.filter(kind="VISIT_OUTCOME_WANTED")
        assert list(asked.values_list("person", flat=True)) == [town.asker.pk]

    def test_comes_to_every_visit_however_many_were_asked_about(
        self, town: SmallTown, match: Match, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "ASKED_AT_ONCE", 1)
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        other = match_for(town, need=need, offer=match.offer)
        over = max(one.visits.get().ends_at for one in (match, other))

        assert [actions.ask_for_outcomes(now=over) for _ in range(3)] == [1, 1, 0]

        asked = Notice.objects.filter(kind="VISIT_OUTCOME_WANTED").values_list("about", flat=True)
        assert set(asked) == {match.visits.get().public_id, other.visits.get().public_id}

    def test_asks_a_side_no_more_that_has_spoken(self, town: SmallTown, match: Match) -> None:
        actions.ask_for_outcomes(now=match.visits.get().ends_at)

        say(town, match, "helper")

        assert town.helper.notices.get(kind="VISIT_OUTCOME_WANTED").settled_at is not None
        assert town.asker.notices.get(kind="VISIT_OUTCOME_WANTED").settled_at is None


def match_for_elder(town: SmallTown, need: Need) -> Match:
    proposal = proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)
    actions.accept_proposal(
        viewer=viewer_of(town.grid_head), proposal_id=proposal.public_id, now=town.now, channel="PHONE"
    )
    return proposal.need.matches.get()
