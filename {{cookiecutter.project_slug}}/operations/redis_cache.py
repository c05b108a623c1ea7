"""Django's cache in Redis, which is empty rather than broken while Redis is unavailable."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)


def _or[**P](missing: Callable[[], Any], method: Callable[P, Any]) -> Callable[P, Any]:
    @functools.wraps(method)
    def ask(*args: P.args, **options: P.kwargs) -> Any:
        try:
            return method(*args, **options)
        except RedisError as error:
            logger.warning("The cache in Redis is unavailable: %s", error)
            return missing()

    return ask


class OptionalRedisCache(RedisCache):
    """Finds and keeps nothing while Redis is unavailable, so that callers compute the value again."""

    add = _or(bool, RedisCache.add)
    set = _or(bool, RedisCache.set)
    touch = _or(bool, RedisCache.touch)
    delete = _or(bool, RedisCache.delete)
    has_key = _or(bool, RedisCache.has_key)
    get_many = _or(dict, RedisCache.get_many)
    set_many = _or(list, RedisCache.set_many)
    delete_many = _or(bool, RedisCache.delete_many)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value of `key`, or `default`."""
        return _or(lambda: default, super().get)(key, default, version)
