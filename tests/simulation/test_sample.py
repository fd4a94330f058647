from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F

from matchmaker.community.models import (
    Area,
    AreaLevel,
    Organization,
    OrganizationKind,
    Person,
    Post,
    PostTerm,
    Tie,
    TieKind,
)
from matchmaker.needs.models import Offer, ServiceType
from matchmaker.simulation.models import GeneratedCommunity, SampleRole
from matchmaker.simulation.people import NEWCOMER_DAYS, NO_COUNTRY
from matchmaker.simulation.places import TownSize
from matchmaker.simulation.roles import SIGN_IN_DOMAIN
from matchmaker.simulation.sample import Sample, load_sample, loaded_sample, sample_logins

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
SMALL = TownSize(grids=3, buildings_per_grid=2, corridors_per_building=2, households_per_corridor=12)


class TestLoadSample:
    def test_builds_one_committee_after_the_facts_of_the_field(self) -> None:
        sample = load_sample(seed=4, now=NOW)

        people = Person.objects.filter(community=sample.places.community)
        count = people.count()
        assert 2_800 <= count <= 3_200
        assert Area.objects.filter(level=AreaLevel.HOUSEHOLD).count() == 1_200
        for grid in sample.places.grids:
            assert 300 <= Area.objects.filter(level=AreaLevel.HOUSEHOLD, path__startswith=grid.path).count() <= 500
        assert 0.27 <= _newcomers(people) / count <= 0.33
        assert 0.17 <= sum(resident.age >= 60 for resident in sample.residents) / count <= 0.26
        assert 0.10 <= sum(resident.age < 15 for resident in sample.residents) / count <= 0.24
        spoken = Counter(tag for person in people for tag in person.languages)
        assert set(spoken) == {"zh", "mn", "en", "cjy"}
        _assert_organizations_and_posts(sample)
        _assert_offers_cover_every_type()
        _assert_newcomers_are_hardly_tied(sample)

    def test_makes_the_same_rows_from_the_same_seed(self) -> None:
        first = load_and_undo(seed=4)

        assert load_and_undo(seed=4) == first
        assert load_and_undo(seed=5) != first

    def test_leaves_nothing_when_it_is_stopped(self) -> None:
        def stop_late(done: int, total: int, what: str) -> None:
            if done == total - 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            load_sample(seed=4, now=NOW, size=SMALL, progress=stop_late)

        assert Area.objects.count() == 0
        assert Person.objects.count() == 0
        assert GeneratedCommunity.objects.count() == 0

    def test_says_of_itself_that_it_is_generated(self) -> None:
        sample = load_sample(seed=4, now=NOW, size=SMALL)

        assert loaded_sample(4) == sample.generated
        assert loaded_sample(5) is None
        assert "生成" in sample.places.community.name
        assert all(person.name[-4:].isdigit() for person in Person.objects.all())
        phones = Person.objects.exclude(phone="").values_list("phone", flat=True)
        assert all(phone.startswith(NO_COUNTRY) for phone in phones)


class TestSampleLogins:
    def test_offers_one_account_for_each_role(self) -> None:
        load_sample(seed=4, now=NOW, size=SMALL)

        logins = list(sample_logins())

        assert [login.role for login in logins] == list(SampleRole)
        assert all(login.user.sign_in_name.endswith(f"@{SIGN_IN_DOMAIN}") for login in logins)
        assert [login.role for login in logins if login.user.person_id is None] == [SampleRole.OPERATOR]
        assert len({login.user.person_id for login in logins}) == len(SampleRole)

    def test_offers_none_where_nothing_was_generated(self) -> None:
        assert list(sample_logins()) == []


def load_and_undo(*, seed: int) -> dict[str, list[Any]]:
    """What a sample of this seed holds, in an order of its own; the database is as before."""
    with transaction.atomic():
        load_sample(seed=seed, now=NOW, size=SMALL)
        rows = {
            "people": list(
                Person.objects.order_by("external_id").values_list("public_id", "name", "birth_year", "languages")
            ),
            "ties": sorted(Tie.objects.values_list("low__external_id", "high__external_id", "kind", "renewed_at")),
            "offers": list(Offer.objects.order_by("external_id").values_list("public_id", "title", "reach", "reach_m")),
            "organizations": list(Organization.objects.order_by("name").values_list("public_id", "kind")),
        }
        transaction.set_rollback(True)
    return rows


def _newcomers(people: Any) -> int:
    return sum(
        (NOW.date() - since).days <= NEWCOMER_DAYS for since in people.values_list("resident_since_date", flat=True)
    )


def _assert_organizations_and_posts(sample: Sample) -> None:
    kinds = set(Organization.objects.values_list("kind", flat=True))
    assert kinds == set(OrganizationKind.values)
    assert [Post.objects.filter(area=grid).count() for grid in sample.places.grids] == [5, 5, 5]
    assert PostTerm.objects.count() == Post.objects.count() - 3


def _assert_offers_cover_every_type() -> None:
    assert 230 <= Offer.objects.count() <= 280
    tops = set(ServiceType.objects.filter(parent__isnull=True).values_list("code", flat=True))
    assert len(tops) == 7
    assert set(Offer.objects.values_list("service_types__parent__code", flat=True)) == tops
    kinds = set(Offer.objects.filter(organization__isnull=False).values_list("organization__kind", flat=True))
    assert kinds == set(OrganizationKind.values)


def _assert_newcomers_are_hardly_tied(sample: Sample) -> None:
    new = {resident.pk for resident in sample.residents if resident.newcomer}
    friends = Counter(
        pk for pair in Tie.objects.filter(kind=TieKind.FRIEND).values_list("low_id", "high_id") for pk in pair
    )
    settled = {resident.pk for resident in sample.residents} - new
    assert sum(friends[pk] for pk in new) / len(new) < 0.4
    assert sum(friends[pk] for pk in settled) / len(settled) > 2.5
    assert not Tie.objects.filter(kind=TieKind.KIN).exclude(low__household=F("high__household")).exists()
    assert Tie.objects.values("low", "high").annotate(rows=Count("pk")).filter(rows__gt=1).count() == 0
