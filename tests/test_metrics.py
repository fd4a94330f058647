"""/metrics: right figures, for those who may read them, with nothing of any person."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from matchmaker import tally
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import Round, RoundState
from matchmaker.redis_link import Fuse
from tests.graphql_client import client_for, do, global_id
from tests.towns import NOW, SmallTown, open_need_for, small_town

HERE = {"Host": "localhost"}
TOKEN = "a-token-of-the-monitor"


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "fuse", Fuse())
    tally.forget()
    if django_settings.REDIS_URL:
        tally.redis_link.client().delete(tally._key())


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Each sample by its name and labels."""
    answer = client.get("/metrics", headers=HERE)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.mark.django_db
class TestWhoMayRead:
    def test_this_machine_may(self, client: Client) -> None:
        assert client.get("/metrics", headers=HERE).status_code == 200

    @pytest.mark.parametrize(
        "asked",
        [
            {"REMOTE_ADDR": "203.0.113.7"},
            {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer "},
            {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer a-token-of-the-guesser"},
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        ],
    )
    @pytest.mark.parametrize("token", ["", TOKEN])
    def test_nobody_else_may_without_the_token(
        self, client: Client, settings: Any, asked: dict[str, str], token: str
    ) -> None:
        settings.METRICS_TOKEN = token

        answer = client.get("/metrics", headers=HERE, **asked)

        assert answer.status_code == 404
        assert b"matchmaker_" not in answer.content

    def test_the_token_opens_from_elsewhere(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN = TOKEN

        answer = client.get("/metrics", headers=HERE, REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")

        assert answer.status_code == 200

    def test_is_for_reading_alone(self, client: Client) -> None:
        assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
class TestOutboxFigures:
    def test_tell_of_the_oldest_job_that_nobody_has(self, client: Client) -> None:
        with time_machine.travel(NOW, tick=False):
            jobs = {
                "waiting": {"due_at": NOW - timedelta(seconds=40)},
                "in hand": {"due_at": NOW - timedelta(hours=1), "locked_until": NOW + timedelta(seconds=1)},
                "later": {"due_at": NOW + timedelta(seconds=1)},
                "done": {"due_at": NOW - timedelta(hours=2), "done_at": NOW},
                "dead": {"due_at": NOW - timedelta(hours=3), "dead_at": NOW},
            }
            for key, fields in jobs.items():
                OutboxJob.objects.create(name=names.PURGE_DONE, key=key, created_at=NOW, **fields)

            found = figures(client)

        assert found[("matchmaker_outbox_oldest_due_seconds",)] == 40
        assert found[("matchmaker_outbox_waiting_jobs",)] == 2
        assert found[("matchmaker_outbox_dead_jobs",)] == 1

    def test_are_naught_where_all_is_done(self, client: Client) -> None:
        found = figures(client)

        assert found[("matchmaker_outbox_oldest_due_seconds",)] == 0
        assert found[("matchmaker_outbox_dead_jobs",)] == 0


@pytest.mark.django_db
class TestRoundFigures:
    @pytest.fixture
    def town(self) -> SmallTown:
        publish_score_cards(now=NOW)
        return small_town()

    def ended(self, town: SmallTown, minutes_ago: int, **fields: Any) -> Round:
        started = NOW - timedelta(minutes=minutes_ago + 1)
        return Round.objects.create(
            community=town.community,
            score_card=latest_card("identity", now=NOW),
            seed=1,
            horizon_start_at=started,
            requested_at=started,
            started_at=started,
            **{"state": RoundState.DONE, "finished_at": NOW - timedelta(minutes=minutes_ago), **fields},
        )

    def test_tell_of_the_last_round_of_each_community(self, client: Client, town: SmallTown) -> None:
        self.ended(town, 90, stranger_index=0.5)
        self.ended(town, 30, stranger_index=0.25)
        self.ended(town, 10, state=RoundState.FAILED, stranger_index=0.9)

        with time_machine.travel(NOW, tick=False):
            found = figures(client)

        community, other = str(town.community.public_id), str(town.other_community.public_id)
        assert found[("matchmaker_round_age_seconds", community)] == 30 * 60
        assert found[("matchmaker_stranger_index", community)] == 0.25
        assert ("matchmaker_round_age_seconds", other) not in found
        assert ("matchmaker_round_running_seconds", community) not in found

    def test_tell_of_the_oldest_need_that_no_round_has_seen(self, client: Client, town: SmallTown) -> None:
        for minutes_ago in (50, 20, 5):
            open_need_for(town, now=NOW - timedelta(minutes=minutes_ago))
        community = str(town.community.public_id)

        with time_machine.travel(NOW, tick=False):
            without_round = figures(client)[("matchmaker_round_lag_seconds", community)]
            self.ended(town, 30)
            after_round = figures(client)[("matchmaker_round_lag_seconds", community)]
            self.ended(town, 1)
            self.ended(town, 0)
            all_seen = ("matchmaker_round_lag_seconds", community) not in figures(client)

        assert (without_round, after_round, all_seen) == (50 * 60, 20 * 60, True)

    def test_ask_the_database_the_same_however_many_communities(
        self, client: Client, town: SmallTown, django_assert_num_queries: Any
    ) -> None:
        self.ended(town, 30)

        with django_assert_num_queries(2):
            figures(client)


@pytest.mark.django_db
class TestRefusals:
    def test_are_counted_by_code_at_each_door(self, client: Client) -> None:
        with time_machine.travel(NOW, tick=False):
            town = small_town()
            stranger = client_for(town.stranger)
            for _ in range(2):
                answer = do(stranger, "requestRound", "round { id }", communityId=global_id("Area", town.community))
                assert answer["errors"] == [{"code": "NOT_ALLOWED", "field": None}]
            signed_in = Client()
            signed_in.force_login(town.stranger.account)
            assert signed_in.get("/needs/11111111-1111-4111-8111-111111111111").status_code == 404

            found = figures(client)

        counted = {labels[0]: value for (name, *labels), value in found.items() if name == "matchmaker_refusals_total"}
        assert counted == {"NOT_ALLOWED": 2, "NOT_FOUND": 1}

    @pytest.mark.redis
    def test_of_all_processes_are_counted_together(self) -> None:
        tally.count_refusal("NOT_FOUND")
        tally.redis_link.client().hincrby(tally._key(), "NOT_FOUND", 4)  # another process

        assert tally.refusals() == {"NOT_FOUND": 5}

    @pytest.mark.redis
    def test_are_handed_over_once_redis_is_back(self, settings: Any) -> None:
        tally.fuse.blow()
        tally.count_refusal("NOT_FOUND")
        in_between = tally.redis_link.client().hgetall(tally._key())
        tally.fuse._closed_from = 0

        tally.count_refusal("NOT_ALLOWED")

        assert in_between == {}
        assert tally.redis_link.client().hgetall(tally._key()) == {"NOT_FOUND": "1", "NOT_ALLOWED": "1"}


@pytest.mark.django_db
class TestNothingPersonal:
    def test_stands_in_any_label(self, client: Client) -> None:
        with time_machine.travel(NOW, tick=False):
            town = small_town()
            open_need_for(town)
            page = client.get("/metrics", headers=HERE).content.decode()

        labels = set(re.findall(r'(\w+)="', page))
        values = set(re.findall(r'community="([^"]*)"', page))
        assert labels <= {"community", "code"}
        assert values <= {str(town.community.public_id), str(town.other_community.public_id)}

    def test_the_families_are_these_and_no_others(self, client: Client) -> None:
        page = client.get("/metrics", headers=HERE).content.decode()

        told = set(re.findall(r"^# TYPE (\w+)", page, flags=re.MULTILINE)) - {"matchmaker_redis_up"}
        assert told == {
            "matchmaker_outbox_oldest_due_seconds",
            "matchmaker_outbox_waiting_jobs",
            "matchmaker_outbox_dead_jobs",
            "matchmaker_round_age_seconds",
            "matchmaker_round_lag_seconds",
            "matchmaker_round_running_seconds",
            "matchmaker_stranger_index",
            "matchmaker_refusals_total",
            "matchmaker_requests_at_work",
            "matchmaker_requests_waiting",
        }
