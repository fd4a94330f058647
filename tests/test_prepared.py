"""A prepared query finds what the query itself finds, whatever values it is asked with, and makes its SQL once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Q, QuerySet

from matchmaker import prepared
from matchmaker.community.models import Person, Tie
from matchmaker.prepared import LONGEST, Prepared
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class Counted:
    """How often the query was built."""

    def __init__(self) -> None:
        self.times = 0

    def named(self, people: list[int]) -> QuerySet[Person, str]:
        self.times += 1
        return Person.objects.filter(pk__in=people).order_by("pk").values_list("name", flat=True)


class TestPrepared:
    def test_finds_what_the_query_finds_for_lists_of_any_length(self, town: SmallTown) -> None:
        people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        counted = Counted()
        named = Prepared(counted.named)

        for length in range(len(people)):
            assert named(people=people[:length]) == list(Counted().named(people[:length]))

        assert counted.times == 1 + (len(people) - 2).bit_length()
        assert named(people=[]) == []

    def test_takes_keys_moments_days_and_ids(self, town: SmallTown) -> None:
        ties = Tie.objects.bulk_create(
            [
                Tie(low=town.asker, high=town.helper, kind="FRIEND", made_at=NOW - timedelta(days=days), renewed_at=NOW)
                for days in (1,)
            ]
        )
        made_since: Any = Prepared(
            lambda person, since: Tie.objects.filter(
                Q(low_id=person) | Q(high_id=person), made_at__gte=since
            ).values_list("pk", flat=True)
        )
        by_id: Any = Prepared(lambda one: Person.objects.filter(public_id=one).select_related("community"))

        assert made_since(person=town.asker.pk, since=NOW - timedelta(days=2)) == [ties[0].pk]
        assert made_since(person=town.helper.pk, since=NOW - timedelta(days=2)) == [ties[0].pk]
        assert made_since(person=town.asker.pk, since=NOW) == []
        assert made_since(person=town.elder.pk, since=NOW - timedelta(days=2)) == []
        (found,) = by_id(one=town.asker.public_id)
        assert (found, found.community.name) == (town.asker, town.community.name)
        assert by_id(one=uuid4()) == by_id(one=UUID(int=0)) == []

    def test_sees_what_was_written_since(self, town: SmallTown) -> None:
        named = Prepared(Counted().named)
        named(people=[town.asker.pk])

        Person.objects.filter(pk=town.asker.pk).update(name="新名")

        assert named(people=[town.asker.pk]) == ["新名"]

    @pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 5 * LONGEST])
    def test_finds_the_same_for_very_many_keys(self, town: SmallTown, length: int) -> None:
        """As many again as the town has people, so that nothing is found twice and nothing is lost."""
        people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        keys = [*range(10**6, 10**6 + length - len(people)), *people]
        counted = Counted()
        named = Prepared(counted.named)

        found = [named(people=keys) for _ in range(2)]

        assert found == [list(Counted().named(people))] * 2
        assert counted.times == (1 if length <= LONGEST else 2)

    def test_is_built_in_steps_as_many_as_it_has_values(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not in as many as there are pairs of a value and a place."""
        looked = 0
        as_param = prepared._as_param

        def counted(*told: Any) -> Any:
            nonlocal looked
            looked += 1
            return as_param(*told)

        monkeypatch.setattr(prepared, "_as_param", counted)
        steps = []
        for length in (256, 512):
            looked = 0
            Prepared(Counted().named)(people=range(length))
            steps.append(looked)

        assert steps == [2 * 256, 2 * 512]

    def test_refuses_a_value_that_never_reaches_the_database(self) -> None:
        deaf: Any = Prepared(lambda person, since: Person.objects.filter(pk=person))

        with pytest.raises(ValueError, match="since"):
            deaf(person=1, since=NOW)
