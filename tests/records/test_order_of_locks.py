"""Who holds the head of a chain waits for nobody's key: keys are locked before it, however much is recorded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.actions import cancel_visit
from matchmaker.matches.models import Match
from matchmaker.privacy.actions import leave, leave_for
from matchmaker.records.models import PersonKey, Record, RecordPerson
from matchmaker.records.queries import records_about
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestKeys:
    def test_of_a_visit_that_falls_out_are_locked_before_the_head(self, town: SmallTown) -> None:
        match = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        visit = match.visits.order_by("starts_at")[1]
        forget_all_keys()

        with CaptureQueriesContext(connection) as seen:
            cancel_visit(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=town.now)

        assert keys_made_after_the_head(seen) == []
        assert Record.objects.filter(kind__in=("need.replacing", "visit.cancelled")).count() == 2

    def test_of_all_with_whom_somebody_leaving_has_to_do_are_too(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        for helper in (town.helper, town.neighbour):
            match_for(town, need=need, offer=open_offer_for(town, person=helper))
        assert Match.objects.filter(state="AGREED").count() == 2
        forget_all_keys()

        with CaptureQueriesContext(connection) as seen:
            leave(viewer=viewer_of(town.asker), now=town.now)

        assert keys_made_after_the_head(seen) == []
        assert Record.objects.filter(kind="match.cancelled").count() == 2

    def test_of_the_worker_who_enters_it_for_somebody_is_too(self, town: SmallTown) -> None:
        match_for(town, need=open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN"))
        forget_all_keys()

        with CaptureQueriesContext(connection) as seen:
            leave_for(viewer=viewer_of(town.coordinator), person_id=town.elder.public_id, now=town.now)

        assert keys_made_after_the_head(seen) == []
        assert Record.objects.filter(kind="match.cancelled").count() == 1
        assert "person.left" in [record.kind for record in records_about(town.coordinator.pk)]


def forget_all_keys() -> None:
    RecordPerson.objects.all().delete()
    PersonKey.objects.all().delete()


def keys_made_after_the_head(seen: CaptureQueriesContext) -> list[str]:
    said = [query["sql"] for query in seen.captured_queries]
    head = next(place for place, sql in enumerate(said) if 'FROM "records_chain"' in sql)
    return [sql for sql in said[head:] if 'INTO "records_personkey"' in sql]
