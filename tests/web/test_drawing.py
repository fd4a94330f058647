"""The colours of drawings are those of the pages."""

import re

from django.conf import settings

from matchmaker.web import drawing


class TestColours:
    def test_are_the_tokens_of_the_style(self) -> None:
        style = (settings.ROOT / "matchmaker/web/static/web/house.css").read_text()
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style))

        told = {
            "ground": drawing.GROUND,
            "ink": drawing.INK,
            "brand": drawing.BRAND,
            "brand-dark": drawing.DARK,
            "line": drawing.LINE,
            "soft": drawing.SOFT,
            "paper": drawing.PAPER,
        }
        assert told == {name: tokens[name] for name in told}
