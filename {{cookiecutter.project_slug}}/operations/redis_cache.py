"""Django's cache in Redis. While Redis is unavailable, nothing is found there, and everything still works."""

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
    """Finds nothing while Redis is unavailable, and keeps nothing: what was cached is computed anew."""

    add = _or(bool, RedisCache.add)
    set = _or(bool, RedisCache.set)
    touch = _or(bool, RedisCache.touch)
    delete = _or(bool, RedisCache.delete)
    has_key = _or(bool, RedisCache.has_key)
    get_many = _or(dict, RedisCache.get_many)
    set_many = _or(list, RedisCache.set_many)
    delete_many = _or(bool, RedisCache.delete_many)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept under `key`, or else `default`."""
        return _or(lambda: default, super().get)(key, default, version)
