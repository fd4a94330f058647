"""Requests with an access token: its scopes hold before anything runs, and nothing of the session counts."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from graphql import GraphQLObjectType
from pytest_django import Settings

from api import scopes
from api.schema import schema
from api.systems import refuse_what_is_not_the_organizations
from matchmaker.community.actions import make_token, use_token
from matchmaker.community.models import AccessToken, TokenScope
from matchmaker.errors import NotFound
from matchmaker.matches.models import Match, MatchState, Proposal, ProposalState
from matchmaker.needs.models import Need, Offer
from tests.graphql_client import client_for, do, global_id, post
from tests.towns import (
    NOW,
    SmallTown,
    load_service_types_once,
    match_for,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    viewer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    cache.clear()
    return small_town()


OF_THE_API = sorted(set(TokenScope.values) - {"CALENDAR"})
"""What a field may need: the calendar is a page, and its token goes with no other scope."""


def shown(secret: str, document: str, variables: dict[str, Any] | None = None, client: Client | None = None) -> Any:
    return answer_to(secret, document, variables, client).json()


def answer_to(
    secret: str, document: str, variables: dict[str, Any] | None = None, client: Client | None = None
) -> HttpResponse:
    with time_machine.travel(NOW, tick=False):
        return post(client or client_for(), document, variables, Authorization=f"Bearer {secret}")


def token_of(town: SmallTown, *held: str, person: str = "asker", **fields: Any) -> str:
    viewer = viewer_of(getattr(town, person))
    return make_token(viewer=viewer, name="应用", scopes=held or ["READ"], now=NOW, **fields)[1]


class TestTable:
    def test_names_every_root_field_and_no_other(self) -> None:
        roots = [
            schema.graphql_schema.type_map[name] for name in scopes.ROOTS if name in schema.graphql_schema.type_map
        ]
        fields = {name for root in roots if isinstance(root, GraphQLObjectType) for name in root.fields}

        assert fields ^ set(scopes.OF_ROOT_FIELDS) == set()

    def test_names_inner_fields_and_types_that_exist(self) -> None:
        for name in scopes.OF_INNER_FIELDS:
            type_name, field = name.split(".")
            assert field in schema.graphql_schema.type_map[type_name].fields  # type: ignore[attr-defined]  # an object
        assert set(scopes.OF_TYPES) <= set(schema.graphql_schema.type_map)

    def test_has_something_for_each_scope(self) -> None:
        used = {*scopes.OF_ROOT_FIELDS.values(), *scopes.OF_INNER_FIELDS.values(), *scopes.OF_TYPES.values()}

        assert used == {*OF_THE_API, scopes.NOBODYS}


class TestScopes:
    def test_open_what_they_name(self, town: SmallTown) -> None:
        found = shown(token_of(town), "{ viewer { person { name } } }")

        assert found["data"] == {"viewer": {"person": {"name": town.asker.name}}}
        assert "errors" not in found

    def test_stop_what_they_do_not_name_before_it_runs(self, town: SmallTown) -> None:
        draft = {"serviceType": "SHOPPING", "minutes": 60, "windows": [], "details": "买菜"}
        document = "mutation ($input: OpenNeedInput!) { openNeed(input: $input) { errors { code } } }"

        answer = answer_to(token_of(town), document, {"input": draft})

        assert answer.status_code == 403
        assert answer.json() == {
            "errors": [
                {"message": "This access token does not hold: ASK.", "extensions": {"code": "OUT_OF_SCOPE"}},
            ]
        }
        assert not Need.objects.exists()

    @pytest.mark.parametrize(
        "document",
        [
            "{ matches { nodes { contact { phone } } } }",
            "{ a: matches { nodes { ...c } } } fragment c on Match { k: contact { phone } }",
            '{ node(id: "x") { ... on Match { ... { doorWord } } } }',
            "{ viewer { person { profile { phone } } } }",
        ],
    )
    def test_hold_inside_the_document_too(self, town: SmallTown, document: str) -> None:
        refused = answer_to(token_of(town), document)
        done = answer_to(token_of(town, "READ", "CONTACTS"), document)

        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "OUT_OF_SCOPE"
        assert done.status_code == 200

    def test_of_another_operation_in_the_document_do_not_count(self, town: SmallTown) -> None:
        document = "query one { viewer { language } } query two { people { nodes { phone } } }"
        secret = token_of(town)

        with time_machine.travel(NOW, tick=False):
            answers = [
                client_for().post(
                    "/graphql",
                    {"query": document, "operationName": name},
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {secret}"},
                )
                for name in ("one", "two")
            ]

        assert [answer.status_code for answer in answers] == [200, 403]

    @pytest.mark.parametrize(
        "document",
        [
            "{ ownData { document } }",
            "{ accessTokens { nodes { name } } }",
            "mutation { signOut { errors { code } } }",
            'mutation { makeToken(input: {name: "x", scopes: [READ]}) { errors { code } } }',
            'mutation { signIn(input: {signInName: "x", code: "1"}) { errors { code } } }',
        ],
    )
    def test_never_open_what_is_a_persons(self, town: SmallTown, document: str) -> None:
        answer = answer_to(token_of(town, *OF_THE_API), document)

        assert answer.status_code == 403
        assert answer.json()["errors"][0]["message"].startswith("No access token opens this")
        assert AccessToken.objects.count() == 1


class TestOfAnOrganization:
    def test_reads_its_offers_and_nothing_of_the_clerks_own(self, town: SmallTown) -> None:
        open_need_for(town, person=town.clerk, now=NOW)
        secret = token_of(town, "READ", "HELP", person="clerk", organization_id=town.organization.public_id)

        found = shown(
            secret,
            "{ viewer { person { name } memberships { role } roles { kind } } needs { nodes { id } }"
            " notices { nodes { id } } proposals { nodes { id } } organizations { nodes { name } } }",
        )

        assert "errors" not in found
        data = found["data"]
        assert data["viewer"] == {"person": None, "memberships": [], "roles": [{"kind": "CLERK"}]}
        assert (data["needs"], data["notices"], data["proposals"]) == ({"nodes": []},) * 3
        assert data["organizations"]["nodes"] == [{"name": town.organization.name}]

    def test_opens_an_offer_in_its_name(self, town: SmallTown) -> None:
        load_service_types_once()
        secret = token_of(town, "READ", "HELP", person="clerk", organization_id=town.organization.public_id)
        draft = {
            "organization": global_id("Organization", town.organization),
            "serviceTypes": ["SHOPPING"],
            "title": "代买",
            "reach": "METRES",
            "reachM": 800,
        }
        document = (
            "mutation ($input: OpenOfferInput!) { openOffer(input: $input)"
            " { offer { organization { name } } errors { code field } } }"
        )

        found = shown(secret, document, {"input": draft})

        assert found["data"]["openOffer"] == {"offer": {"organization": {"name": town.organization.name}}, "errors": []}

    def test_opens_none_in_the_clerks_own_name(self, town: SmallTown) -> None:
        load_service_types_once()
        secret = system_of(town)
        draft = {"serviceTypes": ["SHOPPING"], "title": "代买", "reach": "METRES", "reachM": 800}
        document = "mutation ($input: OpenOfferInput!) { openOffer(input: $input) { errors { code field } } }"

        found = shown(secret, document, {"input": draft})

        assert found["data"]["openOffer"]["errors"] == [{"code": "NOT_ALLOWED", "field": "organization"}]
        assert not Offer.objects.exists()

    def test_touches_nothing_of_the_clerks_own_though_it_knows_the_id(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.clerk, now=NOW)
        match = match_for(town, need=need)
        secret = system_of(town)

        for row, mutation, given in (
            (match, "cancelMatch", {"matchId": global_id("Match", match)}),
            (match.visits.get(), "arrive", {"visitId": global_id("Visit", match.visits.get())}),
            (match, "reportConcern", {"matchId": global_id("Match", match), "kind": "WORRY"}),
        ):
            name = mutation[0].upper() + mutation[1:]
            document = f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
            assert shown(secret, document, {"input": given})["data"][mutation]["errors"] == [{"code": "NOT_FOUND"}], row
        match.refresh_from_db()
        assert match.state == MatchState.AGREED

    @pytest.mark.parametrize("where", ["alone", "in a list", "within", "within a list"])
    def test_names_no_row_that_it_does_not_read_wherever_it_stands(self, town: SmallTown, where: str) -> None:
        """The clerk reads their own need; the system does not."""
        hidden = global_id("Need", open_need_for(town, person=town.clerk, now=NOW))
        open_to_all = global_id("Organization", town.organization)
        asked: dict[str, dict[str, Any]] = {
            "alone": {"need_id": hidden},
            "in a list": {"reach_areas": [open_to_all, hidden]},
            "within": {"stop": {"place": hidden}},
            "within a list": {"pins": [{"need_id": open_to_all}, {"need_id": hidden}]},
        }
        with time_machine.travel(NOW, tick=False):
            token = use_token(secret=system_of(town), now=NOW)
            context: Any = SimpleNamespace(token=token, organization_id=token.organization_id, viewer=token.reads_as)
            with pytest.raises(NotFound):
                refuse_what_is_not_the_organizations(context, asked[where])
            refuse_what_is_not_the_organizations(context, {"stops": [{"place": open_to_all}], "details": hidden})

    def test_answers_nothing_where_its_clerk_is_who_is_helped(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.clerk, now=NOW)
        offer = open_offer_for(town, organization=town.organization, now=NOW)
        proposal = proposal_for(town, need=need, offer=offer)
        rows = Proposal.objects.filter(pk=proposal.pk)
        rows.update(state=ProposalState.AWAITING_ASKER, helper=town.member, helper_answered_at=NOW)
        given = {"proposalId": global_id("Proposal", proposal)}
        document = "mutation ($input: AcceptProposalInput!) { acceptProposal(input: $input) { errors { code field } } }"

        found = shown(system_of(town), document, {"input": given})

        assert found["data"]["acceptProposal"]["errors"] == [{"code": "NOT_ALLOWED", "field": "proposalId"}]
        assert rows.get().state == ProposalState.AWAITING_ASKER

    def test_calls_off_what_is_the_organizations_and_reads_the_answer_as_nobody(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization, now=NOW)
        match = match_for(town, offer=offer)
        Match.objects.filter(pk=match.pk).update(helper=town.clerk)
        given = {"matchId": global_id("Match", match)}
        document = (
            "mutation ($input: CancelMatchInput!) { cancelMatch(input: $input)"
            " { match { state helper { name profile { phone } } } errors { code } } }"
        )

        found = shown(system_of(town), document, {"input": given})["data"]["cancelMatch"]

        assert found["errors"] == []
        assert found["match"]["state"] == "CANCELLED"
        assert found["match"]["helper"] == {"name": town.clerk.name, "profile": None}

    def test_comes_along_as_nobody(self, town: SmallTown) -> None:
        answer = answer_to(system_of(town), "mutation { beCompanion(input: {}) { errors { code } } }")
        own = answer_to(token_of(town, "READ", "HELP"), "mutation { beCompanion(input: {}) { errors { code } } }")

        assert answer.status_code == 403
        assert answer.json()["errors"][0]["message"].startswith("No organization's access token opens this")
        assert own.status_code == 200

    def test_has_a_budget_of_its_own_whatever_its_address_and_token(self, town: SmallTown) -> None:
        asked = "{ serviceTypes(first: 10) { nodes { code } } }"
        visitor, asker, one, other = (
            post(client_for(), asked),
            post(client_for(town.clerk), asked),
            answer_to(system_of(town), asked),
            answer_to(system_of(town), asked),
        )

        spent = [budget["perMinute"] - budget["left"] for budget in map(cost_of, (visitor, asker, one, other))]
        assert spent == [10, 10, 10, 20]


def system_of(town: SmallTown) -> str:
    scopes = ("READ", "CONTACTS", "HELP", "ANSWER", "LISTS")
    return token_of(town, *scopes, person="clerk", organization_id=town.organization.public_id)


def cost_of(answer: HttpResponse) -> dict[str, int]:
    cost: dict[str, int] = answer.json()["extensions"]["cost"]  # type: ignore[attr-defined]  # Django's test client adds it
    return cost


class TestBearer:
    def test_counts_and_not_the_session(self, town: SmallTown) -> None:
        match = match_for(town)
        asked = f'{{ node(id: "{global_id("Match", match)}") {{ id }} viewer {{ person {{ name }} }} }}'

        found = shown(token_of(town, person="stranger"), asked, client=client_for(town.asker))

        assert found["data"] == {"node": None, "viewer": {"person": {"name": town.stranger.name}}}

    def test_that_is_none_is_told_so_and_is_no_visitor(self, town: SmallTown) -> None:
        answer = answer_to("mm_wrong", "{ organizations { nodes { id } } }", client=client_for(town.asker))

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "data" not in answer.json()

    def test_is_guessed_at_a_few_times_and_then_not_looked_up(self, town: SmallTown, settings: Settings) -> None:
        settings.TRIES_PER_ADDRESS = 3
        secret = token_of(town)

        statuses = [answer_to(f"mm_{number}", "{ viewer { language } }").status_code for number in range(4)]
        statuses.append(answer_to(secret, "{ viewer { language } }").status_code)

        assert statuses == [401, 401, 401, 429, 429]

    def test_is_made_listed_and_taken_back_by_a_signed_in_person(self, town: SmallTown) -> None:
        client = client_for(town.asker)
        with time_machine.travel(NOW, tick=False):
            made = do(client, "makeToken", "made { secret token { id name scopes } }", name="日历", scopes=["READ"])[
                "made"
            ]
            taken = do(client, "revokeToken", "token { name }", tokenId=made["token"]["id"])

        assert made["token"]["scopes"] == ["READ"]
        assert taken == {"token": {"name": "日历"}, "errors": []}
        assert answer_to(made["secret"], "{ viewer { language } }").status_code == 401
