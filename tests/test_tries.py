"""Tries are counted for the address they come from, which a client cannot choose."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from matchmaker import tries
from matchmaker.errors import TooManyTries


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


class TestAddressOf:
    @pytest.mark.parametrize(
        ("seen", "address"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("", ""),
        ],
    )
    def test_is_the_other_end_of_the_line(self, seen: str, address: str) -> None:
        request = RequestFactory().get("/", REMOTE_ADDR=seen, headers={"X-Forwarded-For": "198.51.100.1"})

        assert tries.address_of(request) == address

    def test_is_what_the_proxy_saw_and_not_what_a_client_wrote(self, settings: Settings) -> None:
        settings.BEHIND_TLS_PROXY = True
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers)

        assert tries.address_of(request) == "203.0.113.7"


class TestCount:
    def test_refuses_beyond_the_number_for_this_address_and_kind(self) -> None:
        for _ in range(2):
            tries.refuse_beyond(2, kind="code", address="203.0.113.7")
            tries.count(kind="code", address="203.0.113.7")

        with pytest.raises(TooManyTries):
            tries.refuse_beyond(2, kind="code", address="203.0.113.7")
        tries.refuse_beyond(2, kind="code", address="203.0.113.8")
        tries.refuse_beyond(2, kind="token", address="203.0.113.7")

    def test_keeps_no_address_in_the_clear(self) -> None:
        assert "203.0.113.7" not in tries._key("code", "203.0.113.7")

    def test_counts_nothing_without_an_address(self) -> None:
        tries.count(kind="code", address="")

        tries.refuse_beyond(1, kind="code", address="")
