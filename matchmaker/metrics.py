"""/metrics: what Prometheus may see. Numbers by code and by a community's id; nothing of any person.

The rows are asked when Prometheus asks, so every process gives the same answer. It answers this machine, and whoever
sends METRICS_TOKEN; for everybody else there is nothing here.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from matchmaker import gate, redis_link, tally
from matchmaker.jobs.queries import outbox_figures
from matchmaker.matches.queries import round_figures
from matchmaker.web.loopback import comes_from_this_machine


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this moment, in the form that was asked for."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Figures(timezone.now()))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


def may_read(request: HttpRequest) -> bool:
    """The token was sent, or the request comes from this machine and through no proxy."""
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, expected):
        return True
    return comes_from_this_machine(request)


class Figures(Collector):
    """All figures of one moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[Metric]:
        """Nothing is asked of the database before somebody wants to know."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._outbox()
        yield from self._rounds()
        refusals = CounterMetricFamily("matchmaker_refusals", "Refusals given, by code.", labels=["code"])
        for code, number in sorted(tally.refusals().items()):
            refusals.add_metric([code], number)
        yield refusals
        yield from self._requests()
        if settings.REDIS_URL:
            yield GaugeMetricFamily("matchmaker_redis_up", "1 if Redis answers.", value=float(redis_link.answers()))

    def _requests(self) -> Iterator[Metric]:
        """Of the process that answers, alone: each has a gate of its own."""
        at_work, waiting = gate.here[gate.AT_WORK], gate.here[gate.WAITING]
        yield GaugeMetricFamily("matchmaker_requests_at_work", "Requests at work in this process.", value=at_work)
        yield GaugeMetricFamily("matchmaker_requests_waiting", "Requests that wait their turn in it.", value=waiting)

    def _outbox(self) -> Iterator[Metric]:
        found = outbox_figures(now=self._now)
        yield GaugeMetricFamily(
            "matchmaker_outbox_oldest_due_seconds",
            "How long the longest due job has waited that nobody has in hand; 0 where none waits.",
            value=found.oldest_due_seconds,
        )
        yield GaugeMetricFamily(
            "matchmaker_outbox_waiting_jobs", "Jobs that are due and not done.", value=found.waiting
        )
        yield GaugeMetricFamily(
            "matchmaker_outbox_dead_jobs", "Jobs put aside for a person to look at.", value=found.dead
        )

    def _rounds(self) -> Iterator[Metric]:
        label = ["community"]
        families = {
            "last_round_age_seconds": GaugeMetricFamily(
                "matchmaker_round_age_seconds", "Time since the last round ended.", labels=label
            ),
            "oldest_need_seconds": GaugeMetricFamily(
                "matchmaker_round_lag_seconds",
                "How long the oldest open need has waited that no round has looked at.",
                labels=label,
            ),
            "running_seconds": GaugeMetricFamily(
                "matchmaker_round_running_seconds", "How long the round has run that runs now.", labels=label
            ),
            "stranger_index": GaugeMetricFamily(
                "matchmaker_stranger_index", "How far the town is from knowing itself (last round).", labels=label
            ),
        }
        for figures in round_figures(now=self._now):
            for name, family in families.items():
                value = getattr(figures, name)
                if value is not None:
                    family.add_metric([str(figures.community_id)], value)
        yield from families.values()
