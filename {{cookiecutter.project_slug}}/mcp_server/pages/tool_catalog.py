"""The registered tools, for pages, the admin and checks of the web process."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args, get_type_hints

from asgiref.sync import async_to_sync
from django.db.models import Manager, Model, QuerySet

from operations.users import User


@dataclass(frozen=True)
class ToolInfo:
    """What pages, commands and checks need to know about a tool."""

    name: str
    title: str
    description: str
    read_only: bool
    arguments: frozenset[str] = frozenset()
    meta: Mapping[str, Any] = field(default_factory=dict)
    # Whether the tool has `auth=`, and the Django permissions that it requires.
    has_auth: bool = False
    permissions: frozenset[str] = frozenset()
    # Models and querysets in the annotation of its result.
    returned_models: frozenset[str] = frozenset()
    # Arguments whose type is `datetime`, which takes a time without an offset as it is.
    naive_times: frozenset[str] = frozenset()
    # FastMCP's own object.
    tool: Any = None

    @property
    def summary(self) -> str:
        """The first sentence of the description, for people. The rest is for the model."""
        sentence = " ".join(self.description.split("\n\n")[0].split()).partition(". ")[0].replace("`", "")
        return sentence if not sentence or sentence[-1] in ".!?" else f"{sentence}."


@functools.cache
def registered_tools() -> list[ToolInfo]:
    """Return every tool, sorted by name, whoever may call it.

    The first call imports FastMCP, which takes a second and 80 MB: a web process does without until then.
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
            naive_times=frozenset(_naive_times(getattr(tool, "fn", None))),
            tool=tool,
        )
        for tool in sorted(tools, key=lambda tool: tool.name)
    ]


def registered_views() -> dict[str, str]:
    """Return the name and the HTML of every view that a tool uses."""
    from mcp_server.server import mcp  # noqa: PLC0415 - as above
    from mcp_server.toolkit.tool_views import View  # noqa: PLC0415

    resources = async_to_sync(mcp.local_provider.list_resources)()
    return {resource.name: resource.text for resource in resources if isinstance(resource, View)}


def permitted(tools: list[ToolInfo], user: User) -> list[ToolInfo]:
    """Return those of `tools` that `user` may call, by the same rule as for a call."""
    from mcp_server.permissions import caller_for, may_use  # noqa: PLC0415 - as above

    caller = caller_for(user)

    async def ask() -> list[ToolInfo]:
        return [info for info in tools if await may_use(info.tool, caller)]

    return async_to_sync(ask)()


def _returned_models(function: Any) -> Iterator[str]:
    """Yield the names of the models and querysets in the return annotation of a function."""
    for kind in _parts(_hints(function).get("return")):
        origin = getattr(kind, "__origin__", kind)
        if isinstance(origin, type) and issubclass(origin, Model | QuerySet | Manager):
            yield origin.__name__


def _naive_times(function: Any) -> Iterator[str]:
    """Yield the names of the arguments of a function that may be a `datetime` without an offset."""
    for name, hint in _hints(function).items():
        if name != "return" and datetime in _parts(hint, leave_out=_has_validator):
            yield name


def _has_validator(kind: Any) -> bool:
    """Whether a function, such as that of AwareDatetime, may take care of the offset."""
    return any(hasattr(extra, "func") for extra in getattr(kind, "__metadata__", ()))


def _hints(function: Any) -> dict[str, Any]:
    """Return the annotations of a function; none if one has a name that only type checkers import."""
    with suppress(NameError, TypeError):
        return get_type_hints(inspect.unwrap(function), include_extras=True)
    return {}


def _parts(
    kind: Any, leave_out: Callable[[Any], bool] = lambda _: False, aliases: tuple[Any, ...] = ()
) -> Iterator[Any]:
    """Yield an annotation and all types in it.

    Args:
        kind: The annotation.
        leave_out: Says which parts to leave out, with all types in them.
        aliases: Those that lead to `kind`. An alias may contain itself, as one for JSON does.
    """
    if kind in aliases or leave_out(kind):
        return
    yield kind
    parts = get_args(kind)
    if hasattr(kind, "__value__"):
        parts, aliases = (kind.__value__,), (*aliases, kind)
    for part in parts:
        yield from _parts(part, leave_out, aliases)
