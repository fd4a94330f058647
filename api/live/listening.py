"""One listener: who they are is asked anew at every look, and what changed since the last one is told."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, cast
from uuid import UUID

import orjson
from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
)
from graphql.execution.values import get_argument_values, get_variable_values

from api import budget, documents, scopes
from api.asked import Asked
from api.context import Context
from api.errors import shown
from api.live import seen as memory
from api.live.watches import WATCHES, Watch
from api.schema import schema
from matchmaker import news
from matchmaker.community.actions.tokens import TokenNotValid
from matchmaker.errors import DomainError, SignInRequired

WRONG_KIND: Final = "Send queries and mutations without `Accept: text/event-stream`."


_FIELDS: Final = cast(GraphQLObjectType, schema.graphql_schema.subscription_type).fields


class Over(Exception):
    """Nothing more is told: the session or the token ended, or the viewer has no part in it any more."""


class Refused(Exception):
    """The stream does not begin; `body` says why."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(status)
        self.status, self.body = status, {"errors": errors}


@dataclass(frozen=True, slots=True)
class Event:
    """One answer of the stream, with the id that says what its listener has seen by then."""

    id: str
    body: bytes


@dataclass
class Listener:
    """Looks whenever it is told to. Every method works on rows and belongs into a thread of its own."""

    request: ASGIRequest
    asked: Asked
    last_event_id: str = ""
    topics: frozenset[str] = frozenset()
    account: int | None = None
    _document: DocumentNode = field(init=False)
    _field: str = field(init=False)
    _watch: Watch = field(init=False)
    _given: dict[str, Any] = field(init=False)
    _seen: memory.Seen = field(init=False)

    def begin(self) -> list[Event]:
        """What is to be told at once; Refused where the document, the account or the token does not allow it."""
        context = self._context()
        try:
            _refuse_bad_token(context)
            _refuse_strangers(context)
            prepared = documents.prepared(self.asked.query, self.asked.variables)
            self._document = prepared.document
            self._read_field()
            if context.token is not None:
                scopes.refuse_out_of_scope(self.asked.query, self.asked.operation, context.token)
            budget.spend(budget.caller_of(context), prepared.size, now=context.now)
            self.account = context.account_id
            self.topics = self._watch.topics(context, self._given) | {news.topic_of_account(self.account)}
            standing = self._watch.stand(context, self._given)
        except documents.Invalid as invalid:
            raise Refused(400, [shown(error, language=context.language) for error in invalid.errors]) from invalid
        except budget.OverBudget as over:
            raise Refused(429, [shown(over, language=context.language)]) from over
        except scopes.OutOfScope as refusal:
            raise Refused(403, [shown(refusal, language=context.language)]) from refusal
        except SignInRequired as refusal:
            raise Refused(401, [_said(refusal, context)]) from refusal
        except DomainError as refusal:
            raise Refused(403, [_said(refusal, context)]) from refusal
        finally:
            connections.close_all()
        known = memory.read(self.last_event_id) if self.last_event_id else None
        if known is None:
            known = {} if self._watch.at_once else memory.seen_in(standing)
        self._seen = known
        return self._news(standing)

    def look(self) -> list[Event]:
        """What changed since the last look; Over where the listener may not know any more."""
        try:
            context = self._context()
            _refuse_strangers(context)
            if context.token is not None:
                scopes.refuse_out_of_scope(self.asked.query, self.asked.operation, context.token)
            return self._news(self._watch.stand(context, self._given))
        except (DomainError, scopes.OutOfScope) as refusal:
            raise Over from refusal
        finally:
            connections.close_all()

    @property
    def last_id(self) -> str:
        """The id of whoever has heard all up to now."""
        return memory.written(self._seen)

    def _news(self, standing: Mapping[UUID, Hashable]) -> list[Event]:
        """One event for each row that changed, shown as it is now; rows that are gone are forgotten without a word."""
        changed = memory.changed(standing, self._seen)
        now_seen = memory.seen_in(standing)
        told = {row: stands for row, stands in self._seen.items() if row in now_seen}
        events = []
        try:
            for row in reversed(changed):
                body = self._shown(row)
                told |= memory.seen_in({row: standing[row]})
                if body is not None:
                    event_id = memory.written(told)
                    # Also within: graphql-sse's client hands on the data of an event and not its id.
                    told_body = body | {"extensions": {"lastEventId": event_id}}
                    events.append(Event(event_id, orjson.dumps(told_body)))
        finally:
            connections.close_all()
        self._seen = now_seen
        return events

    def _shown(self, row: UUID) -> dict[str, Any] | None:
        """The answer with this row as the listener may see it now; None where they may not any more."""
        context = self._context()
        try:
            shown_row = self._watch.show(context, row)
        except DomainError:
            return None
        result = execute_sync(
            schema.graphql_schema,
            self._document,
            root_value=shown_row,
            context_value=context,
            variable_values=dict(self.asked.variables),
            operation_name=self.asked.operation,
        )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [shown(error, language=context.language) for error in result.errors]
        return body

    def _context(self) -> Context:
        """A context of this moment: the session is read again, and whose it is."""
        request = ASGIRequest(self.request.scope, self.request._stream)
        store = import_module(settings.SESSION_ENGINE).SessionStore
        request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.user = get_user(request)
        return Context(request)

    def _read_field(self) -> None:
        """Which field is listened to, and with which arguments."""
        operations = [node for node in self._document.definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in operations if node.name and node.name.value == self.asked.operation]
        chosen = (named or operations)[0] if named or len(operations) == 1 else None
        if chosen is None or chosen.operation is not OperationType.SUBSCRIPTION:
            raise Refused(400, [{"message": WRONG_KIND, "extensions": {"code": "BAD_REQUEST"}}])
        node = chosen.selection_set.selections[0]
        is_alone = len(chosen.selection_set.selections) == 1
        if not is_alone or not isinstance(node, FieldNode) or node.name.value not in WATCHES:
            message = "Name the one field of a subscription itself, without a fragment around it."
            raise Refused(400, [{"message": message, "extensions": {"code": "BAD_REQUEST"}}])
        variables = get_variable_values(
            schema.graphql_schema, list(chosen.variable_definitions), dict(self.asked.variables)
        )
        if isinstance(variables, list):
            raise documents.Invalid(variables)
        self._field = node.name.value
        try:
            self._given = get_argument_values(_FIELDS[self._field], node, variables)
        except GraphQLError as error:  # null for what has a default and may not be null: valid until it is sent
            raise documents.Invalid([error]) from error
        self._watch = WATCHES[self._field]


def _refuse_bad_token(context: Context) -> None:
    """In plain words: whose language would be the reader's is not known yet."""
    try:
        _token = context.token
    except DomainError as refusal:
        status = 401 if isinstance(refusal, TokenNotValid) else 429
        raise Refused(status, [{"message": refusal.message, "extensions": {"code": refusal.code}}]) from refusal


def _refuse_strangers(context: Context) -> None:
    """Whoever listens is known by a session or a token, at every look."""
    if context.viewer.is_visitor:
        raise SignInRequired


def _said(refusal: DomainError, context: Context) -> dict[str, Any]:
    return {"message": refusal.sentence(context.language), "extensions": {"code": refusal.code}}
