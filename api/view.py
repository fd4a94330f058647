"""The address /graphql: GraphQL over HTTP, by POST alone.

Whoever may not read our answers may not send requests either: the session cookie is SameSite=Lax, the body must be
`application/json` (which no form can send, and which a foreign page may only send after a preflight that is never
answered), and an `Origin` header must be our own. GET gives the GraphiQL page of the embedded form and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from graphql import GraphQLError, execute_sync

from api import documents
from api.context import Context
from api.errors import shown
from api.limits import MAX_BODY_BYTES, MAX_LIST_BODY_BYTES
from api.schema import schema
from matchmaker.lists.queries import may_import

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
EXPLORER_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class NotAccepted(Exception):
    """The request stops at the door with this status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request's body says."""

    query: str
    variables: Mapping[str, Any]
    operation: str | None


@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """One document, one answer; see the module's text for what stands in for the CSRF token."""
    if request.method == "GET" and not settings.PRODUCTION and request.accepts("text/html"):
        return _explorer(request)
    content_type = _answer_type(request)
    try:
        asked = _asked(request, content_type)
    except NotAccepted as refusal:
        body = {"errors": [{"message": refusal.message, "extensions": {"code": "BAD_REQUEST"}}]}
        response = _json(body, status=refusal.status, content_type=content_type or JSON)
        if refusal.status == 405:
            response.headers["Allow"] = "POST"
        return response
    return _answered(request, asked, content_type=content_type or JSON)


def _asked(request: HttpRequest, content_type: str | None) -> Asked:
    """The body's document, where the request is one that we answer."""
    if request.method != "POST":
        raise NotAccepted(405, "Send a POST request with a JSON body.")
    if content_type is None:
        raise NotAccepted(406, f"Answers are {GRAPHQL_JSON} or {JSON}.")
    if request.content_type != JSON:
        raise NotAccepted(415, f"The body must be {JSON}.")
    if not _from_ourselves(request):
        raise NotAccepted(403, "Requests from other sites are not answered.")
    return _parsed(_body(request))


def _body(request: HttpRequest) -> bytes:
    """The bytes, within the limit; only who may import lists may send as many as a list has."""
    stated = int(request.META.get("CONTENT_LENGTH") or 0)
    most = MAX_BODY_BYTES
    if MAX_BODY_BYTES < stated <= MAX_LIST_BODY_BYTES and may_import(Context(request).viewer):
        most = MAX_LIST_BODY_BYTES
    body = request.read(most + 1) if stated <= most else b""
    if stated > most or len(body) > most:
        raise NotAccepted(413, f"The body has at most {most} bytes.")
    return body


def _parsed(body: bytes) -> Asked:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotAccepted(400, "The body is not JSON.") from error
    if isinstance(found, list):
        raise NotAccepted(400, "One request at a time: batches are not answered.")
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        raise NotAccepted(400, "The body is an object with the text `query`.")
    variables = found.get("variables") or {}
    operation = found.get("operationName")
    if not isinstance(variables, dict) or not isinstance(operation, str | None):
        raise NotAccepted(400, "`variables` is an object and `operationName` a text.")
    return Asked(query=found["query"], variables=variables, operation=operation or None)


def _answered(request: HttpRequest, asked: Asked, *, content_type: str) -> HttpResponse:
    context = Context(request)
    refused = 400 if content_type == GRAPHQL_JSON else 200
    try:
        document = documents.prepared(asked.query, asked.variables)
    except documents.Invalid as invalid:
        return _json(_errors(invalid.errors, context), status=refused, content_type=content_type)
    result = execute_sync(
        schema.graphql_schema,
        document,
        context_value=context,
        variable_values=dict(asked.variables),
        operation_name=asked.operation,
    )
    if result.data is None and result.errors and all(error.path is None for error in result.errors):
        return _json(_errors(result.errors, context), status=refused, content_type=content_type)
    body: dict[str, Any] = _errors(result.errors, context) if result.errors else {}
    return _json(body | {"data": result.data}, status=200, content_type=content_type)


def _errors(errors: list[GraphQLError], context: Context) -> dict[str, Any]:
    return {"errors": [shown(error, language=context.language) for error in errors]}


def _json(body: Mapping[str, Any], *, status: int, content_type: str) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), status=status, content_type=f"{content_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return response


def _answer_type(request: HttpRequest) -> str | None:
    """The media type of the answer: the newer one unless the client asks for plain JSON; None where neither will do."""
    if not request.headers.get("Accept"):
        return GRAPHQL_JSON
    preferred = request.get_preferred_type([GRAPHQL_JSON, JSON])
    return str(preferred) if preferred else None


def _from_ourselves(request: HttpRequest) -> bool:
    """No Origin (no browser, or no other site), or our own, or one that the settings trust."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    # Compared as text and never taken apart: what is no address is none of ours.
    ours = f"{request.scheme}://{request.get_host()}"
    return origin in {ours, *settings.CSRF_TRUSTED_ORIGINS}


def _explorer(request: HttpRequest) -> HttpResponse:
    response = render(request, "api/graphiql.html")
    response.headers["Content-Security-Policy"] = EXPLORER_POLICY
    return response
