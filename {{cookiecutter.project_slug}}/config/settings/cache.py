"""The cache: in Redis for all processes together when there is one, else in the memory of each."""

from typing import Any

from mcp_server.settings import REDIS_URL

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

if REDIS_URL:
    from redis.backoff import NoBackoff  # which most projects do not need
    from redis.retry import Retry

    CACHES["default"] = {
        "BACKEND": "operations.redis_cache.OptionalRedisCache",
        "LOCATION": [REDIS_URL],
        "KEY_PREFIX": "cache",  # calls are counted beside it
        # A page or tool waits for Redis half a second at most, and then once more on a new connection: the
        # old one may have died when Redis restarted.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 1)},
    }
