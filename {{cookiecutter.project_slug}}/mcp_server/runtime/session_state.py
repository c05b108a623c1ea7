"""What tools keep from call to call (`ctx.set_state`), and which tools they have hidden from whom."""

from collections.abc import Mapping
from typing import Any, SupportsFloat

from key_value.aio.stores.memory import MemoryStore

# So many values are kept. The one that was not used for longest goes first.
MAX_VALUES = 10_000


class SessionState(MemoryStore):
    """Keeps values in the memory of this process, as FastMCP's own store does, but a limited number of them.

    `is_used` says whether anything was ever kept. Most projects have no tool that keeps or hides something,
    and then the express lane does not have to look for each call.
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


# Each worker has its own. A store that they share, such as the library's `RedisStore`, can take its place.
session_state = SessionState()
