"""One deputy at a time, whoever comes at once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from matchmaker.community.actions import appoint, end_belonging, name_deputy
from matchmaker.community.models import Deputy, Person, Post, PostKind, PostTerm
from matchmaker.errors import DomainError
from matchmaker.records.models import Record
from tests.deputy_rows import stand_in
from tests.matches.test_at_once import all_at_once
from tests.town_rows import NOW
from tests.towns import small_town, viewer_of

TODAY = NOW.date()


@pytest.mark.django_db
class TestRows:
    def test_hold_one_deputy_of_a_term_that_nobody_ended(self) -> None:
        town = small_town()
        stand_in(town.grid_head, town.helper, ended_at=NOW)
        stand_in(town.grid_head, town.helper)

        with pytest.raises(IntegrityError), transaction.atomic():
            stand_in(town.grid_head, town.neighbour, days=(20, 30))

        assert Deputy.objects.filter(ended_at=None).count() == 1

    def test_hold_none_that_ends_before_it_begins(self) -> None:
        town = small_town()

        with pytest.raises(IntegrityError), transaction.atomic():
            stand_in(town.grid_head, town.neighbour, days=(2, 1))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestThreads:
    def test_that_name_two_at_once_name_one(self) -> None:
        town = small_town()
        term = PostTerm.objects.get(person=town.grid_head)

        def name(person: Person) -> str:
            said = {"term": term, "person": person, "starts_date": TODAY, "ends_date": TODAY + timedelta(days=5)}
            try:
                name_deputy(viewer=viewer_of(town.grid_head), now=NOW, **said)
            except DomainError as refusal:
                return refusal.code
            return "NAMED"

        said = all_at_once([partial(name, person) for person in (town.helper, town.neighbour) for _ in range(4)])

        assert Deputy.objects.count() == 1
        assert Record.objects.filter(kind="post.deputy_named").count() == 1
        assert said == Counter({"NAMED": 4, "DEPUTY_NAMED_ALREADY": 4})

    def test_that_name_a_deputy_and_appoint_an_auditor_do_one_of_the_two(self) -> None:
        town = small_town()
        term = PostTerm.objects.get(person=town.grid_head)
        audits = Post.objects.create(area=town.grid, kind=PostKind.AUDITOR)
        days = {"starts_date": TODAY, "ends_date": TODAY + timedelta(days=5), "now": NOW}

        def do(act: partial[object]) -> str:
            try:
                act()
            except DomainError as refusal:
                return refusal.code
            return "DONE"

        name = partial(name_deputy, viewer=None, term=term, person=town.helper, **days)
        give = partial(appoint, viewer=None, post=audits, person=town.helper, **days)

        assert all_at_once([partial(do, name), partial(do, give)]) == Counter(
            {"DONE": 1, "AUDITOR_HOLDS_NO_OTHER_POST": 1}
        )

    def test_that_name_the_next_while_the_holder_leaves_wait_for_one_another(self) -> None:
        town = small_town()
        stand_in(town.grid_head, town.neighbour, days=(-9, -1))
        term = PostTerm.objects.get(person=town.grid_head)
        days = {"starts_date": TODAY, "ends_date": TODAY + timedelta(days=5), "now": NOW}

        def name() -> str:
            name_deputy(viewer=None, term=term, person=town.helper, **days)
            return "NAMED"

        def leave() -> str:
            end_belonging(person_id=town.grid_head.pk, now=NOW)
            return "LEFT"

        assert all_at_once([name, leave])["LEFT"] == 1
        assert not Deputy.objects.filter(ended_at=None).exists()
