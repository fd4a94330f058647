"""The shared cache forgets rather than fails."""

import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches

from matchmaker import caches as module
from matchmaker.caches import ForgivingRedisCache
from matchmaker.redis_link import PATIENCE, Fuse


@pytest.fixture(autouse=True)
def whole_fuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fuse", Fuse())


@pytest.fixture
def lost_cache() -> ForgivingRedisCache:
    """A cache whose Redis nobody answers for."""
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": PATIENCE})


class TestForgivingRedisCache:
    @pytest.mark.parametrize(
        ("call", "arguments", "answer"),
        [
            ("get", ("a", "otherwise"), "otherwise"),
            ("get_many", (["a", "b"],), {}),
            ("set", ("a", 1), None),
            ("set_many", ({"a": 1},), []),
            ("add", ("a", 1), False),
            ("touch", ("a",), False),
            ("delete", ("a",), False),
            ("delete_many", (["a"],), None),
            ("has_key", ("a",), False),
            ("clear", (), False),
        ],
    )
    def test_answers_like_an_empty_one_while_redis_is_gone(
        self, lost_cache: ForgivingRedisCache, call: str, arguments: tuple[Any, ...], answer: Any
    ) -> None:
        assert getattr(lost_cache, call)(*arguments) == answer
        assert module.fuse.is_blown

    def test_computes_what_it_cannot_find(self, lost_cache: ForgivingRedisCache) -> None:
        assert lost_cache.get_or_set("a", lambda: 5) == 5

    def test_refuses_to_count_on_what_it_cannot_reach(self, lost_cache: ForgivingRedisCache) -> None:
        with pytest.raises(ValueError, match="cannot be reached"):
            lost_cache.incr("a")

    def test_asks_no_more_while_it_rests(
        self, lost_cache: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lost_cache.get("a")

        def asked_again(*_arguments: object) -> None:
            raise AssertionError("Redis was asked")

        monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", asked_again)

        assert lost_cache.get("a", 7) == 7

    @pytest.mark.redis
    def test_is_the_cache_where_redis_is_set_and_keeps_to_its_prefix(self) -> None:
        cache, key = caches["default"], uuid.uuid4().hex

        cache.set(key, {"n": 1})
        cache.add(f"{key}-count", 1)

        assert isinstance(cache, ForgivingRedisCache)
        assert (cache.get(key), cache.incr(f"{key}-count")) == ({"n": 1}, 2)
        assert cache.make_key(key).startswith(f"{django_settings.REDIS_PREFIX}:cache")
