"""A telephone number is one to press, wherever a page shows it."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from matchmaker.community.models import Person, Station
from matchmaker.web.templatetags.house import phone
from tests.towns import SmallTown, open_need_for
from tests.web.conftest import SignedIn

TEMPLATES = Path(apps.get_app_config("web").path) / "templates" / "web"
NOT_TO_PRESS = {"desk/doubles.html", "duty.html"}
"""There a number stands in the label of a button, and in the line that opens its form."""


class TestPhone:
    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            ("+864711234567", '<a href="tel:+864711234567">+864711234567</a>'),
            ("0471 123 4567", '<a href="tel:04711234567">0471 123 4567</a>'),
            ('"><b>', '<a href="tel:&quot;&gt;&lt;b&gt;">&quot;&gt;&lt;b&gt;</a>'),
            ("", ""),
        ],
    )
    def test_is_a_link_that_rings_it(self, number: str, shown: str) -> None:
        assert phone(number) == shown

    def test_is_the_only_way_in_which_templates_show_one(self) -> None:
        bare = {
            str(path.relative_to(TEMPLATES))
            for path in TEMPLATES.rglob("*.html")
            if re.search(r"\{\{ *[\w.]*phone[\w.]* *[|}]", path.read_text())
        }

        assert bare == NOT_TO_PRESS


class TestFirstAnswer:
    @pytest.mark.parametrize("opens", ["08:30", "09:30"])
    def test_rings_the_station(self, town: SmallTown, signed_in: SignedIn, opens: str) -> None:
        hours = [{"weekday": 0, "opens": opens, "closes": "17:00"}]
        Station.objects.update(phone="0471 123 4567", opening_hours=hours)
        need, client = open_need_for(town, verified=False), signed_in(town.asker)

        for address in (f"/ask/done/{need.public_id}", f"/needs/{need.public_id}"):
            page = client.get(address).content.decode()
            assert '，电话 <a href="tel:04711234567">0471 123 4567</a>。</li>' in page

    def test_of_a_station_without_one_is_the_sentence_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town, verified=False)

        page = signed_in(town.asker).get(f"/ask/done/{need.public_id}").content.decode()

        assert "<li>测试服务站现在开着，到17:00。</li>" in page
        assert "tel:" not in page[page.index("<main") :]


class TestDesk:
    def test_rings_whom_it_finds(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk=town.elder.pk).update(phone="+864711234567")

        page = signed_in(town.grid_head).get("/desk", {"q": town.elder.name}).content.decode()

        assert '<a href="tel:+864711234567">+864711234567</a>' in page
