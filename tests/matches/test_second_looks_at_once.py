"""Second looks when many press at once: one look, one who takes it, one answer, nothing set aside twice."""

from collections import Counter
from datetime import timedelta

import pytest

from matchmaker.community.models import PostKind
from matchmaker.matches import actions
from matchmaker.matches.models import SecondLook, SetAside
from matchmaker.notices.models import DutyAlarm, Notice
from tests.look_rows import Spoken, asked, spoken_of, taken
from tests.matches.test_at_once import all_at_once
from tests.towns import appoint, small_town, viewer_of

THREADS = 8


@pytest.fixture
def spoken() -> Spoken:
    return spoken_of(small_town())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_asking_open_one_look(self, spoken: Spoken) -> None:
        said = all_at_once([lambda: asked(spoken).state] * THREADS)

        assert said == Counter({"OPEN": THREADS})
        assert (SecondLook.objects.count(), DutyAlarm.objects.count()) == (1, 1)

    def test_two_coordinators_take_it_once(self, spoken: Spoken) -> None:
        appoint(spoken.town.clerk, PostKind.COORDINATOR, spoken.town.joint_community, now=spoken.town.now)
        look = asked(spoken)

        def take(viewer: object) -> str:
            return actions.take_second_look(viewer=viewer, look_id=look.public_id, now=spoken.later).state

        viewers = [viewer_of(who, now=spoken.later) for who in (spoken.town.coordinator, spoken.town.clerk)]
        said = all_at_once([lambda: take(viewers[0]), lambda: take(viewers[1])])

        assert said == Counter({"IN_HAND": 1, "LOOK_IN_HAND": 1})

    def test_answering_twice_sets_aside_once(self, spoken: Spoken) -> None:
        """Also through two questions, which rest on the same."""
        looks = [taken(spoken, question) for question in ("HELP_FOUND", "NEXT_VISIT")]
        viewer = viewer_of(spoken.town.coordinator, now=spoken.later)

        def answer(look: SecondLook) -> str:
            return actions.answer_second_look(
                viewer=viewer,
                look_id=look.public_id,
                answer="SET_ASIDE",
                set_aside=[spoken.visits[0].public_id],
                reason="核实过了",
                now=spoken.later + timedelta(hours=1),
            ).state

        said = all_at_once([lambda: answer(looks[0]), lambda: answer(looks[1])] * (THREADS // 2))

        assert said["ANSWERED"] == 1
        assert sum(said.values()) == THREADS
        assert set(said) <= {"ANSWERED", "LOOK_ANSWERED", "NOT_FOUND"}
        assert SetAside.objects.count() == 1
        assert Notice.objects.filter(kind="SECOND_LOOK_ANSWERED").count() == 1
