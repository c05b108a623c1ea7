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
PAUSE = 1  # seconds for which it is left alone when it did not


class RedisAwayError(Exception):
    """Redis does not answer."""


class RedisCounter:
    """Asks Redis, unless it did not answer a moment ago: no call waits for it twice."""

    def __init__(self, url: str, max_callers: int) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            # Once more on a new connection, for the old one may have died with a restarted Redis. Not
            # after a timeout: the call may have been counted.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnectionError,)),
        )
        self._store = functools.lru_cache(max_callers)(functools.partial(RedisStateStore, self._redis))
        self._ask_from = 0.0

    async def count(self, key: str, rate: Rate, algorithm: GCRA) -> Decision:
        """Count a call of `key`. Raises RedisAwayError when that cannot be done."""
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
        """Give the connections back."""
        await self._redis.aclose()
