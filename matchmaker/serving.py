"""Requests as they come from the server: through the gate, except for what must answer however busy it is."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from matchmaker import gate
from matchmaker.community.viewers import VISITOR
from matchmaker.web.reader import language_of
from matchmaker.web.views import errors

ALWAYS_ANSWERED: Final = ("/livez", "/readyz", "/metrics")
API: Final = "/graphql"
AGAIN_AFTER_SECONDS: Final = 5
SENTENCES: Final = {
    "zh": f"现在用的人很多，请过{AGAIN_AFTER_SECONDS}秒再试。",
    "en": f"Many people are using this right now. Please try again in {AGAIN_AFTER_SECONDS} seconds.",
}


class GatedHandler(ASGIHandler):
    """Django's own, with a gate between a request that was read whole and its work.

    Who sends slowly holds no place, nor does who reads the answer slowly: the place and the connection to the database
    are given back before it is sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self._gate = gate.Gate(
            at_once=settings.REQUESTS_AT_ONCE,
            waiting_at_most=settings.REQUESTS_WAITING,
            patience_seconds=settings.REQUESTS_WAIT_SECONDS,
        )

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        if is_always_answered(request.path):
            return await super().run_get_response(request)
        try:
            async with self._gate.turn():
                return await _to_its_end(self._worked_off(request))
        except gate.Busy:
            return await sync_to_async(busy)(request)

    async def _worked_off(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await super().run_get_response(request)
        if not response.streaming:
            await sync_to_async(close_old_connections)()
        return response


def is_always_answered(path: str) -> bool:
    """Health, figures and static files: they tell of a busy service, or ask nothing of its database."""
    return path in ALWAYS_ANSWERED or path.startswith(settings.STATIC_URL)


def busy(request: HttpRequest) -> HttpResponse:
    """503, one sentence, and when to come again; nothing was done."""
    language = language_of(request, VISITOR)
    if request.path == API:
        message = SENTENCES["zh" if language.startswith("zh") else "en"]
        error = {"message": message, "extensions": {"code": gate.BUSY}}
        response: HttpResponse = JsonResponse({"errors": [error]}, status=503)
    else:
        response = errors.busy(request)
    response.headers["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def _to_its_end(work: Coroutine[Any, Any, HttpResponseBase]) -> HttpResponseBase:
    """The answer; where its reader left meanwhile, not before the thread that makes it is through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
