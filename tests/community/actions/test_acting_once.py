"""An act with a key of its caller's is done once; two at the same moment too."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from matchmaker.community.actions import act_once
from matchmaker.community.actions.acting_once import LONGEST_KEY, Answer, Asked, KeyUsedOtherwise
from matchmaker.community.models import IDEMPOTENCY_KEY_DAYS, IdempotencyKey, Organization, Person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.privacy.actions import purge_old
from tests.towns import NOW, SmallTown, small_town, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class Notes:
    """An act that can be counted: it enters an organization."""

    def __init__(self, town: SmallTown, *, refuses: type[DomainError] | None = None) -> None:
        self.town, self.refuses = town, refuses
        self.acts = 0

    def act(self) -> str:
        self.acts += 1
        row = Organization.objects.create(
            name=f"组织{self.acts}", kind="NGO", area=self.town.community, registered_at=NOW
        )
        if self.refuses is not None:
            raise self.refuses
        return str(row.public_id)

    def send(
        self,
        key: str = "甲",
        what: str = "an act",
        *,
        person: Person | None = None,
        organization_id: int | None = None,
    ) -> str:
        asked = Asked(user_of(person or self.town.asker).pk, organization_id, key, what)
        return act_once(
            asked=asked, act=self.act, answer_of=lambda done: Answer(row=done), again=lambda answer: answer.row, now=NOW
        )


class TestActOnce:
    def test_gives_the_first_answer_the_second_time(self, town: SmallTown) -> None:
        notes = Notes(town)

        first, second = notes.send(), notes.send()

        assert first == second
        assert notes.acts == 1

    def test_refuses_the_key_for_something_else(self, town: SmallTown) -> None:
        notes = Notes(town)
        notes.send(what="an act")

        with pytest.raises(KeyUsedOtherwise) as refusal:
            notes.send(what="another")

        assert refusal.value.field == "idempotency_key"
        assert notes.acts == 1

    def test_knows_an_accounts_keys_apart_from_anothers_and_from_an_organizations(self, town: SmallTown) -> None:
        notes = Notes(town)
        answers = {
            notes.send(),
            notes.send(person=town.helper),
            notes.send(organization_id=town.organization.pk),
            notes.send(key="乙"),
        }

        assert len(answers) == notes.acts == 4

    def test_knows_an_organizations_keys_whoever_made_its_tokens_and_apart_from_anothers(self, town: SmallTown) -> None:
        notes = Notes(town)
        another = Organization.objects.create(name="组织", kind="NGO", area=town.community, registered_at=NOW)

        first = notes.send(organization_id=town.organization.pk)
        second = notes.send(organization_id=town.organization.pk, person=town.helper)
        others = notes.send(organization_id=another.pk)

        assert first == second != others
        assert notes.acts == 2

    def test_keeps_hashes_and_the_id_of_a_row(self, town: SmallTown) -> None:
        answer = Notes(town).send(key="王奶奶的药", what="openNeed 王奶奶")

        row = IdempotencyKey.objects.get()
        assert "王" not in str(vars(row))
        assert (row.answer, row.person_id, row.user_id) == (answer, None, user_of(town.asker).pk)

    @pytest.mark.parametrize("key", ["", "  ", "x" * (LONGEST_KEY + 1)])
    def test_refuses_a_key_that_is_none(self, town: SmallTown, key: str) -> None:
        notes = Notes(town)

        with pytest.raises(InvalidInput):
            notes.send(key=key)

        assert notes.acts == 0

    def test_keeps_no_key_of_what_was_refused_and_all_that_the_action_wrote(self, town: SmallTown) -> None:
        notes = Notes(town, refuses=NotAllowed)
        with pytest.raises(NotAllowed):
            notes.send()
        assert not IdempotencyKey.objects.exists()
        assert Organization.objects.filter(name="组织1").exists()

        notes.refuses = None
        notes.send()

        assert notes.acts == 2

    def test_leaves_nothing_of_what_broke_off(self, town: SmallTown) -> None:
        notes = Notes(town, refuses=ZeroDivisionError)  # type: ignore[arg-type]  # a fault of ours
        with pytest.raises(ZeroDivisionError):
            notes.send()

        assert not IdempotencyKey.objects.exists()
        assert not Organization.objects.filter(name="组织1").exists()

    def test_knows_a_key_through_a_rotation_of_ours(self, town: SmallTown, settings: Settings) -> None:
        notes = Notes(town)
        first = notes.send()

        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]

        assert notes.send() == first
        assert notes.acts == 1

    def test_forgets_after_a_week(self, town: SmallTown) -> None:
        notes = Notes(town)
        notes.send()
        days = timedelta(days=IDEMPOTENCY_KEY_DAYS)

        kept = purge_old(now=NOW + days).get("idempotency_keys", 0)
        gone = purge_old(now=NOW + days + timedelta(seconds=1))["idempotency_keys"]

        assert (kept, gone, IdempotencyKey.objects.count()) == (0, 1, 0)

    def test_goes_with_whoever_it_answered_with(self, town: SmallTown) -> None:
        IdempotencyKey.objects.create(
            user=user_of(town.coordinator), key_hash="1" * 64, asked_hash="1" * 64, person=town.newcomer, done_at=NOW
        )

        town.newcomer.delete()

        assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_act_once_and_answer_the_same(self) -> None:
        notes = Notes(small_town())
        ready, answers = threading.Barrier(2), []

        def send() -> None:
            ready.wait()
            answers.append(notes.send())
            connection.close()

        senders = [threading.Thread(target=send) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

        assert len(answers) == 2
        assert len(set(answers)) == 1
        assert Organization.objects.filter(name__startswith="组织").count() == 1
