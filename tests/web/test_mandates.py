"""The page of a mandate, to which its notices lead."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import give_mandate
from matchmaker.community.models import Mandate
from matchmaker.notices.actions import tell_of_mandate
from matchmaker.notices.models import Notice, NoticeKind
from matchmaker.web.notice_pages import PAGE_OF
from tests.towns import NOW, SmallTown, viewer_of
from tests.web.conftest import SignedIn


@pytest.fixture
def mandate(town: SmallTown) -> Mandate:
    given = give_mandate(
        viewer=viewer_of(town.grid_head),
        holder_id=town.neighbour.public_id,
        for_person_id=town.asker.public_id,
        scope=["errands.shopping"],
        evidence="当面说的",
        ends_date=NOW.date() + timedelta(days=30),
        now=NOW,
    )
    tell_of_mandate(mandate_id=given.pk, now=NOW)
    return given


class TestMandatePage:
    def test_is_where_the_notice_leads_and_ends_it(
        self, town: SmallTown, signed_in: SignedIn, mandate: Mandate
    ) -> None:
        client = signed_in(town.asker)
        assert Notice.objects.get(person=town.asker).about == mandate.public_id
        assert f'href="/mandates/{mandate.public_id}"' in client.get("/notices").content.decode()

        page = client.get(f"/mandates/{mandate.public_id}").content.decode()
        assert town.neighbour.name in page
        answer = client.post(f"/mandates/{mandate.public_id}/end", follow=True)

        mandate.refresh_from_db()
        assert (mandate.revoked_at, mandate.revoked_by, mandate.revoked_channel) == (NOW, town.asker, "APP")
        assert "已经结束了。" in answer.content.decode()

    def test_is_the_desks_for_a_worker(self, town: SmallTown, signed_in: SignedIn, mandate: Mandate) -> None:
        answer = signed_in(town.grid_head).get(f"/mandates/{mandate.public_id}")

        assert answer.headers["Location"] == f"/desk/people/{town.asker.public_id}"

    def test_is_not_found_by_others(self, town: SmallTown, signed_in: SignedIn, mandate: Mandate) -> None:
        client = signed_in(town.helper)

        assert client.get(f"/mandates/{mandate.public_id}").status_code == 404
        assert client.post(f"/mandates/{mandate.public_id}/end").status_code == 404
        mandate.refresh_from_db()
        assert mandate.revoked_at is None


class TestPageOf:
    def test_knows_a_page_for_every_kind(self) -> None:
        assert PAGE_OF.keys() == set(NoticeKind.values)
