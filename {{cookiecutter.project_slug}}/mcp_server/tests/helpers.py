"""Helpers that several tests use."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import QuerySet
from fastmcp import Client
from fastmcp.tools.base import Tool
from prometheus_client import REGISTRY

from mcp_server.pages.tool_catalog import ToolInfo
from mcp_server.permissions import permission_required
from operations.users import User


def permit(user: User, permission: str) -> None:
    """Give the user a permission, such as "auth.change_group"."""
    app, _, codename = permission.partition(".")
    user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


async def answer(client: Client[Any], tool: str, **arguments: object) -> dict[str, Any]:
    """Call a tool, and return its structured content."""
    content = (await client.call_tool(tool, arguments)).structured_content
    assert content is not None
    return content


async def refusal(client: Client[Any], tool: str, **arguments: object) -> str:
    """Call a tool that must refuse, and return its message."""
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    assert result.is_error, f"{tool} accepted {arguments}"
    return str(result.content[0].text)


async def ids_of_pages(client: Client[Any], tool: str, rows: str, order_by: str, count: int) -> list[str]:
    """Read a list of `count` rows in pages, in two if it is long enough, and return the ids."""
    ids: list[str] = []
    after = None
    while True:
        size = min(100, max(1, count // 2))
        page = await answer(client, tool, order_by=order_by, after_id=after, page_size=size)
        ids += [str(row["id"]) for row in page[rows]]
        after = page["after_id"]
        if after is None or len(ids) > count:
            return ids


async def eventually(is_so: Callable[[], object]) -> None:
    """Wait up to ten seconds until a condition is true."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(0.01)


def tool_info(name: str, title: str, description: str, *, read_only: bool, permission: str = "") -> ToolInfo:
    """Describe a tool that is not registered."""
    auth = permission_required(permission) if permission else None
    tool = Tool(name=name, parameters={}, auth=auth)
    return ToolInfo(name, title, description, read_only=read_only, tool=tool)


def requests_in_flight() -> float:
    """Return how many MCP requests this process is answering, including those of other tests."""
    return REGISTRY.get_sample_value("mcp_active_sessions") or 0


def raw_call(
    tool: str,
    arguments: dict[str, Any] | None = None,
    *,
    version: str = "2026-07-28",
    number: int = 1,
    meta: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the arguments of `http.post` for a tool call of a client of that revision, without a token."""
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": version}
    params: dict[str, Any] = {"name": tool, "arguments": arguments or {}, "_meta": meta or {}}
    if version >= "2026":
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
        prefix = "io.modelcontextprotocol"
        required = {f"{prefix}/protocolVersion": version, f"{prefix}/clientCapabilities": {}}
        params["_meta"] = params["_meta"] | required
    message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    return {"headers": headers, "json": message}


def message_of(text: str) -> dict[str, Any]:
    """Return the message of an answer, which is JSON or a stream with one event."""
    message: dict[str, Any] = json.loads(text.partition("data: ")[2] or text)
    return message


def plan_of(rows: QuerySet[Any]) -> str:
    """Return the plan of a query, as if the table were too large to scan or sort."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        return rows.explain()
