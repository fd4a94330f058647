"""The sample community walked on as the very people of a proposal: on this machine, among generated people alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings

from matchmaker.community.models import User
from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.simulation.models import GeneratedCommunity
from tests.towns import NOW, SmallTown, open_offer_for, proposal_for, user_of
from tests.web.conftest import SignedIn

HERE = {"Host": "localhost"}


@pytest.fixture
def generated(town: SmallTown) -> GeneratedCommunity:
    return GeneratedCommunity.objects.create(community=town.community, seed=1, generated_at=NOW)


@pytest.mark.usefixtures("generated")
class TestSteppingIn:
    def test_goes_on_as_the_helper_then_as_the_asker(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        for side, person in (("helper", town.helper), ("asker", town.asker)):
            client = signed_in(town.coordinator)
            address = f"/proposals/{proposal.public_id}"
            assert f"/sample{address}/{side}" in client.get(address, headers=HERE).content.decode()
            answer = client.post(f"/sample{address}/{side}", headers=HERE)
            assert answer.headers["Location"] == address
            assert _who(client) == user_of(person).pk
            client.post(f"{address}/accept", headers=HERE)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.ACCEPTED

    def test_goes_on_as_the_clerk_of_an_organization(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))
        client = signed_in(town.coordinator)

        client.post(f"/sample/proposals/{proposal.public_id}/helper", headers=HERE)

        assert _who(client) == user_of(town.clerk).pk

    def test_is_for_workers_and_this_machine_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)
        address = f"/sample/proposals/{proposal.public_id}/helper"

        for person, headers in ((town.asker, HERE), (town.coordinator, {"Host": "testserver"})):
            client = signed_in(person)
            assert client.post(address, headers=headers).status_code == 404
            assert _who(client) == user_of(person).pk
        assert signed_in(town.coordinator).get(address, headers=HERE).status_code == 404

    @override_settings(PRODUCTION=True)
    def test_does_not_exist_in_production(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = proposal_for(town), signed_in(town.coordinator)

        assert "/sample/" not in client.get(f"/proposals/{proposal.public_id}", headers=HERE).content.decode()
        assert client.post(f"/sample/proposals/{proposal.public_id}/helper", headers=HERE).status_code == 404
        assert _who(client) == user_of(town.coordinator).pk

    def test_keeps_the_language_that_was_read(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = proposal_for(town), signed_in(town.coordinator)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        client.post(f"/sample/proposals/{proposal.public_id}/helper", headers=HERE)

        assert '<html lang="en"' in client.get("/mine").content.decode()


class TestPeopleWhoExist:
    def test_are_never_stepped_into_where_they_joined_a_generated_community(
        self, generated: GeneratedCommunity, town: SmallTown, signed_in: SignedIn
    ) -> None:
        proposal, client = proposal_for(town), signed_in(town.coordinator)
        User.objects.filter(person=town.helper).update(created_at=generated.generated_at + timedelta(days=1))

        answer = client.post(f"/sample/proposals/{proposal.public_id}/helper", headers=HERE)

        assert answer.status_code == 404
        assert _who(client) == user_of(town.coordinator).pk

    def test_are_never_stepped_into(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = proposal_for(town), signed_in(town.coordinator)

        assert "/sample/" not in client.get(f"/proposals/{proposal.public_id}", headers=HERE).content.decode()
        assert client.post(f"/sample/proposals/{proposal.public_id}/helper", headers=HERE).status_code == 404
        assert _who(client) == user_of(town.coordinator).pk
        assert Proposal.objects.get().state == ProposalState.AWAITING_HELPER


def _who(client: Client) -> int:
    return int(client.session["_auth_user_id"])
