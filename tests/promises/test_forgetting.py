"""Nothing is left of a person who was forgotten, in any table, and what others have stays with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.test import Client

from matchmaker.community.models import Person, User
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.models import LedgerEntry
from matchmaker.needs.models import Need
from matchmaker.privacy.actions import forget_due, leave
from matchmaker.privacy.holdings import HOLDINGS, WORK_LEADS_TO
from matchmaker.records.queries import chain_keys, verify_chain
from tests.privacy.grep import needles_of, places_of
from tests.privacy.rows_about import WORDS, full_town
from tests.promises.test_forgetting_table import WHAT_TO_DO
from tests.towns import user_of, viewer_of
from tests.way import Way

SAID_TO_STAY: Final = {"pk": {"records_personkey.person_id"}}
"""`records.PersonKey.person_id` in the table of holdings says why."""
NOT_TRIED: Final = {
    # Only the operator's staff have rights of Django's own; the service gives none.
    "community.User_groups.user",
    "community.User_user_permissions.user",
}


@pytest.fixture
def way(db: None, settings: Any, tmp_path: Path) -> Iterator[Way]:
    settings.SHRED_LIST = tmp_path / "shred_list"
    way = full_town()
    with time_machine.travel(way.now, tick=False):
        yield way


def links() -> dict[str, models.ForeignKey[Any, Any]]:
    found = {}
    for name in HOLDINGS:
        label, _, column = name.rpartition(".")
        field = apps.get_model(label)._meta.get_field(column)
        if isinstance(field, models.ForeignKey):
            found[name] = field
    return found


def forget(person: Person, way: Way) -> None:
    leave(viewer=viewer_of(person, now=way.now), now=way.now, at_once=True)
    assert forget_due(now=way.now) == 1


class TestForgotten:
    def test_person_stood_everywhere_before(self, way: Way) -> None:
        """A column without a row was never tried: what the other tests say would say nothing of it."""
        two = [way.town.asker.pk, way.town.helper.pk]
        accounts = User.objects.filter(person_id__in=two).values("pk")

        untried = {
            name
            for name, field in links().items()
            if not field.model._default_manager.filter(
                **{f"{field.name}__in": two if field.related_model is Person else accounts}
            ).exists()
        }

        assert untried - {"privacy.Farewell.person"} == NOT_TRIED, WHAT_TO_DO

    @pytest.mark.parametrize("role", ["asker", "helper", "elder", "coordinator", "clerk"])
    def test_person_stands_nowhere_afterwards(self, way: Way, role: str) -> None:
        person = getattr(way.town, role)
        person.refresh_from_db()
        words = {"asker": WORDS[:1], "helper": WORDS[1:]}.get(role, ())
        needles = needles_of(person, words=words)
        if role != "elder":
            Client().force_login(user_of(person))
        before = places_of(needles)
        assert set(needles) <= set(before)

        forget(person, way)

        found = places_of(needles)
        found = {name: places - SAID_TO_STAY.get(name, set()) for name, places in found.items()}
        assert {name: places for name, places in found.items() if places} == {}, WHAT_TO_DO

    def test_person_leaves_chains_that_verify(self, way: Way) -> None:
        for person in (way.town.helper, way.town.asker):
            forget(person, way)

        assert chain_keys() != []
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_person_leaves_no_work_and_no_session(self, way: Way) -> None:
        asker = way.town.asker
        Client().force_login(user_of(asker))
        Client().force_login(user_of(way.town.helper))
        need_id = way.need.pk

        forget(asker, way)

        assert not OutboxJob.objects.filter(payload__need_id=need_id).exists()
        assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [
            str(user_of(way.town.helper).pk)
        ]

    def test_work_names_rows_that_are_there(self, way: Way) -> None:
        for person in (way.town.asker, way.town.helper):
            forget(person, way)

        for argument, told in WORK_LEADS_TO.items():
            if told:
                named = set(
                    OutboxJob.objects.filter(payload__has_key=argument).values_list(f"payload__{argument}", flat=True)
                )
                there = set(apps.get_model(told[0])._default_manager.values_list("pk", flat=True))
                assert named - there == set(), argument


class TestOthers:
    def test_keep_their_minutes(self, way: Way) -> None:
        mine = LedgerEntry.objects.get(giver=way.town.helper, receiver=way.town.asker)

        forget(way.town.asker, way)

        mine.refresh_from_db()
        assert (mine.giver, mine.receiver, mine.visit, mine.minutes) == (way.town.helper, None, None, 60)

    def test_organization_keeps_its_hours_when_both_sides_are_gone(self, way: Way) -> None:
        entry = LedgerEntry.objects.get(giver=way.town.member, receiver=way.town.asker)
        between_two = LedgerEntry.objects.get(giver=way.town.helper)

        for person in (way.town.asker, way.town.member, way.town.helper):
            forget(person, way)

        entry.refresh_from_db()
        assert (entry.giver, entry.receiver, entry.organization, entry.minutes) == (
            None,
            None,
            way.town.organization,
            60,
        )
        assert not LedgerEntry.objects.filter(pk=between_two.pk).exists()

    def test_keep_needs_that_were_asked_for_them(self, way: Way) -> None:
        asked = Need.objects.get(for_person=way.town.elder, asked_by=way.town.asker)

        forget(way.town.asker, way)

        asked.refresh_from_db()
        assert (asked.asked_by, asked.for_person, asked.details) == (way.town.elder, way.town.elder, "给老人买米")

    def test_are_all_there(self, way: Way) -> None:
        others = set(Person.objects.exclude(pk=way.town.asker.pk).values_list("pk", flat=True))

        forget(way.town.asker, way)

        assert set(Person.objects.values_list("pk", flat=True)) == others
        assert not Need.objects.filter(Q(for_person=None)).exists()
