"""The registered tools, for pages, the admin and checks of the web process."""

import functools
import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from asgiref.sync import async_to_sync
from django.db.models import Manager, Model, QuerySet

from operations.users import User


@dataclass(frozen=True)
class ToolInfo:
    """What a person needs to know of a tool."""

    name: str
    title: str
    description: str
    read_only: bool
    arguments: frozenset[str] = frozenset()
    meta: Mapping[str, Any] = field(default_factory=dict)
    # What `auth=` asks for: whether it is there at all, and the permissions it names.
    has_auth: bool = False
    permissions: frozenset[str] = frozenset()
    # Models and querysets that it says it returns.
    returned_models: frozenset[str] = frozenset()
    # FastMCP's own object.
    tool: Any = None

    @property
    def summary(self) -> str:
        """The first sentence of the description. The rest is for the model."""
        sentence = " ".join(self.description.split("\n\n")[0].split()).partition(". ")[0].replace("`", "")
        return sentence if not sentence or sentence[-1] in ".!?" else f"{sentence}."


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
            read_only=bool(tool.annotations and tool.annotations.read_only_hint),
            arguments=frozenset(tool.parameters.get("properties", ())),
            meta=tool.meta or {},
            has_auth=tool.auth is not None,
            permissions=frozenset(
                check.permission
                for check in (tool.auth if isinstance(tool.auth, list) else [tool.auth])
                if isinstance(check, PermissionRequired)
            ),
            returned_models=frozenset(_returned_models(getattr(tool, "fn", None))),
            tool=tool,
        )
        for tool in sorted(tools, key=lambda tool: tool.name)
    ]


def registered_views() -> dict[str, str]:
    """Return the HTML of every view that a tool names, by the name of the view."""
    from mcp_server.server import mcp  # noqa: PLC0415 - as above
    from mcp_server.toolkit.tool_views import View  # noqa: PLC0415

    resources = async_to_sync(mcp.local_provider.list_resources)()
    return {resource.name: resource.text for resource in resources if isinstance(resource, View)}


def permitted(tools: list[ToolInfo], user: User) -> list[ToolInfo]:
    """Return those that `user` may call, by the rule that decides about a call."""
    from mcp_server.permissions import caller_for, may_use  # noqa: PLC0415 - as above

    caller = caller_for(user)

    async def ask() -> list[ToolInfo]:
        return [info for info in tools if await may_use(info.tool, caller)]

    return async_to_sync(ask)()


def _returned_models(function: Any) -> Iterator[str]:
    """Name the models and querysets in what a function says it returns."""
    types = []
    with suppress(NameError, TypeError):  # it names what only type checkers import
        types.append(get_type_hints(inspect.unwrap(function)).get("return"))
    while types:
        kind = types.pop()
        types += get_args(getattr(kind, "__value__", kind))
        origin = getattr(kind, "__origin__", kind)
        if isinstance(origin, type) and issubclass(origin, Model | QuerySet | Manager):
            yield origin.__name__
