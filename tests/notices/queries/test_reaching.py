"""Since when a side has heard of something."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.notices.actions import read_notice
from matchmaker.notices.queries import Asked, reached_since, reached_since_each
from tests.notices.messages import ABOUT, tell
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestReachedSince:
    def test_is_when_the_first_of_the_side_heard(self, town: SmallTown) -> None:
        people = [town.clerk, town.member]
        for person, now in zip(people, (LATEST, LATER), strict=True):
            read_notice(viewer=viewer_of(person), notice_id=tell(person).public_id, now=now)

        assert reached_since(person_ids=[person.pk for person in people], about=ABOUT, since=NOW) == LATER
        assert reached_since(person_ids=[town.clerk.pk], about=ABOUT, since=NOW) == LATEST

    def test_is_none_for_another_thing_another_side_and_an_earlier_asking(self, town: SmallTown) -> None:
        read_notice(viewer=viewer_of(town.helper), notice_id=tell(town.helper).public_id, now=LATER)

        assert reached_since(person_ids=[town.helper.pk], about=UUID(int=8), since=NOW) is None
        assert reached_since(person_ids=[town.asker.pk], about=ABOUT, since=NOW) is None
        assert reached_since(person_ids=[town.helper.pk], about=ABOUT, since=NOW + timedelta(seconds=1)) is None
        assert reached_since(person_ids=[], about=ABOUT, since=NOW) is None

    def test_takes_one_query_for_many(self, town: SmallTown) -> None:
        asked = [Asked(UUID(int=number), frozenset([town.helper.pk]), NOW) for number in range(20)]
        notice = tell(town.helper, about=UUID(int=3))
        read_notice(viewer=viewer_of(town.helper), notice_id=notice.public_id, now=LATER)

        with CaptureQueriesContext(connection) as queries:
            reached = reached_since_each(asked)

        assert reached == {asked[3]: LATER}
        assert len(queries) == 1
        assert reached_since_each([]) == {}
