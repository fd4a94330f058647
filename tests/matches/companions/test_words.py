"""The words of the three, the ties they leave, and when company stops by itself."""

from datetime import time, timedelta

import pytest

from matchmaker.community.models import Tie, TieKind
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.companions.answers import CompanionNotOpen
from matchmaker.matches.actions.outcomes import OutcomeAlreadyGiven, VisitNotBegun
from matchmaker.matches.drafts import CompanionDraft
from matchmaker.matches.models import CompanionBudget, CompanionWord, Match, ProposalState
from matchmaker.needs.drafts import Window
from matchmaker.notices.models import Notice
from tests.company import Company, agreed, came_along, named
from tests.deputy_rows import stand_in
from tests.town_rows import NOW
from tests.towns import SmallTown, open_need_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


def say(made: Company, name: str, **words: bool) -> None:
    actions.record_companion_words(
        viewer=made.viewer(name),
        proposal_id=made.proposal.public_id,
        draft=CompanionDraft(came=True, **words),
        now=made.afterwards,
    )


def met(made: Company) -> set[frozenset[str]]:
    ties = Tie.objects.filter(kind=TieKind.MET).select_related("low", "high")
    return {frozenset((tie.low.name, tie.high.name)) for tie in ties}


class TestRecordCompanionWords:
    def test_tie_two_by_both_their_words_and_nobody_else(self) -> None:
        made = agreed()

        say(made, "newcomer", greet_asker=True, greet_helper=True)
        assert met(made) == set()
        say(made, "helper", greet_companion=True)
        assert met(made) == {frozenset(("吴新来", "陈助民"))}
        say(made, "asker", greet_companion=False, welcome=True)
        assert met(made) == {frozenset(("吴新来", "陈助民"))}

    def test_leave_no_tie_where_the_companion_says_no(self) -> None:
        made = agreed()

        say(made, "asker", greet_companion=True, welcome=True)
        say(made, "newcomer", greet_asker=False, greet_helper=False)

        assert met(made) == set()

    def test_keep_to_what_each_is_asked(self) -> None:
        made = agreed()

        say(made, "helper", greet_companion=True, greet_asker=True, welcome=False)

        word = CompanionWord.objects.get()
        assert (word.greet_companion, word.greet_asker, word.welcome) == (True, None, None)

    def test_are_said_once_and_after_the_beginning(self) -> None:
        made = agreed()
        draft = CompanionDraft(came=True)
        with pytest.raises(VisitNotBegun):
            actions.record_companion_words(
                viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, draft=draft, now=NOW
            )
        assert not CompanionWord.objects.exists()

        say(made, "asker")
        with pytest.raises(OutcomeAlreadyGiven):
            say(made, "asker")
        assert CompanionWord.objects.count() == 1

    def test_are_refused_where_nobody_came_along(self) -> None:
        made = named()

        with pytest.raises(CompanionNotOpen):
            say(made, "asker")

        assert not CompanionWord.objects.exists()

    def test_are_not_for_strangers_or_workers_of_people_who_sign_in(self) -> None:
        made = agreed()

        with pytest.raises(NotFound):
            say(made, "stranger")
        with pytest.raises(NotAllowed):
            say(made, "coordinator")

        assert not CompanionWord.objects.exists()

    def test_are_read_by_who_said_them_alone(self) -> None:
        made = agreed()
        say(made, "asker", greet_companion=False, welcome=False)

        proposal = queries.companion_proposal_by_id(made.viewer("newcomer"), made.proposal.public_id)
        for name in ("newcomer", "helper", "coordinator"):
            assert queries.own_companion_word(made.viewer(name), proposal) is None
        own = queries.own_companion_word(made.viewer("asker"), proposal)
        assert own is not None
        assert own.welcome is False

    def test_are_taken_by_a_worker_from_who_says_them_elsewhere(self) -> None:
        made = agreed()
        draft = CompanionDraft(came=True, welcome=True, greet_companion=True, part="ASKER", channel="PHONE")

        actions.record_companion_words(
            viewer=viewer_of(made.town.grid_head),
            proposal_id=made.proposal.public_id,
            draft=draft,
            now=made.afterwards,
        )

        word = CompanionWord.objects.get()
        assert (word.part, word.channel, word.given_by) == ("ASKER", "PHONE", made.town.grid_head)


class TestStopIfUnwelcome:
    def test_asks_nobody_more_and_tells_the_coordinator(self) -> None:
        made = agreed()

        say(made, "asker", welcome=False)

        budget = CompanionBudget.objects.get()
        assert budget.stopped_at == made.afterwards
        told = Notice.objects.get(kind="COMPANIONS_STOPPED")
        assert (told.person, told.about) == (made.town.coordinator, made.town.community.public_id)
        assert actions.propose_companions(now=made.afterwards) == 0

    def test_tells_whoever_stands_in_for_the_coordinator_too(self) -> None:
        made = agreed()
        stand_in(made.town.coordinator, made.town.neighbour, now=made.afterwards)

        say(made, "asker", welcome=False)

        told = Notice.objects.filter(kind="COMPANIONS_STOPPED")
        assert {notice.person for notice in told} == {made.town.coordinator, made.town.neighbour}

    def test_goes_on_where_it_was_welcome(self) -> None:
        made = agreed()

        say(made, "asker", welcome=True)

        assert CompanionBudget.objects.get().stopped_at is None

    def test_counts_who_was_turned_away_at_the_door(self) -> None:
        made = agreed()

        actions.turn_companion_away(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=made.during)

        assert CompanionBudget.objects.get().stopped_at == made.during

    def test_ends_when_the_coordinator_sets_the_hours_anew(self) -> None:
        made = agreed()
        say(made, "asker", welcome=False)

        actions.set_companion_budget(
            viewer=made.viewer("coordinator"),
            community_id=made.town.community.public_id,
            hours_per_week=5,
            now=made.afterwards,
        )

        budget = CompanionBudget.objects.get()
        assert (budget.hours_per_week, budget.stopped_at) == (5, None)


class TestTendCompanions:
    def test_asks_each_of_the_three_once(self) -> None:
        made = agreed()

        assert [actions.tend_companions(now=made.afterwards) for _ in range(2)] == [1, 0]

        asked = Notice.objects.filter(kind="COMPANION_WORDS_WANTED").values_list("person__name", flat=True)
        assert sorted(asked) == sorted(["王晓晴", "陈助民", "吴新来"])


class TestCompanionFigures:
    def test_count_what_was_held_with_company(self) -> None:
        made = agreed()
        say(made, "asker", welcome=True)
        type(made.visit).objects.update(state="DONE", closed_at=made.afterwards)

        (figures,) = queries.companion_figures(made.viewer("coordinator"), now=made.afterwards)

        shown = [getattr(figures, name) for name in ("willing", "held", "accompanied", "spoken_of", "unwelcome")]
        assert shown == [1, 1, 1, 1, 0]
        assert not queries.companion_figures(made.viewer("asker"), now=made.afterwards).exists()


class TestCompanyWordsToTake:
    def test_are_of_whoever_is_silent_however_many_spoke_before(self) -> None:
        town = small_town()
        matches = [elders_match(town, days) for days in (1, 2)]
        first, second = (came_along(match, town.newcomer) for match in matches)
        CompanionWord.objects.create(proposal=first, part="ASKER", came=True, welcome=True, given_at=NOW)
        later = second.visit.ends_at

        found = queries.company_words_to_take(viewer_of(town.coordinator, now=later), now=later, at_most=1)

        assert [(words.proposal, words.part) for words in found] == [(second, "ASKER")]


def elders_match(town: SmallTown, days: int) -> Match:
    """Somebody without an account is helped, so many days from now."""
    day = Window(NOW.date() + timedelta(days=days), time(9), time(11))
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", windows=(day,))
    proposal = proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)
    worker = viewer_of(town.coordinator)
    actions.accept_proposal(viewer=worker, proposal_id=proposal.public_id, channel="PHONE", now=NOW)
    return Match.objects.get(need=need)
