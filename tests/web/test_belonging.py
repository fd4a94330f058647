"""An organization asks somebody to be a member; the page takes their yes or their no."""

from matchmaker.community.actions import add_membership
from matchmaker.community.models import Membership
from tests.towns import NOW, SmallTown, viewer_of
from tests.web.conftest import SignedIn


def ask(town: SmallTown) -> str:
    add_membership(
        viewer=viewer_of(town.clerk),
        organization_id=town.organization.public_id,
        person_id=town.stranger.public_id,
        now=NOW,
    )
    return f"/memberships/{town.organization.public_id}"


class TestBelonging:
    def test_waits_for_the_persons_yes(self, town: SmallTown, signed_in: SignedIn) -> None:
        address, client = ask(town), signed_in(town.stranger)
        assert f'action="{address}/accept"' in client.get("/mine").content.decode()

        client.post(f"{address}/accept")

        assert Membership.objects.get(person=town.stranger).accepted_at is not None
        assert f'action="{address}/accept"' not in client.get("/mine").content.decode()

    def test_is_gone_after_a_no(self, town: SmallTown, signed_in: SignedIn) -> None:
        address, client = ask(town), signed_in(town.stranger)

        client.post(f"{address}/decline")

        row = Membership.objects.get(person=town.stranger)
        assert (row.accepted_at, row.until_date is None) == (None, False)

    def test_changes_nothing_by_looking(self, town: SmallTown, signed_in: SignedIn) -> None:
        address, client = ask(town), signed_in(town.stranger)

        client.get(f"{address}/accept")

        assert Membership.objects.get(person=town.stranger).accepted_at is None
