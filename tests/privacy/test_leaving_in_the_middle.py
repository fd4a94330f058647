"""Leaving while somebody is in somebody's home, and being on the shred list though one is in the rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matchmaker.community.models import Person
from matchmaker.matches.actions import (
    arrive,
    publish_score_cards,
    report_concern,
    resolve_concern,
    take_concern,
    watch_visits,
)
from matchmaker.matches.actions import leave as say_left
from matchmaker.matches.models import Match, Visit, VisitState
from matchmaker.notices.models import DutyAlarm, Notice
from matchmaker.privacy import shred_list
from matchmaker.privacy.actions import forget_due, leave
from matchmaker.records.queries import chain_keys, verify_chain
from tests.company import came_along
from tests.towns import NOW, SmallTown, match_for, small_town, viewer_of


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> Iterator[SmallTown]:
    settings.SHRED_LIST = tmp_path / "kept" / "shred_list"
    publish_score_cards(now=NOW)
    return small_town()


class TestLeaveInTheMiddleOfAVisit:
    """Whoever is in somebody's home is waited for, also where the other side leaves the community meanwhile."""

    @pytest.fixture
    def visit(self, town: SmallTown) -> Visit:
        visit: Visit = match_for(town).visits.get()
        arrive(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.starts_at)
        return visit

    @pytest.mark.parametrize("who", ["asker", "helper"])
    def test_is_watched_on_and_rings_the_duty_post(self, town: SmallTown, visit: Visit, who: str) -> None:
        leave(viewer=viewer_of(getattr(town, who)), now=visit.starts_at + timedelta(minutes=10), at_once=True)

        forgotten = forget_due(now=visit.ends_at)
        rung = watch_visits(now=visit.ends_at + timedelta(minutes=31))

        assert (forgotten, rung) == (0, 1)
        assert DutyAlarm.objects.get().about == visit.public_id

    def test_is_over_once_they_say_that_they_left(self, town: SmallTown, visit: Visit) -> None:
        leave(viewer=viewer_of(town.asker), now=visit.starts_at + timedelta(minutes=10), at_once=True)

        say_left(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.ends_at)

        assert watch_visits(now=visit.ends_at + timedelta(minutes=31)) == 0
        assert forget_due(now=visit.ends_at) == 1
        assert not Visit.objects.exists()

    def test_is_not_waited_for_longer_than_a_day(self, town: SmallTown, visit: Visit) -> None:
        leave(viewer=viewer_of(town.asker), now=visit.starts_at + timedelta(minutes=10), at_once=True)

        assert forget_due(now=visit.ends_at + timedelta(days=1)) == 1

    def test_to_which_somebody_came_early_likewise(self, town: SmallTown, visit: Visit) -> None:
        Visit.objects.update(arrived_at=visit.starts_at - timedelta(minutes=20))

        leave(viewer=viewer_of(town.asker), now=visit.starts_at - timedelta(minutes=10))

        visit.refresh_from_db()
        assert (visit.state, Match.objects.get().state) == (VisitState.PLANNED, "DONE")
        assert watch_visits(now=visit.ends_at + timedelta(minutes=31)) == 1


class TestWhoStandsOnTheList:
    """A restore that was killed before it obeyed the list, or rows brought back by hand."""

    def test_and_is_in_the_rows_is_forgotten_by_the_next_sweep(self, town: SmallTown) -> None:
        match = match_for(town)
        shred_list.add([town.asker.public_id], now=NOW)

        assert forget_due(now=NOW) == 1

        assert not Person.objects.filter(pk=town.asker.pk).exists()
        assert not Match.objects.filter(pk=match.pk).exists()
        assert Notice.objects.filter(person=town.helper, kind="MATCH_CANCELLED").count() == 1
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []
        assert forget_due(now=NOW) == 0


class TestWhoComesAlong:
    def test_is_not_forgotten_while_a_worry_about_the_visit_is_looked_into(self, town: SmallTown) -> None:
        match = match_for(town)
        came_along(match, town.stranger)
        concern = report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=NOW)
        leave(viewer=viewer_of(town.stranger), now=NOW, at_once=True)
        assert forget_due(now=NOW) == 0

        worker = viewer_of(town.grid_head)
        take_concern(viewer=worker, concern_id=concern.public_id, now=NOW)
        resolve_concern(viewer=worker, concern_id=concern.public_id, resolution="END", reason="谈过了", now=NOW)

        assert forget_due(now=NOW) == 1
