"""Checks of `manage.py check --deploy`. Other commands do not load the tools."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from mcp_server.pages.tool_catalog import ToolInfo, registered_tools

MAX_DESCRIPTION = 750


def check_tools(**_: Any) -> list[CheckMessage]:
    """Check that the tools load, and that each says what it does without filling the model's context."""
    try:
        tools = registered_tools()
    except ImproperlyConfigured as error:  # BrokenToolModuleError, which is not imported here
        return [Error(str(error), id="mcp_server.E003")]
    return [
        Error(
            f"The description of the tool {tool.name} has {len(tool.description)} characters.",
            hint=f"Write 1 to {MAX_DESCRIPTION}: the model reads it on every request.",
            id="mcp_server.E001",
        )
        for tool in tools
        if not 0 < len(tool.description) <= MAX_DESCRIPTION
    ]


def check_meta(**_: Any) -> list[CheckMessage]:
    """Check what tools ask of the server in their `meta`, where a slip of the pen would go unnoticed."""
    return [
        Error(
            f"The meta of the tool {tool.name} {problem}.",
            hint="docs/limits.md and docs/audit.md tell what may be there.",
            id="mcp_server.E002",
        )
        for tool in _tools_that_load()
        for problem in _problems(tool)
    ]


def _tools_that_load() -> list[ToolInfo]:
    """Return every tool, or none where check_tools has told why."""
    try:
        return registered_tools()
    except ImproperlyConfigured:
        return []


def _problems(tool: ToolInfo) -> Iterator[str]:
    if unknown := set(tool.meta.get("audit", ())) - tool.arguments:
        yield f"names {', '.join(sorted(unknown))} for the audit, which is no argument of it"
    if (confirm := tool.meta.get("confirm", True)) not in (True, False, "required"):
        yield f'says "confirm": {confirm!r}, which is neither True nor "required"'
    timeout = tool.meta.get("timeout", 0)
    if not isinstance(timeout, int | float) or timeout < 0:
        yield f'says "timeout": {timeout!r}, which is no number of seconds'
