"""Who reads the page, on which day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from matchmaker.web.reader import reader_of
from tests.towns import NOW, small_town, user_of


class TestReaderOf:
    def test_gives_a_visitor_the_day_of_the_request(self) -> None:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()

        with time_machine.travel(NOW, tick=False):
            reader = reader_of(request)

        assert reader.viewer.is_visitor
        assert reader.viewer.today == reader.now.date() == NOW.date()

    @pytest.mark.django_db
    def test_gives_the_signed_in_the_same_day(self) -> None:
        request = RequestFactory().get("/")
        request.user = user_of(small_town().asker)

        with time_machine.travel(NOW, tick=False):
            assert reader_of(request).viewer.today == NOW.date()

    @pytest.mark.django_db
    def test_gives_the_day_by_the_clock_of_the_house(self, settings: Any) -> None:
        settings.TIME_ZONE = "Asia/Shanghai"
        asker = small_town().asker

        for user in (AnonymousUser(), user_of(asker)):
            request = RequestFactory().get("/")
            request.user = user
            with time_machine.travel(datetime(2026, 3, 2, 20, tzinfo=UTC), tick=False):
                assert reader_of(request).viewer.today == date(2026, 3, 3)
