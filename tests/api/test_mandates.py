"""What a mandate covers, as the API takes it."""

from typing import Any

import pytest
import time_machine

from matchmaker.community.models import Mandate
from tests.graphql_client import client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Any:
    load_service_types_once()
    with time_machine.travel(NOW, tick=False):
        yield small_town()


def give(town: SmallTown, scope: list[str]) -> Any:
    return do(
        client_for(town.coordinator),
        "giveMandate",
        "mandate { scope }",
        forPersonId=global_id("Person", town.elder),
        holderId=global_id("Person", town.neighbour),
        evidence="纸质委托书",
        endsDate="2026-12-31",
        scope=scope,
    )


class TestGiveMandate:
    @pytest.mark.parametrize("scope", [["NO_SUCH"], ["SHOPPING", "x" * 5000], [""]])
    def test_covers_no_type_that_there_is_not(self, town: SmallTown, scope: list[str]) -> None:
        answer = give(town, scope)

        assert answer["errors"] == [{"code": "INVALID_INPUT", "field": "scope"}]
        assert Mandate.objects.count() == 0

    def test_names_each_type_once(self, town: SmallTown) -> None:
        answer = give(town, ["SHOPPING", "DIGITAL_HELP", "SHOPPING"])

        assert answer["errors"] == []
        assert Mandate.objects.get().scope == ["SHOPPING", "DIGITAL_HELP"]
