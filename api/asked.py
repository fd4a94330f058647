"""What a request asks: a document by its text or by its id, from a place that we answer.

Whoever may not read our answers may not send requests either: the session cookie is SameSite=Lax, a body must be
`application/json` (which no form can send, and which a foreign page may only send after a preflight that is never
answered), and an `Origin` header must be our own. GET takes the id of a stored query and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest

from api import stored
from api.context import Context
from api.limits import MAX_BODY_BYTES, MAX_LIST_BODY_BYTES
from matchmaker.community.actions.tokens import TokenNotValid
from matchmaker.errors import TooManyTries
from matchmaker.lists.queries import may_import

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"


class NotAccepted(Exception):
    """The request stops at the door with this status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """One document with its variables; `reads` where it came by GET, which changes nothing."""

    query: str
    variables: Mapping[str, Any]
    operation: str | None
    reads: bool = False


def asked_by(request: HttpRequest, content_type: str | None) -> Asked:
    """What the request asks; NotAccepted where it is none that we answer."""
    if request.method not in ("GET", "POST"):
        raise NotAccepted(405, "Send a POST request with a JSON body, or GET a stored document.")
    if content_type is None:
        raise NotAccepted(406, f"Answers are {GRAPHQL_JSON} or {JSON}.")
    if not from_ourselves(request):
        raise NotAccepted(403, "Requests from other sites are not answered.")
    _refuse_bad_token(request)
    if request.method == "GET":
        return _in_address(request)
    if request.content_type != JSON:
        raise NotAccepted(415, f"The body must be {JSON}.")
    return in_body(_body(request))


def _refuse_bad_token(request: HttpRequest) -> None:
    """An access token that opens nothing stops here: nobody is to be taken for a visitor by mistake."""
    try:
        _token = Context(request).token
    except TokenNotValid as refusal:
        raise NotAccepted(401, refusal.message) from refusal
    except TooManyTries as refusal:
        raise NotAccepted(429, refusal.message) from refusal


def from_ourselves(request: HttpRequest) -> bool:
    """No Origin (no browser, or no other site), or our own, or one that the settings trust."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") != "cross-site"
    # Compared as text and never taken apart: what is no address is none of ours.
    ours = f"{request.scheme}://{request.get_host()}"
    return origin in {ours, *settings.CSRF_TRUSTED_ORIGINS}


def _in_address(request: HttpRequest) -> Asked:
    document_id = request.GET.get("documentId")
    if not document_id:
        raise NotAccepted(405, "GET takes the `documentId` of a stored document; send any other by POST.")
    try:
        variables = orjson.loads(request.GET.get("variables") or "{}")
    except orjson.JSONDecodeError as error:
        raise NotAccepted(400, "`variables` is not JSON.") from error
    asked = {
        "documentId": document_id,
        "variables": variables,
        "operationName": request.GET.get("operationName"),
    }
    return _checked(asked, reads=True)


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


def in_body(body: bytes) -> Asked:
    """The document of a POST; NotAccepted where the body holds none."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotAccepted(400, "The body is not JSON.") from error
    if isinstance(found, list):
        raise NotAccepted(400, "One request at a time: batches are not answered.")
    if not isinstance(found, dict):
        raise NotAccepted(400, "The body is an object with the text `query`.")
    return _checked(found)


def _checked(found: Mapping[str, Any], *, reads: bool = False) -> Asked:
    variables = {} if found.get("variables") is None else found["variables"]
    operation = found.get("operationName")
    if not isinstance(variables, dict) or not isinstance(operation, str | None):
        raise NotAccepted(400, "`variables` is an object and `operationName` a text.")
    return Asked(query=_document(found), variables=variables, operation=operation or None, reads=reads)


def _document(found: Mapping[str, Any]) -> str:
    query, document_id = found.get("query"), found.get("documentId")
    if isinstance(query, str):
        return query
    if not isinstance(document_id, str):
        raise NotAccepted(400, "The body is an object with the text `query`, or the `documentId` of a stored one.")
    text = stored.document(document_id)
    if text is None:
        raise NotAccepted(404, "No document is stored under this `documentId`; send its text as `query`.")
    return text
