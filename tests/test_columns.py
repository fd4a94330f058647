"""Rows are read with the columns that are shown of them, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.columns import narrow
from matchmaker.needs.models import Need
from tests.towns import open_need_for, small_town

pytestmark = pytest.mark.django_db


class TestNarrow:
    def test_reads_the_key_and_what_was_named_alone_and_no_row_twice(self) -> None:
        town = small_town()
        for person in (town.asker, town.newcomer):
            open_need_for(town, person=person)
        wide = Need.objects.select_related("for_person", "place", "service_type").order_by("pk")

        with CaptureQueriesContext(connection) as asked:
            rows = narrow(wide, "public_id", "for_person__name")
            seen = [(need.pk, need.public_id, need.for_person.name) for need in rows]

        assert seen == [(need.pk, need.public_id, need.for_person.name) for need in wide]
        (query,) = asked.captured_queries
        assert "details" not in query["sql"]
        assert "service_type" not in query["sql"]

    def test_fetches_what_was_not_named_when_it_is_asked_for(self) -> None:
        need = open_need_for(small_town(), details="两袋米")

        assert narrow(Need.objects.all(), "public_id").get(pk=need.pk).details == "两袋米"
