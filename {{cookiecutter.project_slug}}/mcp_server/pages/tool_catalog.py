"""The registered tools, for pages, the admin and checks of the web process."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync


@dataclass(frozen=True)
class ToolInfo:
    """What a person needs to know of a tool."""

    name: str
    title: str
    description: str
    permission: str | None
    read_only: bool
    arguments: frozenset[str] = frozenset()
    meta: Mapping[str, Any] = field(default_factory=dict)


@functools.cache
def registered_tools() -> list[ToolInfo]:
    """Return every tool, whoever may call it, by name.

    The first call imports FastMCP: a second, and 80 MB that a web process saves until it is asked.
    """
    from mcp_server.permissions import PermissionRequired  # noqa: PLC0415
    from mcp_server.server import mcp  # noqa: PLC0415

    tools = async_to_sync(mcp.local_provider.list_tools)()
    return [
        ToolInfo(
            name=tool.name,
            title=tool.title or tool.name.replace("_", " ").capitalize(),
            description=tool.description or "",
            permission=tool.auth.permission if isinstance(tool.auth, PermissionRequired) else None,
            read_only=bool(tool.annotations and tool.annotations.read_only_hint),
            arguments=frozenset(tool.parameters.get("properties", ())),
            meta=tool.meta or {},
        )
        for tool in sorted(tools, key=lambda tool: tool.name)
    ]
