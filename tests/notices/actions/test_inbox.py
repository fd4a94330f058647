"""The inbox: one notice per key, read by its owner alone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotFound, SignInRequired
from matchmaker.notices.actions import notify, read_notice
from matchmaker.notices.models import Notice, NoticeKind
from matchmaker.notices.queries import notices_for
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

ABOUT = UUID(int=7)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def tell(town: SmallTown, *, key: str = "one", minutes: int = 0) -> Notice:
    """The asker is told that a helper was found."""
    now = NOW + timedelta(minutes=minutes)
    notify(person_id=town.asker.pk, kind=NoticeKind.HELPER_FOUND, about=ABOUT, key=key, now=now)
    return Notice.objects.get(key=key)


class TestNotify:
    def test_puts_a_code_and_an_id_into_the_inbox(self, town: SmallTown) -> None:
        notice = tell(town)

        assert (notice.person, notice.kind, notice.about) == (town.asker, "HELPER_FOUND", ABOUT)
        assert (notice.made_at, notice.read_at) == (NOW, None)

    def test_tells_once_however_often_it_is_asked(self, town: SmallTown) -> None:
        first = tell(town)

        again = tell(town, minutes=5)

        assert again == first
        assert again.made_at == NOW
        assert Notice.objects.count() == 1

    def test_is_undone_with_the_callers_transaction(self, town: SmallTown) -> None:
        with transaction.atomic():
            tell(town)
            transaction.set_rollback(True)

        assert not Notice.objects.exists()


class TestReadNotice:
    def test_counts_the_first_time(self, town: SmallTown) -> None:
        notice = tell(town)

        read_notice(viewer=viewer_of(town.asker), notice_id=notice.public_id, now=NOW)
        read_notice(viewer=viewer_of(town.asker), notice_id=notice.public_id, now=LATER)

        notice.refresh_from_db()
        assert notice.read_at == NOW

    def test_does_not_find_the_notices_of_others(self, town: SmallTown) -> None:
        notice = tell(town)

        for other in (town.helper, town.coordinator, town.auditor):
            with pytest.raises(NotFound):
                read_notice(viewer=viewer_of(other), notice_id=notice.public_id, now=NOW)
        with pytest.raises(NotFound):
            read_notice(viewer=viewer_of(town.asker), notice_id=uuid4(), now=NOW)
        with pytest.raises(SignInRequired):
            read_notice(viewer=VISITOR, notice_id=notice.public_id, now=NOW)

        notice.refresh_from_db()
        assert notice.read_at is None


class TestNoticesFor:
    def test_shows_ones_own_the_newest_first(self, town: SmallTown) -> None:
        old, new = tell(town, key="old"), tell(town, key="new", minutes=5)

        assert list(notices_for(viewer_of(town.asker))) == [new, old]
        for other in (town.helper, town.coordinator):
            assert list(notices_for(viewer_of(other))) == []
        assert list(notices_for(VISITOR)) == []

    def test_shows_the_unread_alone_where_asked(self, town: SmallTown) -> None:
        read, unread = tell(town, key="read"), tell(town, key="unread")
        read_notice(viewer=viewer_of(town.asker), notice_id=read.public_id, now=NOW)

        assert list(notices_for(viewer_of(town.asker), unread=True)) == [unread]

    def test_takes_one_query_and_no_row_more_than_are_read(self, town: SmallTown) -> None:
        for number in range(30):
            tell(town, key=str(number), minutes=number)
        viewer = viewer_of(town.asker)

        with CaptureQueriesContext(connection) as asked:
            seen = list(notices_for(viewer)[:10])

        assert len(asked) == 1
        assert len(seen) == 10
