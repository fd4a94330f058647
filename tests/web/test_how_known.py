"""How I am known here: three sentences for oneself, and no score."""

import re

from django.test import Client

from matchmaker.community.models import Person
from tests.towns import SmallTown
from tests.web.conftest import SignedIn


class TestHowKnown:
    def test_tells_three_things_and_what_they_rest_on(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.helper).get("/how-i-am-known").content.decode()

        assert "附近有人认识您。" in page
        assert "1位有往来的邻居" in page
        assert "说过反馈的邻居还不到三位" in page
        assert not re.search(r"\d+\.\d|[%％]", re.sub(r"<[^>]+>", "", page))

    def test_is_kind_to_newcomers_in_both_languages(self, town: SmallTown, signed_in: SignedIn) -> None:
        chinese = signed_in(town.newcomer).get("/how-i-am-known").content.decode()
        reader = signed_in(town.newcomer)
        reader.cookies["django_language"] = "en"
        english = reader.get("/how-i-am-known").content.decode()

        assert "这不是缺点" in chinese
        assert "which is no reproach" in english

    def test_says_nothing_of_who_opted_out(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk=town.helper.pk).update(without_graph=True)

        page = signed_in(town.helper).get("/how-i-am-known").content.decode()

        assert page.count("所以这里什么也不算") == 3
        assert "附近有人认识您" not in page

    def test_is_for_those_who_signed_in_and_found_from_their_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert Client().get("/how-i-am-known").status_code == 302
        assert 'href="/how-i-am-known"' in signed_in(town.helper).get("/mine").content.decode()
