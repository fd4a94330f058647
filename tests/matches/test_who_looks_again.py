"""Who looks again: a coordinator of the area without a part in the matter, else the one above, else one nearby."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.models import PersonBlock, PostKind
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import queries
from matchmaker.matches.models import Match, Outcome
from matchmaker.notices.actions import climb_alarms
from matchmaker.notices.models import DutyAlarm, DutyCall
from matchmaker.notices.queries import alarms_for
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

    def test_is_one_nearby_where_nobody_of_the_area_is_free(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.coordinator, town.helper, now=spoken.later)

        look = asked(spoken, "KNOWN_HERE")

        assert [call.person for call in DutyCall.objects.all()] == [town.other_coordinator]
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

    def test_of_oneself_hold_what_was_asked_and_nothing_of_others(self, spoken: Spoken) -> None:
        look = asked(spoken)

        assert list(queries.second_looks_for(viewer_of(spoken.town.helper))) == [look]
        assert list(queries.second_looks_to_answer(viewer_of(spoken.town.helper))) == []
        assert list(queries.second_looks_for(VISITOR)) == []
