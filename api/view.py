"""The address /graphql: GraphQL over HTTP.

A document comes by POST as text or by its id, a stored query also by GET (`api/asked.py`). A browser that opens the
address finds the GraphiQL page of the embedded form.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, GraphQLError, OperationType

from api import budget, documents, scopes
from api.asked import GRAPHQL_JSON, JSON, Asked, NotAccepted, asked_by
from api.context import Context
from api.deadline import Deadline
from api.errors import shown
from api.execution import execute
from api.schema import schema

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


@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """One document, one answer; `api/asked.py` says what stands in for the CSRF token."""
    if _opens_explorer(request):
        return _explorer(request)
    content_type = _answer_type(request)
    try:
        asked = asked_by(request, content_type)
        return _answered(request, asked, content_type=content_type or JSON)
    except NotAccepted as refusal:
        body = {"errors": [{"message": refusal.message, "extensions": {"code": "BAD_REQUEST"}}]}
        response = _json(body, status=refusal.status, content_type=content_type or JSON)
        if refusal.status == 405:
            response.headers["Allow"] = "GET, POST"
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


def _answered(request: HttpRequest, asked: Asked, *, content_type: str) -> HttpResponse:
    context = Context(request)
    refused = 400 if content_type == GRAPHQL_JSON else 200
    try:
        prepared = documents.prepared(asked.query, asked.variables)
        _refuse_unfit(prepared, asked, context)
        cost = budget.spend(budget.caller_of(context), prepared.size, now=context.now)
    except scopes.OutOfScope as out_of_scope:
        return _json(_errors([out_of_scope], context), status=403, content_type=content_type)
    except documents.Invalid as invalid:
        return _json(_errors(invalid.errors, context), status=refused, content_type=content_type)
    except budget.OverBudget as over:
        told = _errors([over], context) | _told(over.cost)
        return _json(told, status=429 if content_type == GRAPHQL_JSON else 200, content_type=content_type)
    result = _executed(context, asked, prepared)
    if result.data is None and result.errors and all(error.path is None for error in result.errors):
        return _json(_errors(result.errors, context), status=refused, content_type=content_type)
    body: dict[str, Any] = _errors(result.errors, context) if result.errors else {}
    return _json(body | {"data": result.data} | _told(cost), status=200, content_type=content_type)


def _executed(context: Context, asked: Asked, prepared: documents.Prepared) -> ExecutionResult:
    with Deadline().held(connection):
        return execute(
            schema.graphql_schema,
            prepared.document,
            context=context,
            variables=asked.variables,
            operation_name=asked.operation,
        )


def _refuse_unfit(prepared: documents.Prepared, asked: Asked, context: Context) -> None:
    """What the caller's token does not hold, what listens, and what would change something by GET."""
    kind = scopes.kind_of(prepared.document, asked.operation)
    if context.token is not None:
        scopes.refuse_out_of_scope(asked.query, asked.operation, context.token)
    if kind is OperationType.SUBSCRIPTION:
        raise documents.Invalid([GraphQLError("Listen with `Accept: text/event-stream`.")])
    if asked.reads and kind not in (OperationType.QUERY, None):
        raise NotAccepted(405, "GET changes nothing: send this by POST.")


def _told(cost: budget.Cost) -> dict[str, Any]:
    return {"extensions": {"cost": cost.told()}}


def _errors(errors: list[GraphQLError], context: Context) -> dict[str, Any]:
    return {"errors": [shown(error, language=context.language) for error in errors]}


def _json(body: Mapping[str, Any], *, status: int, content_type: str) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), status=status, content_type=f"{content_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return response


def _answer_type(request: HttpRequest) -> str | None:
    """The media type of the answer: plain JSON unless the client names the newer one; None where neither will do."""
    accepted = request.headers.get("Accept")
    if not accepted:
        return JSON
    ours = [GRAPHQL_JSON, JSON] if GRAPHQL_JSON in accepted.lower() else [JSON, GRAPHQL_JSON]
    preferred = request.get_preferred_type(ours)
    return str(preferred) if preferred else None


def _opens_explorer(request: HttpRequest) -> bool:
    """A browser in the embedded form that asks for no document."""
    return (
        request.method == "GET"
        and not settings.PRODUCTION
        and "documentId" not in request.GET
        and request.accepts("text/html")
    )


def _explorer(request: HttpRequest) -> HttpResponse:
    response = render(request, "api/graphiql.html")
    response.headers["Content-Security-Policy"] = EXPLORER_POLICY
    return response
