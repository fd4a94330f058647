"""News reach whoever listens, in this process at once, and in others through Redis."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from matchmaker import news, redis_link
from tests.processes import until, url_of_test_database

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = "import django; django.setup(); from matchmaker import news; news.tell('community:8')"
PATIENCE_SECONDS = 60.0


def topics(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.fixture(autouse=True)
def read_by_now() -> None:
    """Where there is a Redis it is read before the test begins: whoever begins to read wakes everybody once."""
    if not settings.REDIS_URL:
        return
    woken, last = threading.Event(), threading.Event()
    with news.heard(topics("community:7"), woken.set), news.heard(topics("community:9"), last.set):
        assert until(lambda: _told_by_hand("community:7") and woken.wait(0.2)), "nobody reads"
        last.clear()
        _told_by_hand("community:9")
        assert last.wait(PATIENCE_SECONDS), "what was told before is still on its way"


class TestTell:
    @pytest.mark.django_db(transaction=True)
    def test_wakes_whoever_listens_to_the_topic_or_to_all(self) -> None:
        woken: list[str] = []

        with (
            news.heard(topics("community:1"), lambda: woken.append("one")),
            news.heard(topics("community:2"), lambda: woken.append("two")),
            news.heard(topics(news.ANYWHERE), lambda: woken.append("all")),
        ):
            news.tell("community:1")
        news.tell("community:1")

        assert woken == ["one", "all"]

    @pytest.mark.django_db(transaction=True)
    def test_waits_for_the_commit_and_is_silent_without_one(self) -> None:
        woken: list[str] = []

        with news.heard(topics("community:1"), lambda: woken.append("one")):
            with transaction.atomic():
                news.tell("community:1")
                assert woken == []
            assert woken == ["one"]
            with transaction.atomic():
                news.tell("community:1")
                transaction.set_rollback(True)

        assert woken == ["one"]

    @pytest.mark.django_db(transaction=True)
    def test_keeps_nobody_who_has_gone(self) -> None:
        for _ in range(3):
            with news.heard(topics("community:1"), lambda: None):
                pass

        assert "community:1" not in news.office._wakes


@pytest.mark.redis
class TestElsewhere:
    @pytest.mark.django_db(transaction=True)
    def test_is_heard_here_through_redis(self) -> None:
        woken = threading.Event()

        with news.heard(topics("community:8"), woken.set):
            environment = {"DJANGO_SETTINGS_MODULE": "matchmaker.settings", "DATABASE_URL": url_of_test_database()}
            subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=ROOT, env=os.environ | environment, check=True)

            assert woken.wait(PATIENCE_SECONDS)


def _told_by_hand(topic: str) -> bool:
    """As another process would tell it."""
    redis_link.client().publish(redis_link.key("news"), f"another {topic}")
    return True
