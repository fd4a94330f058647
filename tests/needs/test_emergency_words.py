"""Texts that read like a matter for 119, 120 or 110, and everyday ones that do not."""

import pytest

from matchmaker.needs.emergency_words import services_to_call


class TestServicesToCall:
    @pytest.mark.parametrize(
        ("text", "services"),
        [
            ("厨房着火了", ("FIRE",)),
            ("闻到有煤气味", ("FIRE",)),
            ("老伴晕倒了，叫不醒", ("AMBULANCE",)),
            ("My father has CHEST PAIN", ("AMBULANCE",)),
            ("she can't breathe", ("AMBULANCE",)),
            ("门外有人持刀", ("POLICE",)),
            ("There is a burglar next door", ("POLICE",)),
            ("着火了，有人昏迷", ("FIRE", "AMBULANCE")),
            ("买菜，两袋米", ()),
            ("Help with my phone, please", ()),
            ("教我炒菜，火不要太大", ()),
            ("a knifemaker's shop", ()),
            ("", ()),
        ],
    )
    def test_are_told_by_the_words(self, text: str, services: tuple[str, ...]) -> None:
        assert services_to_call(text) == services

    def test_looks_at_every_text(self) -> None:
        assert services_to_call("买菜", "楼道冒烟") == ("FIRE",)
