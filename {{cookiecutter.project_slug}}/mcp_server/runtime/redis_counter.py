"""Counts calls in Redis, for all processes together. Loaded only when REDIS_URL is set."""

import functools
import logging
import time

from pyrate_limiter import GCRA, Decision, Rate, RedisStateStore
from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError

logger = logging.getLogger(__name__)

TIMEOUT = 0.5  # seconds that Redis has to answer
PAUSE = 1  # seconds until it is asked again after a failure


class RedisAwayError(Exception):
    """Redis does not answer."""


class RedisCounter:
    """Counts calls in Redis.

    After a failure, it raises RedisAwayError for a while without waiting for Redis.
    """

    def __init__(self, url: str, max_callers: int) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            # One more attempt on a new connection, because the old one may have died when Redis restarted.
            # Not after a timeout, when the call may have been counted.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnectionError,)),
        )
        self._store = functools.lru_cache(max_callers)(functools.partial(RedisStateStore, self._redis))
        self._ask_from = 0.0

    async def count(self, key: str, rate: Rate, algorithm: GCRA) -> Decision:
        """Count a call of `key`, and return whether `rate` allows it. Raises RedisAwayError if that fails."""
        if time.monotonic() < self._ask_from:
            raise RedisAwayError
        store = self._store(f"mcp:calls:{key}")
        try:
            decision: Decision = await store.check(algorithm, [rate], store.default_clock.now(), 1)  # type: ignore[no-untyped-call]
        except RedisError as error:
            self._ask_from = time.monotonic() + PAUSE
            logger.error("Calls cannot be counted in Redis: %s", error)  # noqa: TRY400 - no traceback a second
            raise RedisAwayError from error
        return decision

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
