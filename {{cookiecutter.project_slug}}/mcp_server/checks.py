"""Checks of `manage.py check --deploy`. Other commands do not load the tools."""

from typing import Any

from django.core.checks import CheckMessage, Error

from mcp_server.catalog import registered_tools

MAX_DESCRIPTION = 750


def check_tools(**_: Any) -> list[CheckMessage]:
    """Check that the tools load, and that each says what it does without filling the model's context."""
    return [
        Error(
            f"The description of the tool {tool.name} has {len(tool.description)} characters.",
            hint=f"Write 1 to {MAX_DESCRIPTION}: the model reads it on every request.",
            id="mcp_server.E001",
        )
        for tool in registered_tools()
        if not 0 < len(tool.description) <= MAX_DESCRIPTION
    ]
