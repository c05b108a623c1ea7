"""Which cache is used, and the behaviour while Redis is unavailable."""

from config.tests.test_settings import manage

USE = """
from django.core.cache import cache
cache.set("a", 1)
cache.set_many({"b": 2})
from django.core.cache import caches
print(type(caches["default"]).__name__, cache.get("a", 5), cache.get_or_set("b", 7), cache.get_many(["a"]))
"""


def test_a_redis_that_is_away_is_an_empty_cache() -> None:
    """Catches a tool that fails because Redis is unavailable, instead of asking the database."""
    used = manage("shell", "--no-imports", "--command", USE, REDIS_URL="redis://127.0.0.1:1")
    assert used.stdout.split(maxsplit=1) == ["OptionalRedisCache", "5 7 {}\n"]
    assert "The cache in Redis is unavailable" in used.stderr


def test_without_redis_each_process_has_its_own() -> None:
    used = manage("shell", "--no-imports", "--command", USE, REDIS_URL="")
    assert used.stdout.split(maxsplit=1) == ["LocMemCache", "1 2 {'a': 1}\n"]
