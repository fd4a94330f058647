"""Numbers are written so that nobody has to count."""

import pytest

from matchmaker.engine.sentences import CHANGES, REASONS, sentence


class TestHours:
    @pytest.mark.parametrize(
        ("hours", "zh", "en"),
        [
            (1, "1小时", "1 hour"),
            (2, "2小时", "2 hours"),
            (47, "47小时", "47 hours"),
            (48, "2天", "2 days"),
            (93, "4天", "4 days"),
            (168, "7天", "7 days"),
        ],
    )
    def test_from_two_days_on_are_days_rounded_up(self, hours: int, zh: str, en: str) -> None:
        params = {"hours": hours, "offers": 3}

        assert sentence(CHANGES, "TIME", params, "zh") == f"如果时间能前后挪动{zh}，就有3人可以来。"
        assert sentence(CHANGES, "TIME", params, "en") == f"If the time could move by {en}, 3 could come."


class TestWay:
    @pytest.mark.parametrize("code", ["WALK", "WALK_BY_STREET", "DRIVE"])
    def test_of_no_length_is_no_walk_of_a_minute(self, code: str) -> None:
        nothing, a_little = {"minutes": 1, "walk_m": 0}, {"minutes": 1, "walk_m": 10}

        assert sentence(REASONS, code, nothing, "zh") == "就在同一处，不到1分钟。"
        assert sentence(REASONS, code, nothing, "en") == "At the same spot, less than a minute away."
        assert "10" in sentence(REASONS, code, a_little, "zh")
