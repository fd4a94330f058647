"""Bars as SVG: as long as their values, with what they say beside them."""

import re

from matchmaker.web.bar_charts import Bars, drawing


def widths(svg: str) -> list[float]:
    return [float(found) for found in re.findall(r'<rect x="10" y="\d+" width="([\d.]+)" height="16"', svg)]


class TestDrawing:
    def test_gives_the_greatest_value_the_whole_width_and_others_their_part(self) -> None:
        svg = drawing(
            [Bars("one", [(40.0, "40"), (10.0, "10")]), Bars("other", [(20.0, "20"), (None, "—")])], label="x"
        )

        assert widths(svg) == [270.0, 67.5, 135.0, 1.0]
        assert [said for said in ("40", "10", "20", "—") if f">{said}</text>" in svg] == ["40", "10", "20", "—"]

    def test_of_nothing_is_nothing(self) -> None:
        assert drawing([], label="x") == ""
        assert widths(drawing([Bars("one", [(0.0, "0")])], label="x")) == [1.0]

    def test_reads_names_as_words_and_never_as_marks(self) -> None:
        assert "&lt;b&gt;" in drawing([Bars("<b>", [(1.0, "1")])], label="x")
