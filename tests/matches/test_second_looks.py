"""A second look: asked at no cost, looked at by somebody free of the matter, answered with a reason, told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from matchmaker.community.models import Person, PostKind, PostTerm
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.matches import actions, inputs, queries
from matchmaker.matches.actions import second_looks
from matchmaker.matches.actions.second_looks import (
    LookAnswered,
    LookInHand,
    LookNotInHand,
    NothingIsSaid,
)
from matchmaker.matches.actions.setting_aside import (
    PIECES_AT_MOST,
    REFUSED_AT_MOST,
    NothingMoreSetAside,
    SpeaksForThem,
    TooMuchSetAside,
)
from matchmaker.matches.models import Outcome, SecondLook, SetAside
from matchmaker.notices.models import DutyAlarm, DutyCall
from matchmaker.records.models import Record
from tests.look_rows import DOUBTS, REASON, Spoken, answer_it, asked, notices_of, spoken_of, take_up, told
from tests.towns import SmallTown, appoint, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def spoken(town: SmallTown) -> Spoken:
    return spoken_of(town)


class TestAsking:
    def test_waits_for_the_coordinator_of_the_area_for_a_week(self, spoken: Spoken) -> None:
        look = asked(spoken)

        assert (look.state, look.words, look.due_at) == ("OPEN", DOUBTS, spoken.later + 7 * A_DAY)
        assert [call.person for call in DutyCall.objects.all()] == [spoken.town.coordinator]
        assert notices_of(spoken.town.coordinator, "DUTY_SECOND_LOOK") == 1
        assert list(queries.second_looks_to_answer(viewer_of(spoken.town.coordinator))) == [look]

    def test_twice_is_once_while_it_waits_and_again_afterwards(self, spoken: Spoken) -> None:
        first, again, other = asked(spoken), asked(spoken), asked(spoken, "KNOWN_HERE")

        assert (first, SecondLook.objects.count()) == (again, 2)
        assert other != first
        answer_it(spoken, take_up(spoken, first))
        assert asked(spoken, now=spoken.later + A_DAY) != first

    def test_is_for_oneself_or_for_somebody_in_ones_care(self, spoken: Spoken) -> None:
        town = spoken.town
        heard = actions.ask_second_look(
            viewer=viewer_of(town.grid_head), question="KNOWN_HERE", for_person_id=town.elder.public_id, now=town.now
        )

        assert (heard.person, heard.heard_by) == (town.elder, town.grid_head)
        with pytest.raises(NotFound):
            actions.ask_second_look(
                viewer=viewer_of(town.asker), question="KNOWN_HERE", for_person_id=town.elder.public_id, now=town.now
            )
        assert SecondLook.objects.count() == 1

    def test_in_somebodys_name_tells_nothing_of_one_that_waits_already(self, spoken: Spoken) -> None:
        town = spoken.town
        first = take_up(spoken, asked(spoken))
        told = asked(spoken, who="grid_head", for_person_id=town.helper.public_id, now=spoken.later + A_DAY)

        assert (told, told.state, told.asked_at) == (first, "OPEN", spoken.later + A_DAY)
        assert (told.due_at, told.words, told.taken_by, told.taken_at) == (told.asked_at + 7 * A_DAY, "", None, None)
        first.refresh_from_db()
        assert (first.state, first.words, first.asked_at) == ("IN_HAND", DOUBTS, spoken.later)

    def test_is_refused_without_a_question_or_with_too_many_words(self, spoken: Spoken) -> None:
        viewer = viewer_of(spoken.town.helper)
        with pytest.raises(InvalidInput):
            actions.ask_second_look(viewer=viewer, question="SCORE", now=spoken.later)
        with pytest.raises(InvalidInput):
            actions.ask_second_look(viewer=viewer, question="HELP_FOUND", words="长" * 1001, now=spoken.later)
        with pytest.raises(SignInRequired):
            actions.ask_second_look(viewer=VISITOR, question="HELP_FOUND", now=spoken.later)

        assert SecondLook.objects.count() == 0

    def test_of_nothing_is_refused(self, spoken: Spoken) -> None:
        Person.objects.filter(pk=spoken.town.helper.pk).update(without_graph=True)

        with pytest.raises(NothingIsSaid):
            asked(spoken)
        assert SecondLook.objects.count() == 0


class TestInHand:
    def test_shows_sentence_counts_events_and_words_to_that_one_alone(self, spoken: Spoken) -> None:
        look = asked(spoken)
        coordinator = viewer_of(spoken.town.coordinator)
        with pytest.raises(NotFound):
            queries.doubted_sentence(coordinator, look, "en", now=spoken.later)
        with pytest.raises(NotFound):
            queries.evidence_of(coordinator, look, now=spoken.later)
        assert not queries.may_read_look(coordinator, look)

        look = take_up(spoken, look)

        sentence = queries.doubted_sentence(coordinator, look, "en", now=spoken.later)
        assert sentence.answer == "Some were content and some were not."
        assert [what.sentence for what in sentence.rests_on] == ["What 3 neighbours said"]
        found = queries.evidence_of(coordinator, look, now=spoken.later)
        assert [evidence.about for evidence in found] == [visit.public_id for visit in spoken.visits]
        assert queries.may_read_look(coordinator, look)
        for who in ("helper", "other_coordinator", "grid_head"):
            with pytest.raises(NotFound):
                queries.evidence_of(viewer_of(getattr(spoken.town, who)), look, now=spoken.later)

    def test_is_nobody_elses_until_it_is_late_or_they_are_gone(self, spoken: Spoken) -> None:
        town = spoken.town
        appoint(town.clerk, PostKind.COORDINATOR, town.joint_community, now=town.now)
        look = take_up(spoken, asked(spoken))
        assert take_up(spoken, look) == look

        with pytest.raises(LookInHand):
            take_up(spoken, look, "clerk")
        with pytest.raises(LookNotInHand):
            answer_it(spoken, look, who="clerk")
        assert take_up(spoken, look, "clerk", later=8 * A_DAY).taken_by == town.clerk

    def test_waits_again_once_they_hold_no_post(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))
        PostTerm.objects.filter(person=spoken.town.coordinator).delete()
        appoint(spoken.town.clerk, PostKind.COORDINATOR, spoken.town.community, now=spoken.town.now)

        assert actions.watch_second_looks(now=spoken.later + A_DAY) == 1

        look.refresh_from_db()
        assert (look.state, look.taken_by) == ("OPEN", None)
        assert DutyCall.objects.latest("pk").person == spoken.town.clerk
        assert actions.watch_second_looks(now=spoken.later + A_DAY) == 0

    def test_is_told_further_up_once_when_it_is_late(self, spoken: Spoken) -> None:
        town = spoken.town
        appoint(town.clerk, PostKind.COORDINATOR, town.joint_community, now=town.now)
        look = take_up(spoken, asked(spoken))

        assert actions.watch_second_looks(now=look.due_at) == 0
        assert actions.watch_second_looks(now=look.due_at + A_DAY) == 1
        assert actions.watch_second_looks(now=look.due_at + 2 * A_DAY) == 0

        assert [call.person for call in DutyCall.objects.filter(alarm__kind="SECOND_LOOK_LATE")] == [town.clerk]
        answer_it(spoken, look)
        assert not DutyAlarm.objects.filter(closed_at=None).exists()


class TestWatching:
    def test_waits_for_no_look_that_was_told_late_already(
        self, spoken: Spoken, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        look = asked(spoken)
        assert actions.watch_second_looks(now=look.due_at + A_DAY) == 1

        with django_assert_num_queries(2):
            assert actions.watch_second_looks(now=look.due_at + A_DAY) == 0

    def test_tells_so_many_at_once_and_the_others_next_time(
        self, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(second_looks, "TOLD_LATE_AT_ONCE", 2)
        for question in ("KNOWN_HERE", "HELP_FOUND", "NEXT_VISIT"):
            look = asked(spoken, question)

        assert [actions.watch_second_looks(now=look.due_at + A_DAY) for _ in range(3)] == [2, 1, 0]


class TestAnswering:
    def test_sets_one_thing_aside_and_the_sentence_changes(self, spoken: Spoken) -> None:
        assert told(spoken)[1] == ("Some were content and some were not.", [3])
        before = inputs.town_of(spoken.town.community, now=spoken.later)
        look = take_up(spoken, asked(spoken))

        answer_it(spoken, look, "SET_ASIDE", set_aside=[spoken.visits[0].public_id])

        assert told(spoken)[1] == ("Most who said how it went were content.", [3])
        after = inputs.town_of(spoken.town.community, now=spoken.later)
        assert len(before.outcomes) - len(after.outcomes) == 1
        assert notices_of(spoken.town.helper, "SECOND_LOOK_ANSWERED") == 1
        assert [record.kind for record in Record.objects.filter(kind__startswith="look.").order_by("pk")] == [
            "look.asked",
            "look.taken",
            "look.answered",
            "look.set_aside",
        ]

    def test_sets_no_praise_aside(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))

        for chosen in ([spoken.visits[1]], spoken.visits):
            with pytest.raises(SpeaksForThem):
                answer_it(spoken, look, "SET_ASIDE", set_aside=[visit.public_id for visit in chosen])

        look.refresh_from_db()
        assert (look.state, SetAside.objects.count()) == ("IN_HAND", 0)

    def test_sets_no_praise_aside_along_with_blame(self, spoken: Spoken) -> None:
        """All at once they would be better off without the two."""
        look = take_up(spoken, asked(spoken))
        chosen = [spoken.visits[0].public_id, spoken.visits[1].public_id]

        with pytest.raises(SpeaksForThem):
            answer_it(spoken, look, "SET_ASIDE", set_aside=chosen)

        assert SetAside.objects.count() == 0
        answer_it(spoken, look, "SET_ASIDE", set_aside=chosen[:1])

    def test_sets_aside_several_that_each_speak_against_them(self, spoken: Spoken) -> None:
        Outcome.objects.filter(visit=spoken.visits[3], side="ASKER").update(went_well=-1)
        look = take_up(spoken, asked(spoken))

        answer_it(spoken, look, "SET_ASIDE", set_aside=[spoken.visits[0].public_id, spoken.visits[3].public_id])

        assert SetAside.objects.count() == 2

    def test_sets_nothing_aside_by_which_somebody_would_greet_them_again(self, spoken: Spoken) -> None:
        Outcome.objects.filter(visit=spoken.visits[0], side="ASKER").update(greet_again=True)
        look = take_up(spoken, asked(spoken))

        with pytest.raises(SpeaksForThem):
            answer_it(spoken, look, "SET_ASIDE", set_aside=[spoken.visits[0].public_id])
        assert SetAside.objects.count() == 0

    def test_sets_aside_so_many_at_once_and_no_more(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))
        many = [uuid4() for _ in range(PIECES_AT_MOST + 1)]

        with pytest.raises(TooMuchSetAside):
            answer_it(spoken, look, "SET_ASIDE", set_aside=many)
        with pytest.raises(NotFound):
            answer_it(spoken, look, "SET_ASIDE", set_aside=many[1:])
        assert SetAside.objects.count() == 0

    def test_tells_a_few_times_only_that_something_speaks_for_them(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))
        for visit in spoken.visits[1:]:
            with pytest.raises(SpeaksForThem):
                answer_it(spoken, look, "SET_ASIDE", set_aside=[visit.public_id])

        for visit in spoken.visits[:2]:
            with pytest.raises(NothingMoreSetAside):
                answer_it(spoken, look, "SET_ASIDE", set_aside=[visit.public_id])

        look.refresh_from_db()
        assert (look.state, look.tries_refused, SetAside.objects.count()) == ("IN_HAND", REFUSED_AT_MOST, 0)
        assert Record.objects.filter(kind="look.try_refused").count() == REFUSED_AT_MOST
        assert answer_it(spoken, look, "EXPLAINED").state == "ANSWERED"

    def test_sets_no_word_aside_on_which_being_known_rests(self, town: SmallTown) -> None:
        vouch(town.grid_head, town.newcomer, now=town.now)
        spoken = Spoken(town, (), town.now)
        look = actions.ask_second_look(viewer=viewer_of(town.newcomer), question="KNOWN_HERE", now=town.now)
        look = take_up(spoken, look)
        words = queries.evidence_of(viewer_of(town.coordinator), look, now=town.now)
        assert [word.visit for word in words] == [None]

        with pytest.raises(SpeaksForThem):
            answer_it(spoken, look, "SET_ASIDE", set_aside=[words[0].about])
        assert SetAside.objects.count() == 0

    def test_sets_a_word_aside_that_does_not_speak_for_them(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken, "KNOWN_HERE"))
        words = queries.evidence_of(viewer_of(spoken.town.coordinator), look, now=spoken.later)
        assert told(spoken)[0][1] == [1, 1]

        answer_it(spoken, look, "SET_ASIDE", set_aside=[words[0].about])

        assert told(spoken)[0] == ("You are known around here.", [1])

    @pytest.mark.parametrize("kind", ["UPHELD", "EXPLAINED"])
    def test_otherwise_changes_nothing_and_is_told_too(self, spoken: Spoken, kind: str) -> None:
        before = inputs.town_of(spoken.town.community, now=spoken.later)

        look = answer_it(spoken, take_up(spoken, asked(spoken)), kind)

        assert (look.state, look.answer, look.reason) == ("ANSWERED", kind, REASON)
        assert inputs.town_of(spoken.town.community, now=spoken.later) == before
        assert notices_of(spoken.town.helper, "SECOND_LOOK_ANSWERED") == 1

    def test_needs_a_reason_and_what_fits_it(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))

        with pytest.raises(InvalidInput):
            answer_it(spoken, look, reason="  ")
        with pytest.raises(InvalidInput):
            answer_it(spoken, look, "SET_ASIDE")
        with pytest.raises(InvalidInput):
            answer_it(spoken, look, "UPHELD", set_aside=[spoken.visits[0].public_id])
        with pytest.raises(InvalidInput):
            answer_it(spoken, look, "LOWERED")
        with pytest.raises(NotFound):
            answer_it(spoken, look, "SET_ASIDE", set_aside=[spoken.town.helper.public_id])
        assert SetAside.objects.count() == 0

    def test_is_given_once(self, spoken: Spoken) -> None:
        look = answer_it(spoken, take_up(spoken, asked(spoken)))

        with pytest.raises(LookAnswered):
            answer_it(spoken, look)
        with pytest.raises(LookAnswered):
            take_up(spoken, look)
        assert notices_of(spoken.town.helper, "SECOND_LOOK_ANSWERED") == 1


class TestCountAgain:
    def test_puts_the_numbers_back_and_tells_the_person(self, spoken: Spoken) -> None:
        before = inputs.town_of(spoken.town.community, now=spoken.later)
        look = answer_it(spoken, take_up(spoken, asked(spoken)), "SET_ASIDE", set_aside=[spoken.visits[0].public_id])
        aside = look.set_aside.get()
        viewer = viewer_of(spoken.town.coordinator, now=spoken.later)

        for _ in range(2):
            lifted = actions.count_again(viewer=viewer, set_aside_id=aside.public_id, reason="弄错了", now=spoken.later)

        assert (lifted.lifted_by, lifted.lift_reason) == (spoken.town.coordinator, "弄错了")
        assert inputs.town_of(spoken.town.community, now=spoken.later) == before
        assert notices_of(spoken.town.helper, "COUNTS_AGAIN") == 1
        assert Record.objects.filter(kind="look.lifted").count() == 1

    @pytest.mark.parametrize("who", ["helper", "grid_head", "other_coordinator", "stranger"])
    def test_is_for_a_coordinator_of_the_area(self, spoken: Spoken, who: str) -> None:
        look = answer_it(spoken, take_up(spoken, asked(spoken)), "SET_ASIDE", set_aside=[spoken.visits[0].public_id])
        aside = look.set_aside.get()

        with pytest.raises((NotFound, NotAllowed)):
            actions.count_again(
                viewer=viewer_of(getattr(spoken.town, who)),
                set_aside_id=aside.public_id,
                reason="弄错了",
                now=spoken.later,
            )
        aside.refresh_from_db()
        assert aside.lifted_at is None

    def test_tells_nobody_else_whether_there_is_such_a_thing(self, spoken: Spoken) -> None:
        look = answer_it(spoken, take_up(spoken, asked(spoken)), "SET_ASIDE", set_aside=[spoken.visits[0].public_id])
        refusals = []
        for known in (look.set_aside.get().public_id, uuid4()):
            with pytest.raises(NotFound) as refused:
                actions.count_again(
                    viewer=viewer_of(spoken.town.other_coordinator),
                    set_aside_id=known,
                    reason="弄错了",
                    now=spoken.later,
                )
            refusals.append((refused.value.code, refused.value.field))

        assert refusals == [("NOT_FOUND", "set_aside_id")] * 2
