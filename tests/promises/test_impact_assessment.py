"""Nothing about people is stored, and nothing is decided by machine, that the impact assessment does not weigh."""

import re
from pathlib import Path
from typing import Final

from matchmaker.privacy.holdings import HOLDINGS
from matchmaker.privacy.retention import PURGED

PAGE: Final = Path(__file__).parents[2] / "docs" / "impact-assessment.md"
THREE_YEARS_DAYS: Final = 3 * 366


class TestImpactAssessment:
    def test_weighs_every_row_that_may_lead_to_a_person_once(self) -> None:
        table = PAGE.read_text(encoding="utf-8").partition("## What the machine decides")[0]
        weighed = re.findall(r"`(\w+\.\w+)`", table)

        assert sorted(weighed) == sorted({".".join(column.split(".")[:2]) for column in HOLDINGS})

    def test_is_reached_from_the_readme_of_whoever_runs_it(self) -> None:
        assert "(impact-assessment.md)" in PAGE.with_name("operations.md").read_text(encoding="utf-8")

    def test_article_56_keeps_for_three_years_on_whose_word_something_was_done(self) -> None:
        days = {row.code: row.days for row in PURGED}

        assert all(days[code] >= THREE_YEARS_DAYS for code in ("mandates", "withdrawn_consents", "concerns"))
