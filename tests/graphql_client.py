"""GraphQL over HTTP as a client sends it, for tests that go through the door."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from graphql_relay import to_global_id

from matchmaker.community.models import Person
from tests.towns import user_of

ADDRESS = "/graphql"
ACCEPT = "application/graphql-response+json"


def client_for(person: Person | None = None) -> Client:
    """A browser in which this person is signed in; a visitor's where nobody is named."""
    client = Client(enforce_csrf_checks=True, headers={"Accept": ACCEPT})
    if person is not None:
        client.force_login(user_of(person))
    return client


def post(client: Client, document: str, variables: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
    """The answer to one document."""
    body = {"query": document, "variables": variables or {}}
    response: HttpResponse = client.post(ADDRESS, body, content_type="application/json", headers=headers or None)
    return response


def ask(client: Client, document: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    answer = post(client, document, variables).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def do(client: Client, mutation: str, selection: str, **given: Any) -> Any:
    """What one mutation gives, with the selection that its payload should show; its errors stand beside it."""
    name = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} errors {{ code field }} }} }}"
    )
    return ask(client, document, input=given)[mutation]


def global_id(type_name: str, row: Any) -> str:
    """The id by which the API knows a row."""
    return str(to_global_id(type_name, row.public_id))
