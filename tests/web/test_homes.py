"""Homes to confirm, on pages."""

from matchmaker.community.models import Person
from tests.towns import SmallTown
from tests.web.conftest import SignedIn


class TestHomes:
    def test_are_confirmed_or_refused_by_a_worker(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk__in=[town.newcomer.pk, town.helper.pk]).update(home_confirmed_at=None)
        client = signed_in(town.grid_head)

        page = client.get("/homes").content.decode()
        client.post(f"/homes/{town.newcomer.public_id}/confirm")
        client.post(f"/homes/{town.helper.public_id}/refuse")

        assert town.newcomer.name in page
        assert town.corridors[1].name in page
        town.newcomer.refresh_from_db()
        town.helper.refresh_from_db()
        assert town.newcomer.home_confirmed_at is not None
        assert town.helper.household is None
        assert town.newcomer.name not in client.get("/homes").content.decode()

    def test_are_not_shown_to_residents(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        assert client.get("/homes").status_code == 403
        assert client.post(f"/homes/{town.newcomer.public_id}/refuse").status_code == 404
        town.newcomer.refresh_from_db()
        assert town.newcomer.household is not None
