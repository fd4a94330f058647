"""The first page, its two switches, and the sample accounts that only this machine may use."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin, SampleRole
from matchmaker.web.views.errors import our_fault
from tests.towns import NOW, SmallTown, small_town, user_of

HERE = "localhost"
LOGIN = "/sample/ASKER"


@pytest.fixture
def town(db: None) -> SmallTown:
    town = small_town()
    generated = GeneratedCommunity.objects.create(community=town.community, seed=1, generated_at=NOW)
    GeneratedLogin.objects.create(generated=generated, user=user_of(town.asker), role=SampleRole.ASKER)
    return town


@pytest.mark.django_db
class TestHome:
    def test_shows_the_emergency_numbers_and_both_doors(self, client: Client) -> None:
        text = client.get("/", headers={"Accept-Language": "zh"}).content.decode()

        for number in ("120", "110", "119"):
            assert f'href="tel:{number}"' in text
        assert "我想请人帮忙" in text
        assert "我能帮" in text
        assert '<html lang="zh-Hans">' in text

    def test_speaks_the_language_that_was_chosen(self, client: Client) -> None:
        client.post("/language", {"language": "en", "next": "/"})

        text = client.get("/", headers={"Accept-Language": "zh"}).content.decode()

        assert '<html lang="en">' in text
        assert "I want help" in text
        assert "我想请人帮忙" not in text

    def test_ignores_a_language_that_it_does_not_speak(self, client: Client) -> None:
        answer = client.post("/language", {"language": "xx", "next": "/"})

        assert answer.status_code == 302
        assert settings.LANGUAGE_COOKIE_NAME not in client.cookies

    def test_has_larger_letters_once_asked_for(self, client: Client) -> None:
        client.post("/view", {"elder": "on", "next": "/"})

        assert 'class="elder"' in client.get("/").content.decode()

    @pytest.mark.parametrize("wished", ["https://elsewhere.invalid/", "//elsewhere.invalid/", "javascript:alert(1)"])
    def test_never_leads_to_another_site(self, client: Client, wished: str) -> None:
        answer = client.post("/language", {"language": "en", "next": wished})

        assert answer.headers["Location"] == "/"

    def test_allows_scripts_of_our_own_alone_and_nothing_from_elsewhere(self, client: Client) -> None:
        answer = client.get("/")

        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert {
            told for name, told in policy.items() if name not in ("default-src", "base-uri", "frame-ancestors")
        } == {"'self'"}
        assert re.findall(rb'<script(?! src="/static/web/[^"]*" defer></script>)', answer.content) == []
        assert b" style=" not in answer.content

    def test_refuses_a_form_without_its_token_in_words(self) -> None:
        answer = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"}).post("/view", {"elder": "on"})

        assert answer.status_code == 403
        assert "too long" in answer.content.decode()


class TestSampleAccounts:
    def test_are_offered_and_open_on_this_machine(self, client: Client, town: SmallTown) -> None:
        assert LOGIN in client.get("/", headers={"Host": HERE}).content.decode()

        answer = client.post(LOGIN, headers={"Host": HERE})

        assert answer.headers["Location"] == "/mine"
        assert int(client.session["_auth_user_id"]) == user_of(town.asker).pk

    def test_go_on_in_the_language_of_the_page(self, client: Client, town: SmallTown) -> None:
        english = {"Host": HERE, "Accept-Language": "en"}
        assert '<html lang="en">' in client.get("/", headers=english).content.decode()

        client.post(LOGIN, headers=english)

        assert (
            '<html lang="en"' in client.get("/mine", headers={"Host": HERE, "Accept-Language": "zh"}).content.decode()
        )

    def test_are_opened_by_a_form_with_a_token_only(self, town: SmallTown) -> None:
        strict = Client(enforce_csrf_checks=True)

        assert strict.post(LOGIN, headers={"Host": HERE}).status_code == 403
        assert strict.get(LOGIN, headers={"Host": HERE}).status_code == 404
        assert "_auth_user_id" not in strict.session

    @pytest.mark.parametrize(
        ("headers", "address"),
        [
            ({"Host": "testserver"}, "127.0.0.1"),
            ({"Host": HERE}, "192.0.2.7"),
            ({"Host": HERE}, "not an address"),
            ({"Host": HERE, "X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
            ({"Host": HERE, "Forwarded": "for=127.0.0.1"}, "127.0.0.1"),
            ({"Host": HERE, "X-Real-IP": "127.0.0.1"}, "127.0.0.1"),
        ],
    )
    def test_do_not_exist_for_anybody_else(
        self, client: Client, town: SmallTown, headers: dict[str, str], address: str
    ) -> None:
        assert LOGIN not in client.get("/", headers=headers, REMOTE_ADDR=address).content.decode()
        assert client.post(LOGIN, headers=headers, REMOTE_ADDR=address).status_code == 404
        assert "_auth_user_id" not in client.session

    @override_settings(PRODUCTION=True)
    def test_do_not_exist_in_production(self, client: Client, town: SmallTown) -> None:
        assert LOGIN not in client.get("/", headers={"Host": HERE}).content.decode()
        assert client.post(LOGIN, headers={"Host": HERE}).status_code == 404

    def test_do_not_exist_for_a_role_nobody_has(self, client: Client, town: SmallTown) -> None:
        assert client.post("/sample/KING", headers={"Host": HERE}).status_code == 404


@pytest.mark.django_db
class TestErrorPages:
    def test_say_in_words_that_nothing_is_here(self, client: Client) -> None:
        answer = client.get("/nowhere", headers={"Accept-Language": "zh"})

        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()

    @pytest.mark.parametrize("address", ["/static/nothing.css", "/static/"])
    def test_of_our_files_ask_the_database_nothing(
        self, client: Client, town: SmallTown, django_assert_num_queries: Any, address: str
    ) -> None:
        client.force_login(user_of(town.asker))

        with django_assert_num_queries(0):
            answer = client.get(address, headers={"Accept-Language": "zh"})

        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()

    def test_say_that_a_fault_is_ours_without_asking_the_database(self, client: Client) -> None:
        request = RequestFactory().get("/", headers={"Accept-Language": "en"})

        answer = our_fault(request)

        assert answer.status_code == 500
        assert "not your fault" in answer.content.decode()
