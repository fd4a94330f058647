"""Mutations with a key: done once, answered again, and never for anybody else."""

from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from matchmaker.community.actions import end_term, make_token
from matchmaker.community.models import AccessToken, IdempotencyKey, MembershipRole, Person, PostTerm
from matchmaker.needs.models import Need, Offer
from tests.graphql_client import client_for, do, global_id, post
from tests.towns import NOW, SmallTown, load_service_types_once, membership, small_town, viewer_of

pytestmark = pytest.mark.django_db

NEED = {
    "serviceType": "SHOPPING",
    "minutes": 60,
    "windows": [{"date": "2026-03-04", "starts": "09:00:00", "ends": "11:00:00"}],
    "details": "买菜",
}


@pytest.fixture
def town() -> SmallTown:
    cache.clear()
    load_service_types_once()
    return small_town()


def opened(person: Person, **given: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return do(client_for(person), "openNeed", "need { id details }", **{**NEED, "idempotencyKey": "k1", **given})


class TestKey:
    def test_opens_once_and_answers_twice(self, town: SmallTown) -> None:
        first, second = opened(town.asker), opened(town.asker)

        assert first == second
        assert Need.objects.count() == 1

    def test_answers_as_the_row_stands_by_then(self, town: SmallTown) -> None:
        opened(town.asker)
        Need.objects.update(details="买米")

        assert opened(town.asker)["need"]["details"] == "买米"

    def test_is_refused_for_anything_else(self, town: SmallTown) -> None:
        opened(town.asker)

        with time_machine.travel(NOW, tick=False):
            other = opened(town.asker, minutes=90)
            wishes = do(client_for(town.asker), "wishNotices", "wishes { toldBy }", idempotencyKey="k1")

        assert other == {
            "need": None,
            "errors": [{"code": "KEY_USED_OTHERWISE", "field": "idempotencyKey"}],
        }
        assert wishes["errors"][0]["code"] == "KEY_USED_OTHERWISE"
        assert Need.objects.count() == 1

    def test_of_somebody_else_is_another(self, town: SmallTown) -> None:
        mine, theirs = opened(town.asker), opened(town.helper)

        assert mine["need"]["id"] != theirs["need"]["id"]

    def test_counts_for_each_mutation_of_a_document(self, town: SmallTown) -> None:
        document = (
            "mutation ($input: OpenNeedInput!) { a: openNeed(input: $input) { need { id } }"
            " b: openNeed(input: $input) { need { id } } }"
        )
        with time_machine.travel(NOW, tick=False):
            answer = post(client_for(town.asker), document, {"input": {**NEED, "idempotencyKey": "k1"}}).json()["data"]

        assert answer["a"] == answer["b"]
        assert Need.objects.count() == 1

    def test_is_not_kept_of_what_was_refused(self, town: SmallTown) -> None:
        refused = opened(town.asker, minutes=1)
        done = opened(town.asker)

        assert refused["errors"]
        assert done["errors"] == []

    def test_tells_nothing_of_whom_one_may_not_see_any_more(self, town: SmallTown) -> None:
        given = {"personId": global_id("Person", town.elder), "idempotencyKey": "k1"}
        client = client_for(town.coordinator)
        with time_machine.travel(NOW, tick=False):
            first = do(client, "leaveCommunityFor", "farewell { forgetAt returnCode }", **given)
            again = do(client, "leaveCommunityFor", "farewell { forgetAt returnCode }", **given)
            for term in PostTerm.objects.filter(person=town.coordinator):
                end_term(viewer=None, term=term, now=NOW)
            later = do(client, "leaveCommunityFor", "farewell { forgetAt returnCode }", **given)

        assert first["farewell"]["returnCode"]
        assert again["farewell"] == {**first["farewell"], "returnCode": None}
        assert later == {"farewell": None, "errors": [{"code": "NOT_FOUND", "field": None}]}

    def test_tells_a_secret_once(self, town: SmallTown) -> None:
        given = {"name": "日历", "scopes": ["READ"], "idempotencyKey": "k1"}
        with time_machine.travel(NOW, tick=False):
            first, again = (
                do(client_for(town.asker), "makeToken", "made { secret token { id } }", **given)["made"]
                for _ in range(2)
            )

        assert first["secret"].startswith("mm_")
        assert again == {"secret": None, "token": first["token"]}
        assert AccessToken.objects.count() == 1

    def test_is_no_visitors(self, town: SmallTown) -> None:
        with time_machine.travel(NOW, tick=False):
            answer = do(client_for(), "openNeed", "need { id }", **NEED, idempotencyKey="k1")

        assert answer["errors"][0]["code"] == "SIGN_IN_REQUIRED"
        assert not IdempotencyKey.objects.exists()


class TestOfAnOrganization:
    def test_is_the_organizations_own_though_a_clerk_has_the_same(self, town: SmallTown) -> None:
        secret, draft = _token(town, town.clerk), _draft(town)

        ids = [_sent(secret, draft) for _ in range(2)]
        with time_machine.travel(NOW, tick=False):
            clerks = do(client_for(town.clerk), "openOffer", "offer { id }", **draft)

        assert ids[0] == ids[1]
        assert ids[0]["errors"] == clerks["errors"] == []
        assert clerks["offer"] != ids[0]["offer"]
        assert Offer.objects.count() == 2

    def test_is_known_from_any_of_its_tokens(self, town: SmallTown) -> None:
        membership(town.neighbour, town.organization, MembershipRole.CLERK, now=NOW)
        secrets, draft = [_token(town, person) for person in (town.clerk, town.neighbour)], _draft(town)

        first, second = (_sent(secret, draft) for secret in secrets)
        otherwise = _sent(secrets[1], draft | {"title": "代取"})

        assert first == second
        assert first["errors"] == []
        assert otherwise["errors"] == [{"code": "KEY_USED_OTHERWISE"}]
        assert Offer.objects.count() == 1


def _token(town: SmallTown, clerk: Person) -> str:
    return make_token(
        viewer=viewer_of(clerk),
        name="系统",
        scopes=["READ", "HELP"],
        organization_id=town.organization.public_id,
        now=NOW,
    )[1]


def _draft(town: SmallTown) -> dict[str, Any]:
    return {
        "organization": global_id("Organization", town.organization),
        "serviceTypes": ["SHOPPING"],
        "title": "代买",
        "reach": "METRES",
        "reachM": 800,
        "idempotencyKey": "k1",
    }


def _sent(secret: str, draft: dict[str, Any]) -> Any:
    document = "mutation ($input: OpenOfferInput!) { openOffer(input: $input) { offer { id } errors { code } } }"
    with time_machine.travel(NOW, tick=False):
        answer = post(client_for(), document, {"input": draft}, Authorization=f"Bearer {secret}")
    return answer.json()["data"]["openOffer"]
