"""What a town knows of itself, for answers at once: nobody but the first waits for a large town to be measured."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from matchmaker.matches.inputs import knowledge
from matchmaker.matches.inputs.knowledge import KNOWN_WITHIN, LATELY, forget_lately, knowledge_lately
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

    def test_older_than_an_hour_is_waited_for(self, town: SmallTown, waiting: list[Callable[[], None]]) -> None:
        before = knowledge_lately(town.community, now=NOW)
        tie(town.asker, town.newcomer, now=NOW)

        after = knowledge_lately(town.community, now=NOW + KNOWN_WITHIN)

        assert after.degrees[town.newcomer.pk] > before.degrees[town.newcomer.pk]
        assert waiting == []
