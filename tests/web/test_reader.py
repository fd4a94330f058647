"""Who reads the page, on which day."""

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
