"""Tries are counted for the address they come from, which a client cannot choose."""

from concurrent.futures import ThreadPoolExecutor

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
            ("", tries.NOWHERE),
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

    @pytest.mark.parametrize(
        ("written", "address"),
        [
            ("203.0.113.7:51234", "203.0.113.7"),
            (" 203.0.113.7:1 ", "203.0.113.7"),
            ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
            ("", tries.NOWHERE),
        ],
    )
    def test_is_the_same_whatever_port_the_proxy_wrote(self, written: str, address: str, settings: Settings) -> None:
        settings.BEHIND_TLS_PROXY = True
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": written})

        assert tries.address_of(request) == address


class TestSpend:
    def test_refuses_the_one_after_the_last_for_this_address_and_kind(self) -> None:
        for _ in range(2):
            tries.spend(2, kind="code", address="203.0.113.7")

        with pytest.raises(TooManyTries):
            tries.spend(2, kind="code", address="203.0.113.7")
        tries.spend(2, kind="code", address="203.0.113.8")
        tries.spend(2, kind="token", address="203.0.113.7")

    def test_lets_through_so_many_of_those_who_come_at_once(self) -> None:
        def spent(_number: int) -> int:
            try:
                tries.spend(5, kind="code", address="203.0.113.7")
            except TooManyTries:
                return 0
            return 1

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(spent, range(200))) == 5

    def test_looks_at_the_count_that_it_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever looks first and counts afterwards lets two through that come at once."""
        monkeypatch.setattr(cache, "get", lambda *_args, **_kwargs: 0)
        tries.spend(1, kind="code", address="203.0.113.7")

        with pytest.raises(TooManyTries):
            tries.spend(1, kind="code", address="203.0.113.7")

    def test_refuses_nobody_without_an_address_or_a_limit(self) -> None:
        for _ in range(3):
            tries.spend(1, kind="code", address="")
            tries.spend(0, kind="code", address="203.0.113.7")

    def test_is_undone_where_it_is_given_back(self) -> None:
        for _ in range(3):
            tries.spend(1, kind="sign_in", address="203.0.113.7")
            tries.give_back(kind="sign_in", address="203.0.113.7")

        tries.give_back(kind="sign_in", address="")
        tries.give_back(kind="sign_in", address="198.51.100.9")
        tries.spend(1, kind="sign_in", address="198.51.100.9")


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
