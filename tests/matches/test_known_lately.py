"""What a town knows of itself, for answers at once: nobody but the first waits for a large town to be measured."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.models import Tie
from matchmaker.matches.inputs import knowledge
from matchmaker.matches.inputs.knowledge import (
    KNOWN_WITHIN,
    LATELY,
    forget_lately,
    forget_measured,
    knowledge_in,
    knowledge_lately,
)
from tests.towns import NOW, SmallTown, small_town, tie

pytestmark = pytest.mark.django_db
LATER = NOW + LATELY + timedelta(seconds=1)


@pytest.fixture
def town() -> SmallTown:
    forget_lately()
    return small_town()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Every town counts as large; what would be measured beside the answers waits here."""
    works: list[Callable[[], None]] = []
    monkeypatch.setattr(knowledge, "EXACT_LATELY", 3)
    monkeypatch.setattr(knowledge, "beside", works.append)
    return works


class TestKnowledgeLately:
    def test_of_a_small_town_is_measured_anew_after_some_minutes(self, town: SmallTown) -> None:
        before = knowledge_lately(town.community, now=NOW)
        tie(town.asker, town.newcomer, now=NOW)

        assert knowledge_lately(town.community, now=NOW + timedelta(minutes=4)) is before
        after = knowledge_lately(town.community, now=LATER)

        assert after.degrees[town.newcomer.pk] > before.degrees[town.newcomer.pk]

    def test_of_a_large_town_is_measured_once_beside_the_answers(
        self, town: SmallTown, waiting: list[Callable[[], None]]
    ) -> None:
        before = knowledge_lately(town.community, now=NOW)
        tie(town.asker, town.newcomer, now=NOW)

        assert knowledge_lately(town.community, now=LATER) is before
        assert knowledge_lately(town.community, now=LATER) is before
        (work,) = waiting
        work()

        after = knowledge_lately(town.community, now=LATER)
        assert after.degrees[town.newcomer.pk] > before.degrees[town.newcomer.pk]
        assert len(waiting) == 1
        assert knowledge_lately(town.community, now=LATER + LATELY) is after
        assert len(waiting) == 2

    def test_of_a_large_town_is_measured_later_where_no_thread_can_be_had(
        self, town: SmallTown, waiting: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_thread(_work: Callable[[], None]) -> None:
            raise RuntimeError("can't start new thread")

        before = knowledge_lately(town.community, now=NOW)
        with monkeypatch.context() as for_now:
            for_now.setattr(knowledge, "beside", no_thread)
            assert knowledge_lately(town.community, now=LATER) is before

        assert knowledge_lately(town.community, now=LATER) is before
        assert len(waiting) == 1
        waiting[0]()

    def test_that_was_begun_before_everything_was_forgotten_is_not_kept(
        self, town: SmallTown, waiting: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It may know somebody who is gone."""
        before = knowledge_lately(town.community, now=NOW)
        tie(town.asker, town.newcomer, now=NOW)
        knowledge_lately(town.community, now=LATER)
        read = knowledge.town_in

        def read_and_forgotten(*told: Any, **named: Any) -> Any:
            found = read(*told, **named)
            forget_lately()
            return found

        with monkeypatch.context() as for_now:
            for_now.setattr(knowledge, "town_in", read_and_forgotten)
            waiting[0]()
        Tie.objects.filter(low=town.asker, high=town.newcomer).delete()

        assert knowledge._lately == {}
        after = knowledge_lately(town.community, now=LATER)
        assert after.degrees[town.newcomer.pk] == before.degrees[town.newcomer.pk]

    def test_of_today_is_not_kept_either_that_was_begun_before(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = knowledge.town_of

        def read_and_forgotten(*told: Any, **named: Any) -> Any:
            found = read(*told, **named)
            forget_measured()
            return found

        monkeypatch.setattr(knowledge, "town_of", read_and_forgotten)
        knowledge_in(town.community, now=NOW)

        assert knowledge._kept == {}

    def test_older_than_an_hour_is_waited_for(self, town: SmallTown, waiting: list[Callable[[], None]]) -> None:
        before = knowledge_lately(town.community, now=NOW)
        tie(town.asker, town.newcomer, now=NOW)

        after = knowledge_lately(town.community, now=NOW + KNOWN_WITHIN)

        assert after.degrees[town.newcomer.pk] > before.degrees[town.newcomer.pk]
        assert waiting == []
