import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from matchmaker.needs.actions import load_service_types
from matchmaker.needs.actions.taxonomy import DEFAULTS, TAXONOMY
from matchmaker.needs.models import CareDimension, ServiceType

pytestmark = pytest.mark.django_db

SEVEN = ["EMPLOYMENT", "SOCIAL_SECURITY", "SOCIAL_ASSISTANCE", "HEALTH", "CULTURE", "NEWCOMERS", "PUBLIC_SAFETY"]


def changed(tmp_path: Path, **change: object) -> Path:
    """A file like the real one, with some of its entries replaced."""
    taxonomy = json.loads(TAXONOMY.read_text(encoding="utf-8")) | change
    path = tmp_path / "v2.json"
    path.write_text(json.dumps(taxonomy), encoding="utf-8")
    return path


class TestTaxonomyFile:
    def test_holds_the_seven_types_with_two_to_four_kinds_each(self) -> None:
        taxonomy = json.loads(TAXONOMY.read_text(encoding="utf-8"))

        assert [top["code"] for top in taxonomy["types"]] == SEVEN
        assert all(2 <= len(top["children"]) <= 4 for top in taxonomy["types"])

    def test_says_nothing_that_is_not_read(self) -> None:
        taxonomy = json.loads(TAXONOMY.read_text(encoding="utf-8"))
        entries = [entry for top in taxonomy["types"] for entry in (top, *top["children"])]

        assert {key for entry in entries for key in entry} <= {"code", "name_zh", "name_en", "children", *DEFAULTS}
        assert all(entry["name_zh"] and entry["name_en"] for entry in entries)


class TestLoadServiceTypes:
    def test_stores_every_type_under_its_parent(self) -> None:
        count = load_service_types()

        assert count == ServiceType.objects.filter(retired=False).count() == 29
        assert list(ServiceType.objects.filter(parent=None).order_by("pk").values_list("code", flat=True)) == SEVEN

    def test_changes_nothing_the_second_time(self) -> None:
        load_service_types()
        before = list(ServiceType.objects.order_by("pk").values())

        load_service_types()

        assert list(ServiceType.objects.order_by("pk").values()) == before

    def test_knows_all_three_dimensions_of_care(self) -> None:
        load_service_types()

        found = set(ServiceType.objects.exclude(care_dimension="").values_list("care_dimension", flat=True))
        assert found == set(CareDimension.values)

    def test_never_lets_a_companion_come_to_care_health_assistance_safety_or_children(self) -> None:
        load_service_types()

        allowed = ServiceType.objects.filter(companions_allowed=True)
        assert allowed.count() == 7
        assert set(allowed.values_list("parent__code", flat=True)) == {"EMPLOYMENT", "CULTURE", "NEWCOMERS"}
        assert not allowed.filter(code="TUTORING").exists()

    def test_asks_for_a_clearance_where_children_are_taught(self) -> None:
        load_service_types()

        assert ServiceType.objects.get(code="TUTORING").required_clearances == ["MINORS"]

    def test_retires_a_type_that_left_the_file_and_brings_it_back(self, tmp_path: Path) -> None:
        load_service_types()
        types = json.loads(TAXONOMY.read_text(encoding="utf-8"))["types"]

        load_service_types(changed(tmp_path, types=types[:-1], version="next"))

        retired = ServiceType.objects.filter(retired=True)
        assert sorted(retired.values_list("code", flat=True)) == [
            "FIRE_SAFETY",
            "NEIGHBOUR_MEDIATION",
            "PATROL",
            "PUBLIC_SAFETY",
        ]
        assert ServiceType.objects.get(code="COMPANY").taxonomy_version == "next"
        load_service_types()
        assert not ServiceType.objects.filter(retired=True).exists()

    def test_leaves_everything_as_it_was_where_the_file_is_broken(self, tmp_path: Path) -> None:
        load_service_types()
        before = list(ServiceType.objects.order_by("pk").values())
        types = [{"code": "NEW", "name_zh": "新", "name_en": "New", "children": [{"code": "HALF"}]}]

        with pytest.raises(KeyError):
            load_service_types(changed(tmp_path, types=types))

        assert list(ServiceType.objects.order_by("pk").values()) == before


class TestCommand:
    def test_says_how_many_types_are_in_force(self) -> None:
        out = StringIO()

        call_command("load_service_types", stdout=out)

        assert out.getvalue() == "29 service types are in force.\n"
