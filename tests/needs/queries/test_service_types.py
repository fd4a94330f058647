import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.engine.problem import ServiceTypeFacts
from matchmaker.errors import NotFound
from matchmaker.needs.actions import load_service_types
from matchmaker.needs.models import ServiceType
from matchmaker.needs.queries import asks_consent, service_type_by_code, service_type_facts, service_types

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _taxonomy(db: None) -> None:
    load_service_types()


class TestServiceTypes:
    def test_hold_parents_first_with_one_query(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            kinds = list(service_types())
            parents = [kind.parent.code if kind.parent else None for kind in kinds]

        assert len(queries) == 1
        assert parents[:7] == [None] * 7
        assert [kind.code for kind in kinds[:9]] == [
            "EMPLOYMENT",
            "SOCIAL_SECURITY",
            "SOCIAL_ASSISTANCE",
            "HEALTH",
            "CULTURE",
            "NEWCOMERS",
            "PUBLIC_SAFETY",
            "JOB_SEEKING",
            "WORK_SKILLS",
        ]

    def test_leave_out_what_is_retired(self) -> None:
        ServiceType.objects.filter(code="PATROL").update(retired=True)

        assert service_types().count() == 28
        assert service_types(retired=True).count() == 29
        with pytest.raises(NotFound):
            service_type_by_code("PATROL")


class TestAsksConsent:
    def test_holds_for_care_and_sensitive_types(self) -> None:
        asking = [kind.code for kind in service_types() if asks_consent(kind)]

        assert asking == [
            "COMPANY",
            "HOME_CARE",
            "CLINIC_COMPANY",
            "NURSING",
            "HEALTH_CHECK",
            "FAMILY_ADVICE",
            "TUTORING",
            "NEIGHBOUR_MEDIATION",
        ]


class TestServiceTypeFacts:
    def test_tell_the_engine_the_whole_taxonomy_with_one_query(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            facts = service_type_facts()

        assert len(queries) == 1
        assert len(facts) == 29
        assert facts["NURSING"] == ServiceTypeFacts(
            code="NURSING",
            parent="HEALTH",
            care_dimension="MEDICAL",
            required_licence=frozenset({"NURSE"}),
            minimum_helper_age=18,
            sensitive=True,
            insured_from_risk=1,
        )
        assert facts["PATROL"].public_duty

    def test_know_retired_types_too(self) -> None:
        ServiceType.objects.filter(code="PATROL").update(retired=True)

        assert "PATROL" in service_type_facts()
