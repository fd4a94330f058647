"""Structured log lines: one JSON object each, with ids and never a person's name, place or need.

A line holds a request's id, the path's template, the status and the time taken; no query string, no body, no address,
no user. An error is a class and the places it passed through, for its own words may quote a row.
"""

import logging.config
import re
import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any, Final
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

REQUEST_ID_HEADER: Final = "X-Request-ID"
FRAMES_KEPT: Final = 12

EventDict = MutableMapping[str, Any]


class RequestLog:
    """Each request leaves one line, and every line written on its way carries its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("matchmaker.requests")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _request_id(request)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            self.log.info(
                "request",
                method=request.method,
                path=path_template(request),
                status=response.status_code,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response.headers[REQUEST_ID_HEADER] = request_id
        return response


def path_template(request: HttpRequest) -> str:
    """The route, not the address: `/proposals/<uuid:proposal_id>/` for every proposal."""
    match = request.resolver_match
    return f"/{match.route}" if match else "(no route)"


def _request_id(request: HttpRequest) -> str:
    """The id that a proxy gave, where it is a plain one; else a new one."""
    given = request.headers.get(REQUEST_ID_HEADER, "")
    return given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else uuid4().hex


class OnlyUnhandled(logging.Filter):
    """Of what Django says of requests, only errors that nobody handled: the rest is in our own line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def name_unhandled(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Django's sentence quotes the address; ours names the route."""
    record = event.get("_record")
    if record is not None and record.name == "django.request":
        request = getattr(record, "request", None)
        event["event"] = "request.failed"
        event["path"] = path_template(request) if request is not None else "(no route)"
        record.args = ()
    return event


def name_error(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An exception becomes its class and the places it passed through; its words stay out."""
    found = event.pop("exc_info", None)
    if not found:
        return event
    if isinstance(found, BaseException):
        error: BaseException | None = found
    else:
        error = (found if isinstance(found, tuple) else sys.exc_info())[1]
    if error is not None:
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES_KEPT:]
        event["where"] = [f"{_module_path(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _module_path(filename: str) -> str:
    """The last three parts: enough to find the file, and nothing of the machine it lies on."""
    return "/".join(filename.split("/")[-3:])


SHARED: Final[list[structlog.types.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    name_unhandled,
    name_error,
]


def configure(*, level: str) -> None:
    """Every line of ours and of the libraries goes to standard error in one form."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"only_unhandled": {"()": OnlyUnhandled}},
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": SHARED,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.request": {"level": "ERROR", "filters": ["only_unhandled"]},
                "django.server": {"level": "CRITICAL"},
                "uvicorn.access": {"level": "CRITICAL"},
                "celery.app.trace": {"level": "CRITICAL"},  # a wake-up's own words; the job's line is ours
                "celery.worker.strategy": {"level": "WARNING"},
            },
        }
    )
