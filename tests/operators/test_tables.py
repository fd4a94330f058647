"""The operators' tables: who finds them, that nothing is changed through them, and that they name nobody."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matchmaker.community.models import Person
from matchmaker.jobs.models import OutboxJob
from tests.promises.test_trust_never_leaves import TRUST
from tests.towns import NOW, user_of
from tests.way import OVER, Way, way_to

pytestmark = pytest.mark.django_db

TABLES: Final = {
    "OutboxJob": "attempted_at attempts created_at dead_at done_at due_at last_error_code locked_until name",
    "Delivery": "attempts channel confirmed_at due_at failure_code made_at sent_at state",
    "WebhookMessage": "attempts event given_up_at last_result made_at next_at taken_at",
    "Chain": "head_hash head_seq key",
    "Area": "level name name_en path time_zone",
    "Organization": "area closed_at kind name name_en registered_at verified_at",
    "Station": "area kind name name_en organization",
    "Post": "area kind",
    "StreetMap": "attribution imported_at name points stretches",
    "ServiceType": "care_dimension code companions_allowed name_en name_zh parent public_duty required_clearances"
    " required_licences required_trainings retired sensitive taxonomy_version",
    "ScoreCard": "name published_at thresholds version weights",
    "CityPlan": "area finished_at requested_at seed",
    "Round": "attempts candidates_count community cut_short failure_code finished_at heartbeat_at needs_count phase"
    " progress_percent proposals_count requested_at state versions",
    "PriceSet": "area candidates_count needs_seen offers_priced solved_at",
    "ImportRun": "community failure_code faulty_count finished_at kind rows_count state uploaded_at",
}
"""Every column that operators read. Another one is weighed here first: does it lead to somebody?"""
NAMES_OF_PUBLIC_CARDS: Final = {"ScoreCard"}


def tables() -> Iterator[tuple[type[Model], Any]]:
    yield from admin.site._registry.items()


@pytest.fixture
def way() -> Iterator[Way]:
    """A town in which everything happened once."""
    way = way_to(OVER)
    with time_machine.travel(way.now, tick=False):
        yield way


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create(is_staff=True))
    return client


class TestColumns:
    def test_are_these_and_no_others(self) -> None:
        found = {model.__name__: " ".join(sorted({*table.columns, *table.more})) for model, table in tables()}

        assert found == TABLES

    def test_lead_to_no_person_and_carry_no_trust(self) -> None:
        people = {Person, get_user_model()}
        for model, table in tables():
            for name in (*table.columns, *table.more):
                field = model._meta.get_field(name)
                assert field.related_model not in people, f"{model.__name__}.{name}"
                assert not TRUST.search(name), f"{model.__name__}.{name}"
            assert model.__name__ in NAMES_OF_PUBLIC_CARDS or not TRUST.search(model.__name__)


class TestReading:
    def test_starts_at_the_first_page_and_lists_every_table(self, operator: Client) -> None:
        assert 'href="/operators/"' in operator.get("/").content.decode()
        page = operator.get("/operators/").content.decode()

        assert [table.title for _model, table in tables() if table.title not in page] == []

    def test_is_for_operators(self, way: Way, operator: Client) -> None:
        for model, _table in tables():
            listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert operator.get(listed).status_code == 200, listed
            first = model._default_manager.order_by("pk").first()
            if first is not None:
                one = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[first.pk])
                assert operator.get(one).status_code == 200, one

    def test_names_nobody(self, way: Way, operator: Client) -> None:
        people = Person.objects.exclude(name="")
        told = {name for name in people.values_list("name", flat=True) if len(name) > 1}
        told |= {phone for phone in people.values_list("phone", flat=True) if phone}
        pages = [operator.get(reverse("admin:index")).content.decode()]
        for model, _table in tables():
            listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            pages.append(operator.get(listed).content.decode())

        assert len(told) > 10
        assert [name for name in told for page in pages if name in page] == []

    @pytest.mark.parametrize(
        "asked",
        [
            "notices/delivery/?person=1",
            "notices/delivery/?person__isnull=0",
            "jobs/outboxjob/?payload__id=1",
            "jobs/outboxjob/?key__startswith=1",
            "lists/importrun/?uploaded_by=1",
            "community/area/?people=1",
            "community/area/?residents=1",
            "community/organization/?phone__startswith=1",
            "community/organization/?memberships=1",
            "community/post/?terms=1",
            "community/post/?area__residents=1",
        ],
    )
    def test_picks_no_rows_by_what_it_does_not_show(self, operator: Client, asked: str) -> None:
        assert operator.get(f"/operators/{asked}").status_code == 400

    def test_picks_rows_by_its_own_filters(self, operator: Client) -> None:
        for asked in (
            "jobs/outboxjob/?state=dead&name=x",
            "notices/delivery/?state__exact=SENT",
            "community/area/?level=4",
        ):
            assert operator.get(f"/operators/{asked}").status_code == 200, asked

    def test_shows_no_home(self, way: Way, operator: Client) -> None:
        page = operator.get(reverse("admin:community_area_changelist"), {"level": 7}).content.decode()

        assert re.findall(r"\d+室", page) == []

    def test_says_to_others_whom_it_is_for_and_to_nobody_elsewhere(self, way: Way, operator: Client) -> None:
        client = Client()
        client.force_login(user_of(way.town.asker))
        sentence = "您用的账号不是系统管理员。"

        assert sentence in client.get("/operators/", follow=True).content.decode()
        assert sentence not in client.get("/nothing-here").content.decode()
        assert sentence not in operator.get("/operators/nothing-here/").content.decode()
        assert sentence not in Client().get("/operators/jobs/", follow=True).content.decode()

    def test_is_not_found_by_others(self, way: Way) -> None:
        for person in (way.town.asker, way.town.coordinator, way.town.clerk, way.town.auditor):
            client = Client()
            client.force_login(user_of(person))
            answers = [
                client.get(path, follow=True).status_code for path in ("/operators/", "/operators/jobs/outboxjob/")
            ]

            assert answers == [404, 404]

    def test_asks_a_visitor_to_sign_in(self) -> None:
        answer = Client().get("/operators/jobs/outboxjob/", follow=True)

        assert answer.redirect_chain[-1][0] == "/sign-in?next=/operators/jobs/outboxjob/"

    def test_asks_as_often_for_many_as_for_few(self, operator: Client) -> None:
        for number in range(3):
            _job(number)
        with CaptureQueriesContext(connection) as few:
            operator.get("/operators/jobs/outboxjob/")
        for number in range(3, 40):
            _job(number)

        with CaptureQueriesContext(connection) as many:
            operator.get("/operators/jobs/outboxjob/")

        assert len(many) == len(few)


class TestWriting:
    def test_changes_no_row(self, way: Way, operator: Client) -> None:
        before = _rows()
        for model, _table in tables():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            paths = [reverse(f"{name}_add")]
            first = model._default_manager.order_by("pk").first()
            if first is not None:
                paths += [reverse(f"{name}_change", args=[first.pk]), reverse(f"{name}_delete", args=[first.pk])]
            for path in paths:
                assert operator.post(path, {"name": "x", "post": "yes"}).status_code == 403, path

        assert _rows() == before

    def test_leaves_no_way_to_passwords(self, operator: Client) -> None:
        assert operator.get("/operators/password_change/").status_code == 404

    def test_tries_again_what_was_put_aside_and_nothing_else(self, operator: Client) -> None:
        dead, done = _job(1, dead_at=NOW, attempts=9), _job(2, done_at=NOW, attempts=1)

        operator.post(
            "/operators/jobs/outboxjob/", {"action": "try_again", "_selected_action": [str(dead.pk), str(done.pk)]}
        )

        dead.refresh_from_db()
        done.refresh_from_db()
        assert (dead.dead_at, dead.attempts) == (None, 0)
        assert (done.done_at, done.attempts) == (NOW, 1)


def _job(number: int, **fields: Any) -> OutboxJob:
    return OutboxJob.objects.create(
        name="notices.plan", payload={"id": number}, due_at=NOW, created_at=NOW, key=str(number), **fields
    )


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that stands in the tables that operators read."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model, _table in tables()}
