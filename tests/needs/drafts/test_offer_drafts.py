from datetime import UTC, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.needs.drafts import Hours, OfferDraft, check_offer_draft
from tests.towns import offer_draft

LONG = "长" * 10_000


def fault_of(draft: OfferDraft) -> str | None:
    """The field at fault; the sentence must read in both languages."""
    with pytest.raises(InvalidInput) as refusal:
        check_offer_draft(draft)
    assert refusal.value.sentence("zh") != InvalidInput.message_zh
    assert refusal.value.sentence("en") != InvalidInput.message
    return refusal.value.field


class TestCheckOfferDraft:
    def test_lets_a_plain_draft_pass(self) -> None:
        check_offer_draft(offer_draft())

    def test_lets_a_full_draft_pass(self) -> None:
        draft = offer_draft(
            organization=uuid4(),
            details="周末也可以",
            form="CONVENIENCE",
            price_yuan_per_hour=Decimal("45.50"),
            place=uuid4(),
            reach="AREAS",
            reach_areas=(uuid4(), uuid4()),
            hours=(Hours(0, time(9), time(17)), Hours(6, time(22), time(2))),
            visits_per_week=500,
            parallel_visits=100,
            skills=("电工",),
            languages=("zh", "mn-Mong"),
        )

        check_offer_draft(draft)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "  "),
            ("title", None),
            ("title", LONG),
            ("title", "a\nb"),
            ("title", "\u202eb"),
            ("details", "nul \x00"),
            ("service_types", ("SHOP\x00PING",)),
            ("external_id", "17\x1b"),
            ("details", LONG),
            ("details", None),
            ("service_types", ()),
            ("service_types", None),
            ("service_types", ("",)),
            ("service_types", ("SHOPPING",) * 21),
            ("organization", "the society"),
            ("place", 5),
            ("form", "PAID"),
            ("form", "PUBLIC"),
            ("price_yuan_per_hour", Decimal(10)),
            ("reach", "FAR"),
            ("reach_m", 0),
            ("reach_m", -5),
            ("reach_m", 50_001),
            ("reach_m", 1.5),
            ("hours", None),
            ("hours", (None,)),
            ("hours", (Hours(7, time(9), time(10)),)),
            ("hours", (Hours(-1, time(9), time(10)),)),
            ("hours", (Hours(0, time(9, tzinfo=UTC), time(10)),)),
            ("hours", (Hours(0, time(9), time(10)),) * 43),
            ("visits_per_week", 0),
            ("visits_per_week", 22),
            ("visits_per_week", None),
            ("parallel_visits", 2),
            ("skills", (LONG,)),
            ("languages", ("mandarin-chinese",)),
            ("external_id", LONG),
        ],
    )
    def test_names_the_field_at_fault(self, field: str, value: Any) -> None:
        assert fault_of(offer_draft(**{field: value})) == field

    @pytest.mark.parametrize(
        "price", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal("0.001"), Decimal(1001), 10.0, "10"]
    )
    def test_refuses_prices_that_cannot_be_paid(self, price: Any) -> None:
        assert fault_of(offer_draft(form="CONVENIENCE", price_yuan_per_hour=price)) == "price_yuan_per_hour"

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"reach": "METRES"}, "reach_m"),
            ({"reach": "MINUTES"}, "reach_minutes"),
            ({"reach": "MINUTES", "reach_minutes": -1}, "reach_minutes"),
            ({"reach": "MINUTES", "reach_minutes": 241}, "reach_minutes"),
            ({"reach": "AREAS"}, "reach_areas"),
            ({"reach": "AREAS", "reach_areas": ("here",)}, "reach_areas"),
            ({"reach": "AREAS", "reach_areas": (uuid4(),), "reach_m": 100}, "reach_m"),
            ({"reach_m": 100, "reach_minutes": 10}, "reach_minutes"),
            ({"reach_m": 100, "by_vehicle": 1}, "by_vehicle"),
        ],
    )
    def test_wants_exactly_one_kind_of_reach(self, fields: dict[str, Any], at_fault: str) -> None:
        assert fault_of(offer_draft(**fields)) == at_fault
