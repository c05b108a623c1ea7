"""Hides what a caller may not use. The rule is in `mcp_server/permissions.py`."""

from collections.abc import Iterable, Sequence

from fastmcp.prompts.base import Prompt
from fastmcp.resources.base import Resource
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.transforms import (
    GetPromptNext,
    GetResourceNext,
    GetResourceTemplateNext,
    GetToolNext,
)
from fastmcp.server.transforms.visibility import Visibility
from fastmcp.tools.base import Tool
from fastmcp.utilities.versions import VersionSpec

from mcp_server.context import MCPAccessToken
from mcp_server.permissions import Component, may_use


class PermissionFilter(Visibility):
    """Removes what the caller may not use from FastMCP's lists and look-ups.

    Its base class tells FastMCP that it changes no schema. With any other transform, FastMCP does not check
    the `Mcp-Param-*` headers of calls until a client has listed the tools.
    """

    def __init__(self) -> None:
        super().__init__(enabled=True)

    async def list_tools(self, tools: Sequence[Tool]) -> Sequence[Tool]:
        return await permitted(tools)

    async def get_tool(
        self, name: str, call_next: GetToolNext, *, version: VersionSpec | None = None
    ) -> Tool | None:
        return await _if_permitted(await call_next(name, version=version))

    async def list_resources(self, resources: Sequence[Resource]) -> Sequence[Resource]:
        return await permitted(resources)

    async def get_resource(
        self, uri: str, call_next: GetResourceNext, *, version: VersionSpec | None = None
    ) -> Resource | None:
        return await _if_permitted(await call_next(uri, version=version))

    async def list_resource_templates(
        self, templates: Sequence[ResourceTemplate]
    ) -> Sequence[ResourceTemplate]:
        return await permitted(templates)

    async def get_resource_template(
        self, uri: str, call_next: GetResourceTemplateNext, *, version: VersionSpec | None = None
    ) -> ResourceTemplate | None:
        return await _if_permitted(await call_next(uri, version=version))

    async def list_prompts(self, prompts: Sequence[Prompt]) -> Sequence[Prompt]:
        return await permitted(prompts)

    async def get_prompt(
        self, name: str, call_next: GetPromptNext, *, version: VersionSpec | None = None
    ) -> Prompt | None:
        return await _if_permitted(await call_next(name, version=version))


async def permitted[C: Component](components: Iterable[C]) -> list[C]:
    """Return those that the caller may use. It looks for the caller once, and not for each of a thousand."""
    token = get_access_token()
    caller = token if isinstance(token, MCPAccessToken) else None
    return [component for component in components if await may_use(component, caller)]


async def _if_permitted[C: Component](component: C | None) -> C | None:
    return component if component and await may_use(component) else None
