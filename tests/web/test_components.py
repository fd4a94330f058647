"""The page of all components has each of them, and the tokens as the style has them; it is there for samples alone."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.test import Client, override_settings

from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin, SampleRole
from matchmaker.web.icons import ICONS
from matchmaker.web.style_tokens import style_of, tokens
from tests.towns import NOW, SmallTown, user_of

HERE: Final = {"host": "localhost"}
TEMPLATES: Final = Path(settings.ROOT) / "matchmaker/web/templates"
OF_THE_EXPLORER_ALONE: Final = frozenset({"__________cytoscape_container", "explorer", "exploring", "island"})
"""They hold the picture that a script draws, and stand on its page alone."""
FIELDS_IN_A_ROW: Final = frozenset({"web/desk/person_fields.html", "web/offer_questions.html"})
"""Which fields a form has and in which order: each of them is `web/field.html`, which is shown."""
A_PHRASE: Final = frozenset({"web/second_look_about.html"})
"""Words without any element."""


def classes_in(html: str) -> set[str]:
    return {name for found in re.findall(r'class="([^"]*)"', html) for name in found.split()}


def classes_of_the_style() -> set[str]:
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", style_of(), flags=re.DOTALL))
    return {name for one in selectors for name in re.findall(r"\.([A-Za-z_][\w-]*)", one)}


def shared_templates() -> set[str]:
    """Those that two pages or more include."""
    included: dict[str, set[Path]] = {}
    for path in TEMPLATES.rglob("*.html"):
        if path.name != "components.html" and path.parent.name != "components":
            for name in re.findall(r'{% include "([^"]+)"', path.read_text(encoding="utf-8")):
                included.setdefault(name, set()).add(path)
    return {name for name, paths in included.items() if len(paths) > 1}


class TestComponents:
    def test_are_all_there_that_the_style_knows(self, client: Client, town: SmallTown) -> None:
        client.force_login(user_of(town.coordinator))
        plain = client.get("/components", headers=HERE).content.decode()
        client.post("/view", {"elder": "on", "next": "/"})
        elder = client.get("/components", headers=HERE).content.decode()

        assert classes_of_the_style() - classes_in(plain + elder) == OF_THE_EXPLORER_ALONE

    def test_are_the_templates_that_pages_share(self, client: Client, town: SmallTown) -> None:
        answer = client.get("/components", headers=HERE)

        drawn = {template.name for template in answer.templates}
        assert "web/undo.html" in drawn
        assert shared_templates() - drawn == FIELDS_IN_A_ROW | A_PHRASE

    def test_have_every_sign(self, client: Client, town: SmallTown) -> None:
        html = client.get("/components", headers=HERE).content.decode()

        assert [name for name, strokes in ICONS.items() if strokes not in html] == []

    def test_stand_beside_the_tokens_of_the_style_itself(self, client: Client, town: SmallTown) -> None:
        html = client.get("/components", headers=HERE).content.decode()

        written = dict(re.findall(r"<code>--([a-z-]+)</code></th>\s*<td[^>]*>([^<]+?)\s*<", html))
        style = style_of()
        declared = re.findall(r"^  --([a-z-]+): ([^;]+);", style[style.index(":root") : style.index("}")], re.MULTILINE)
        assert len(declared) > 20
        assert written == dict(declared)

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_speak_both_languages(self, client: Client, town: SmallTown, language: str) -> None:
        html = client.get("/components", headers=HERE | {"Accept-Language": language}).content.decode()

        assert {"zh": "示例", "en": "Sample"}[language] in html
        assert ("示例" in html) == (language == "zh")

    def test_are_not_there_for_another_machine(self, client: Client, town: SmallTown) -> None:
        assert client.get("/components").status_code == 404

    def test_are_not_there_in_production(self, client: Client, town: SmallTown) -> None:
        with override_settings(PRODUCTION=True):
            assert client.get("/components", headers=HERE).status_code == 404

    def test_are_found_beside_the_sample_accounts(self, client: Client, town: SmallTown) -> None:
        generated = GeneratedCommunity.objects.create(community=town.community, seed=1, generated_at=NOW)
        GeneratedLogin.objects.create(generated=generated, user=user_of(town.asker), role=SampleRole.ASKER)

        assert 'href="/components"' in client.get("/", headers=HERE).content.decode()
        assert 'href="/components"' not in client.get("/").content.decode()


class TestTokens:
    def test_say_how_large_they_are_in_the_elder_view(self) -> None:
        found = {one.name: one for one in tokens()}

        assert (found["text"].value, found["text"].elder_value) == ("1.0625rem", "1.375rem")
        assert (found["ink"].value, found["ink"].elder_value) == ("#1d2327", "#1d2327")
        assert found["ink"].is_colour
        assert not found["gap"].is_colour

    def test_hold_every_colour_of_the_style(self) -> None:
        style = style_of()
        beyond = style[style.index("}", style.index(":root")) :]

        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", beyond) == []
