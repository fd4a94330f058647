"""Who looks again: a coordinator of the area without a part in the matter, else the one above, else one nearby."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import post_init

from matchmaker.community.models import Area, Person, PersonBlock, PostKind
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import inputs, queries
from matchmaker.matches.models import Match, Outcome, SecondLook
from matchmaker.matches.queries import second_looks
from matchmaker.notices.actions import climb_alarms, close_alarm
from matchmaker.notices.models import DutyAlarm, DutyCall
from matchmaker.notices.queries import alarms_for
from tests.deputy_rows import stand_in
from tests.look_rows import Spoken, answer_it, asked, said_of, spoken_of, take_up
from tests.towns import SmallTown, appoint, small_town, tie, viewer_of, vouch

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def spoken(town: SmallTown) -> Spoken:
    return spoken_of(town)


class TestWhoLooks:
    def test_is_no_grid_head_nobody_elsewhere_and_not_the_person(self, spoken: Spoken) -> None:
        look = asked(spoken)

        for who in ("grid_head", "other_coordinator", "police", "auditor", "clerk", "neighbour"):
            assert list(queries.second_looks_for(viewer_of(getattr(spoken.town, who)))) == [], who
            with pytest.raises(NotFound):
                take_up(spoken, look, who)
        with pytest.raises(NotAllowed):
            take_up(spoken, look, "helper")
        assert not DutyAlarm.objects.exclude(kind="SECOND_LOOK").exists()

    def test_alarms_are_shown_to_coordinators_alone(self, spoken: Spoken) -> None:
        asked(spoken, now=spoken.later)

        assert alarms_for(viewer_of(spoken.town.coordinator)).count() == 1
        assert alarms_for(viewer_of(spoken.town.grid_head)).count() == 0

    def test_is_never_who_vouched_for_the_person_but_the_one_above(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)
        appoint(town.clerk, PostKind.COORDINATOR, town.joint_community, now=town.now)

        look = asked(spoken, "KNOWN_HERE")

        assert [call.person for call in DutyCall.objects.all()] == [town.clerk]
        assert list(queries.second_looks_to_answer(viewer_of(town.coordinator))) == []
        with pytest.raises(NotFound):
            take_up(spoken, look)
        assert take_up(spoken, look, "clerk").taken_by == town.clerk

    def test_is_not_who_stands_in_for_who_vouched_for_the_person(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)
        stand_in(town.coordinator, town.newcomer, now=town.now)
        appoint(town.clerk, PostKind.COORDINATOR, town.joint_community, now=town.now)

        look = asked(spoken, "KNOWN_HERE")

        assert [call.person for call in DutyCall.objects.all()] == [town.clerk]
        assert list(queries.second_looks_to_answer(viewer_of(town.newcomer))) == []
        with pytest.raises(NotFound):
            take_up(spoken, look, "newcomer")
        assert take_up(spoken, look, "clerk").taken_by == town.clerk

    def test_is_one_nearby_where_nobody_of_the_area_is_free(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)

        look = asked(spoken, "KNOWN_HERE")

        assert [call.person for call in DutyCall.objects.all()] == [town.other_coordinator]
        assert take_up(spoken, look, "other_coordinator").taken_by == town.other_coordinator

    def test_is_of_those_nearby_the_one_alone_who_took_it(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)
        appoint(town.clerk, PostKind.COORDINATOR, Area.objects.get(name="另一网格"), now=town.now)
        look = asked(spoken, "KNOWN_HERE")
        clerk = viewer_of(town.clerk)
        assert list(queries.second_looks_to_answer(clerk)) == [look]

        look = take_up(spoken, look, "other_coordinator")
        assert list(queries.second_looks_for(clerk)) == []
        answer_it(spoken, look, who="other_coordinator")

        assert list(queries.second_looks_for(clerk)) == []
        assert list(queries.second_looks_for(viewer_of(town.other_coordinator))) == [look]

    def test_is_one_nearby_still_when_the_alarm_was_closed_by_hand(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)
        look = asked(spoken, "KNOWN_HERE")
        viewer = viewer_of(town.other_coordinator)

        close_alarm(viewer=viewer, alarm_id=DutyAlarm.objects.get().public_id, now=spoken.later)

        assert take_up(spoken, look, "other_coordinator").taken_by == town.other_coordinator

    @pytest.mark.parametrize("how", ["helped", "wrote it down", "tied", "blocked"])
    def test_is_nobody_who_took_part(self, spoken: Spoken, how: str) -> None:
        town = spoken.town
        if how == "helped":
            Match.objects.filter(pk=spoken.visits[0].match_id).update(person=town.coordinator)
        elif how == "wrote it down":
            Outcome.objects.filter(pk=said_of(spoken.visits[0]).pk).update(given_by=town.coordinator)
        elif how == "tied":
            tie(town.coordinator, town.helper, now=town.now)
        else:
            PersonBlock.objects.create(person=town.helper, blocked=town.coordinator, made_at=town.now)

        look = asked(spoken)

        assert list(queries.second_looks_for(viewer_of(town.coordinator))) == []
        with pytest.raises(NotFound):
            take_up(spoken, look)

    def test_is_never_who_logged_that_it_was_asked(self, spoken: Spoken) -> None:
        """Else whoever holds the post could read of anybody by saying that they rang."""
        town = spoken.town
        helper_id = town.helper.public_id

        look = asked(spoken, who="coordinator", for_person_id=helper_id)

        assert (look.heard_by, look.person) == (town.coordinator, town.helper)
        assert [call.person for call in DutyCall.objects.all()] == [town.other_coordinator]
        viewer = viewer_of(town.coordinator)
        assert list(queries.second_looks_for(viewer)) == list(queries.second_looks_to_answer(viewer)) == []
        assert not queries.may_handle_look(viewer, look)
        with pytest.raises(NotFound):
            take_up(spoken, look)
        SecondLook.objects.update(state="IN_HAND", taken_by=town.coordinator, taken_at=spoken.later)
        look.refresh_from_db()
        with pytest.raises(NotFound):
            answer_it(spoken, look)
        with pytest.raises(NotFound):
            queries.evidence_of(viewer, look, now=spoken.later)

    def test_reads_nothing_more_once_they_took_part(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))
        viewer = viewer_of(spoken.town.coordinator)
        assert queries.may_read_look(viewer, look)
        tie(spoken.town.coordinator, spoken.town.helper, now=spoken.town.now)

        assert not queries.has_look_in_hand(viewer, look)
        assert not queries.may_read_look(viewer, look)
        with pytest.raises(NotFound):
            queries.evidence_of(viewer, look, now=spoken.later)
        with pytest.raises(NotFound):
            queries.doubted_sentence(viewer, look, "en", now=spoken.later)

    def test_is_read_afterwards_by_who_answered(self, spoken: Spoken) -> None:
        look = answer_it(spoken, take_up(spoken, asked(spoken)))
        tie(spoken.town.coordinator, spoken.town.helper, now=spoken.town.now)

        assert queries.may_read_look(viewer_of(spoken.town.coordinator), look)

    def test_is_refused_where_they_took_part_since(self, spoken: Spoken) -> None:
        look = take_up(spoken, asked(spoken))
        tie(spoken.town.coordinator, spoken.town.helper, now=spoken.town.now)

        with pytest.raises(NotAllowed):
            answer_it(spoken, look)
        look.refresh_from_db()
        assert look.state == "IN_HAND"

    def test_is_somebody_else_when_asked_again(self, spoken: Spoken) -> None:
        answer_it(spoken, take_up(spoken, asked(spoken)))

        again = asked(spoken, now=spoken.later + A_DAY)

        assert DutyCall.objects.latest("pk").person == spoken.town.other_coordinator
        with pytest.raises(NotFound):
            take_up(spoken, again, later=A_DAY)

    def test_climbs_a_level_a_day_while_nobody_takes_it(self, spoken: Spoken) -> None:
        appoint(spoken.town.clerk, PostKind.COORDINATOR, spoken.town.joint_community, now=spoken.town.now)
        asked(spoken)

        assert climb_alarms(now=spoken.later + A_DAY) == 1
        assert [call.person for call in DutyCall.objects.order_by("pk")] == [
            spoken.town.coordinator,
            spoken.town.clerk,
        ]
        assert climb_alarms(now=spoken.later + 9 * A_DAY) == 0


class TestLists:
    def test_take_two_queries_however_many_wait_and_the_first_due_comes_first(
        self, spoken: Spoken, django_assert_num_queries: Any
    ) -> None:
        looks = [asked(spoken, question) for question in ("NEXT_VISIT", "HELP_FOUND", "KNOWN_HERE")]
        viewer = viewer_of(spoken.town.coordinator)

        with django_assert_num_queries(2):
            found = list(queries.second_looks_to_answer(viewer))

        assert found == looks

    def test_of_oneself_are_the_latest_of_each_question_and_no_other_row_is_read(
        self, spoken: Spoken, django_assert_num_queries: Any
    ) -> None:
        for weeks in range(3):
            answer_it(spoken, asked_anew(spoken, timedelta(weeks=weeks)))
        other = asked(spoken, "KNOWN_HERE")
        latest = SecondLook.objects.filter(question="HELP_FOUND").latest("asked_at")

        viewer = viewer_of(spoken.town.helper)

        with django_assert_num_queries(1), rows_of(SecondLook) as made:
            found = queries.own_looks(viewer)

        assert found == {"HELP_FOUND": latest, "KNOWN_HERE": other}
        assert len(made) == 2

    def test_of_evidence_hold_the_latest_and_no_other_row_is_read(
        self, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look = take_up(spoken, asked(spoken))
        monkeypatch.setattr(second_looks, "EVIDENCE_SHOWN", 2)

        with rows_of(Outcome) as made:
            found = queries.evidence_of(viewer_of(spoken.town.coordinator), look, now=spoken.later)

        assert [piece.about for piece in found] == [visit.public_id for visit in spoken.visits[-2:]]
        assert len(made) == 2

    def test_of_evidence_hold_what_the_town_counts_alone(self, spoken: Spoken) -> None:
        """Not what somebody said who opted out of trust, moved away or left, nor of a visit in another town."""
        town = spoken.town
        look = take_up(spoken, asked(spoken))
        viewer = viewer_of(town.coordinator)

        def shown() -> list[int]:
            found = queries.evidence_of(viewer, look, now=spoken.later)
            counted = inputs.town_of(town.community, now=spoken.later).outcomes
            assert len(found) == len([one for one in counted if one.helper_id == town.helper.pk])
            return [spoken.visits.index(piece.visit) for piece in found]

        assert shown() == [0, 1, 2, 3]
        Person.objects.filter(pk=town.stranger.pk).update(without_graph=True)
        assert shown() == [1, 2, 3]
        Person.objects.filter(pk=town.asker.pk).update(left_at=spoken.later)
        assert shown() == [2, 3]
        Match.objects.filter(pk=spoken.visits[3].match_id).update(community=town.other_community)
        assert shown() == [2]
        Person.objects.filter(pk=town.neighbour.pk).update(community=town.other_community)
        assert shown() == []

    def test_of_oneself_hold_what_was_asked_and_nothing_of_others(self, spoken: Spoken) -> None:
        look = asked(spoken)

        assert list(queries.second_looks_for(viewer_of(spoken.town.helper))) == [look]
        assert list(queries.second_looks_to_answer(viewer_of(spoken.town.helper))) == []
        assert list(queries.second_looks_for(VISITOR)) == []


def asked_anew(spoken: Spoken, after: timedelta) -> SecondLook:
    """In the coordinator's hands, though they looked before."""
    look = asked(spoken, now=spoken.later + after)
    moments = {"asked_at": spoken.later + after, "taken_at": spoken.later}
    SecondLook.objects.exclude(pk=look.pk).update(taken_by=None)
    SecondLook.objects.filter(pk=look.pk).update(state="IN_HAND", taken_by=spoken.town.coordinator, **moments)
    DutyAlarm.objects.filter(about=look.public_id).delete()
    look.refresh_from_db()
    return look


@contextmanager
def rows_of(model: type[Model]) -> Iterator[list[Model]]:
    """Each row of the model that is made inside."""
    made: list[Model] = []

    def note(instance: Model, **_: object) -> None:
        made.append(instance)

    post_init.connect(note, sender=model)
    try:
        yield made
    finally:
        post_init.disconnect(note, sender=model)
