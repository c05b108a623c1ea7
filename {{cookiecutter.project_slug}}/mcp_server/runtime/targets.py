"""Finds the tool, prompt or resource that a request names, without asking who may use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastmcp import FastMCP
from fastmcp.prompts.base import Prompt
from fastmcp.resources.base import Resource
from fastmcp.resources.template import ResourceTemplate
from fastmcp.tools.base import Tool

from mcp_server.errors import MAX_NAME, NameTooLongError
from mcp_server.permissions import Component

# Unknown names come from the client, so they are never metric labels.
UNKNOWN = "<unknown>"
KINDS = {"tools/call": "Tool", "resources/read": "Resource", "prompts/get": "Prompt"}


@dataclass(frozen=True, slots=True)
class Target:
    """The component that a client named, and its arguments."""

    method: str
    name: str
    component: Component | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def check_name(self) -> None:
        """Raise NameTooLongError if the name is longer than any that exists."""
        if len(self.name) > MAX_NAME:
            raise NameTooLongError(KINDS[self.method])

    @property
    def label(self) -> str:
        """The name for metrics and the log, which is never a text that the client chose."""
        match self.component:
            case Tool():
                return self.component.name
            case Prompt():
                return f"prompt:{self.component.name}"
            case Resource():
                return str(self.component.uri)
            case ResourceTemplate():
                return self.component.uri_template
        return UNKNOWN

    @property
    def kept_arguments(self) -> dict[str, Any]:
        """The arguments that the audit may keep."""
        names = ((self.component and self.component.meta) or {}).get("audit", ())
        return {name: self.arguments[name] for name in names if name in self.arguments}


async def find_target(method: str, message: Any, server: FastMCP) -> Target:
    """Return what `message` calls, gets or reads. If its parameters are malformed, it has no name here."""
    provider = server.local_provider
    name = str(getattr(message, "uri" if method == "resources/read" else "name", ""))
    if len(name) > MAX_NAME:
        return Target(method, name)
    if method == "resources/read":
        if resource := await provider.get_resource(name):
            return Target(method, name, resource)
        template = await provider.get_resource_template(name)
        return Target(method, name, template, (template and template.matches(name)) or {})
    arguments = getattr(message, "arguments", None) or {}
    if method == "prompts/get":
        return Target(method, name, await provider.get_prompt(name), arguments)
    return Target(method, name, await provider.get_tool(name), arguments)
