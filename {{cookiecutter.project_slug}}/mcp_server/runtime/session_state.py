"""The state of sessions: values that tools keep (`ctx.set_state`) and tools that they hide."""

from collections.abc import Mapping
from typing import Any, SupportsFloat

from key_value.aio.stores.memory import MemoryStore

# When there are more values, the least recently used ones are dropped.
MAX_VALUES = 10_000


class SessionState(MemoryStore):
    """A limited number of values in the memory of this process. FastMCP's own store has no limit.

    `is_used` says whether a value was ever kept. Most projects have no tool that keeps or hides anything.
    Their calls then skip the search for hidden tools.
    """

    def __init__(self) -> None:
        super().__init__(max_entries_per_collection=MAX_VALUES)
        self.is_used = False

    async def put(
        self,
        key: str,
        value: Mapping[str, Any],
        *,
        collection: str | None = None,
        ttl: SupportsFloat | None = None,
    ) -> None:
        """Keep a value."""
        self.is_used = True
        await super().put(key, value, collection=collection, ttl=ttl)


# Each worker has its own store. To share one, use another class of the library, such as `RedisStore`.
session_state = SessionState()
