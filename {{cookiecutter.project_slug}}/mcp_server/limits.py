"""How often a caller may call, and how long the result of a tool may be. This is policy.

`rates_for` says which rates limit a call. They are counted with GCRA, a leaky bucket: after a quiet period, a
caller may make all calls of the period at once, and then gets them back evenly. With REDIS_URL, all processes
count together; otherwise, each counts for itself.
"""

import functools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from fastmcp.exceptions import ToolError
from fastmcp.tools.base import ToolResult
from mcp_types import ContentBlock, TextContent
from pyrate_limiter import GCRA, Decision, InMemoryStateStore, Rate

from mcp_server.context import MCPAccessToken
from mcp_server.models import MCPToken
from operations.rates import parse_rate

if TYPE_CHECKING:
    from mcp_server.runtime.redis_counter import RedisCounter

# How many callers are remembered. The one that was quiet the longest is forgotten first.
MAX_CALLERS = 10_000
ALGORITHM = GCRA()


class RateLimitedError(ToolError):
    """The caller has made too many calls, and may try again in `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(f"{reason}: retry in {retry_after} s.")
        self.retry_after = retry_after


def rates_for(caller: MCPAccessToken | None, tool: str) -> Iterator[tuple[str, str]]:
    """Yield the limits of a call, each as the key that it counts under and a rate such as 60/minute.

    The first limit that is used up refuses the call, and those after it do not count the call. To limit one
    tool, add a line at the top: `if tool == "export": yield f"export-{_key(caller)}", "5/hour"`. An empty
    rate means no limit.

    Args:
        caller: the token of the caller, or None with MCP_REQUIRE_AUTH=False.
        tool: the name as in the metrics: of a tool, "prompt:…" for a prompt, the URI (or its template) of a
            resource, "<unknown>" for a name that does not exist, "" for the completion of an argument.
    """
    yield _key(caller), (caller and caller.credential.rate_limit) or settings.MCP_RATE_LIMIT
    # % if cookiecutter.multi_tenancy
    if caller:
        yield f"all-of-user-{caller.user.pk}", settings.MCP_USER_RATE_LIMIT
    if caller and caller.tenant:
        yield f"tenant-{caller.tenant.pk}", caller.tenant.rate_limit


# % else
    if caller:
        yield f"all-of-user-{caller.user.pk}", settings.MCP_USER_RATE_LIMIT


# % endif
async def check_rate(caller: MCPAccessToken | None, tool: str = "") -> None:
    """Count a call. Raises RateLimitedError if it exceeds a limit of `rates_for`."""
    for key, rate in rates_for(caller, tool):
        await _check(key, rate)


async def _check(key: str, limit: str) -> None:
    rate = _rate(limit)
    if rate is None:
        return
    decision = await _count(key, rate)
    if not decision.allowed:
        raise RateLimitedError("Too many calls", math.ceil((decision.retry_after_ms or 1) / 1000))


async def close() -> None:
    """Close the connections to Redis."""
    if settings.REDIS_URL:
        await _redis().close()
        _redis.cache_clear()


async def _count(key: str, rate: Rate) -> Decision:
    if settings.REDIS_URL:
        from mcp_server.runtime.redis_counter import PAUSE, RedisAwayError  # noqa: PLC0415 - 25 MB, for those who use it

        try:
            return await _redis().count(key, rate, ALGORITHM)
        except RedisAwayError as error:
            if not settings.MCP_RATE_LIMIT_FAIL_OPEN:
                raise RateLimitedError("Calls cannot be counted now", PAUSE) from error
    store = _store(key)
    decision: Decision = store.check(ALGORITHM, [rate], store.default_clock.now(), 1)  # type: ignore[no-untyped-call]
    return decision


@functools.cache
def _redis() -> "RedisCounter":
    from mcp_server.runtime.redis_counter import RedisCounter  # noqa: PLC0415 - see above

    return RedisCounter(settings.REDIS_URL, MAX_CALLERS)


@functools.lru_cache(MAX_CALLERS)
def _store(_key: str) -> InMemoryStateStore:
    return InMemoryStateStore()


@functools.lru_cache(1000)
def _rate(text: str) -> Rate | None:
    return Rate(*parse_rate(text)) if text else None


def _key(caller: MCPAccessToken | None) -> str:
    """Return the key to count under: each personal token has its own, and all apps of a user share one."""
    if caller is None:
        return "anonymous"
    return caller.client_id if isinstance(caller.credential, MCPToken) else f"user-{caller.user.pk}"


def check_size(result: Any) -> None:
    """Raise ToolError if the result of a tool is too long. It is not cut, because a part could mislead."""
    if not isinstance(result, ToolResult):
        return
    size = sum(
        len(block.text) if isinstance(block, TextContent) else _length(block) for block in result.content
    )
    if size > settings.MCP_MAX_RESPONSE_SIZE:
        raise ToolError(
            f"The result has {size:,} characters, more than the {settings.MCP_MAX_RESPONSE_SIZE:,} that are "
            "allowed: ask for less, such as fewer rows or one page."
        )


def _length(block: ContentBlock) -> int:
    """Return the characters of an image, a sound or an embedded resource."""
    held: Any = getattr(block, "resource", block)
    return len(
        getattr(held, "data", None) or getattr(held, "text", None) or getattr(held, "blob", None) or ""
    )
