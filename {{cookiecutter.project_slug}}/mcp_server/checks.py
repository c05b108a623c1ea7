"""Checks of tools and views, for `manage.py check --deploy`. Other commands do not load the tools."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from mcp_server.pages.tool_catalog import ToolInfo, registered_tools, registered_views
from mcp_server.toolkit import view_policy

MAX_DESCRIPTION = 750
# The keys in the meta of a tool that this server, FastMCP or MCP Apps read.
META = {"audit", "confirm", "timeout", "fastmcp", "_fastmcp", "ui"}


def check_tools(**_: Any) -> list[CheckMessage]:
    """Check that the tools load, and that each has a description that is not too long."""
    try:
        tools = registered_tools()
    except ImproperlyConfigured as error:  # BrokenToolModuleError, which is not imported here
        return [Error(str(error), id="mcp_server.E003")]
    return [
        Error(
            f"The description of the tool {tool.name} has {len(tool.description)} characters.",
            hint=f"Write 1 to {MAX_DESCRIPTION}: the description fills the context of the model.",
            id="mcp_server.E001",
        )
        for tool in tools
        if not 0 < len(tool.description) <= MAX_DESCRIPTION
    ]


def check_meta(**_: Any) -> list[CheckMessage]:
    """Check the `meta` of tools, where a typing error would have no effect and no message."""
    return [
        Error(
            f"The meta of the tool {tool.name} {problem}.",
            hint="docs/limits.md and docs/audit.md list the keys.",
            id="mcp_server.E002",
        )
        for tool in _tools_that_load()
        for problem in _problems(tool)
    ]


def check_permissions(**_: Any) -> list[CheckMessage]:
    """Check that each tool that writes requires a permission, and that the permission exists."""
    found: list[CheckMessage] = []
    known = {permission for model in apps.get_models() for permission in _permissions_of(model)}
    # Permissions that an app creates in another way, and that its AppConfig names.
    known.update(*(getattr(app, "mcp_permissions", ()) for app in apps.get_app_configs()))
    for tool in _tools_that_load():
        if not tool.read_only and not tool.has_auth:
            found.append(
                Warning(
                    f"The tool {tool.name} may change data and requires no permission.",
                    hint='Give it auth=permission_required("app.codename"), or auth=everyone if any token '
                    'may call it. If it only reads, give it annotations={"readOnlyHint": True}.',
                    id="mcp_server.W001",
                )
            )
        found += [
            Warning(
                f"The tool {tool.name} requires the permission {permission!r}, which no model has"
                f"{_similar(permission, known)}.",
                hint="Only superusers can call the tool. If an app creates this permission in code, name it "
                "in mcp_permissions of its AppConfig.",
                id="mcp_server.W002",
            )
            for permission in sorted(tool.permissions - known)
        ]
    return found


def _permissions_of(model: type[Model]) -> Iterator[str]:
    options = model._meta  # noqa: SLF001 - Django's documented name
    for action in options.default_permissions:
        yield f"{options.app_label}.{get_permission_codename(action, options)}"
    for codename, _name in options.permissions:
        yield f"{options.app_label}.{codename}"


def check_results(**_: Any) -> list[CheckMessage]:
    """Check that no tool returns a model or queryset, of which a client would only get the str()."""
    return [
        Error(
            f"The tool {tool.name} returns {', '.join(sorted(tool.returned_models))}.",
            hint="Return a dataclass of the fields that the model may see, or a list of them.",
            id="mcp_server.E004",
        )
        for tool in _tools_that_load()
        if tool.returned_models
    ]


def check_times(**_: Any) -> list[CheckMessage]:
    """Check that each argument with a time has an offset, without which Python cannot compare it."""
    return [
        Warning(
            f"The argument {name} of the tool {tool.name} is a datetime, which may come without an offset.",
            hint="Give it the type AwareDatetime (mcp_server/toolkit/types.py), which assumes TIME_ZONE.",
            id="mcp_server.W004",
        )
        for tool in _tools_that_load()
        for name in sorted(tool.naive_times)
    ]


def check_views(**_: Any) -> list[CheckMessage]:
    """Check that views load nothing from elsewhere, and that each belongs to a tool."""
    try:
        views = registered_views()
    except ImproperlyConfigured:  # check_tools has reported why
        return []
    # A name that begins with "_" is a part of other views.
    forgotten = {path.stem for path in view_policy.FOLDER.glob("[!_]*.html")} - views.keys()
    return [
        *(
            Error(
                f"The view {name} has {', '.join(found)}, which no client runs or loads.",
                hint="A view contains its scripts and styles, and no addresses: docs/views.md.",
                id="mcp_server.E005",
            )
            for name, html in views.items()
            if (found := list(view_policy.breaches(html)))
        ),
        *(
            Warning(
                f"No tool names the view {name}.",
                hint=f'Give one app=view("{name}"), or remove mcp_server/views/{name}.html.',
                id="mcp_server.W003",
            )
            for name in sorted(forgotten)
        ),
    ]


def _similar(name: str, known: Iterable[str]) -> str:
    """Return " (did you mean …?)" with the most similar name, or "" if none is similar."""
    return "".join(f" (did you mean {match!r}?)" for match in get_close_matches(name, known, n=1))


def _tools_that_load() -> list[ToolInfo]:
    """Return every tool, or none if they do not load, which check_tools reports."""
    try:
        return registered_tools()
    except ImproperlyConfigured:
        return []


def _problems(tool: ToolInfo) -> Iterator[str]:
    # A key with a prefix, such as "example.com/group", is for clients.
    for key in sorted(key for key in tool.meta if key not in META and "/" not in key):
        yield f"has the unknown key {key!r}{_similar(key, META)}"
    audit = tool.meta.get("audit", [])
    if not isinstance(audit, list | tuple) or not all(isinstance(name, str) for name in audit):
        yield f'has "audit": {audit!r}, which is not a list of names of arguments'
    elif unknown := set(audit) - tool.arguments:
        yield f"names {', '.join(sorted(unknown))} for the audit, but the tool has no such argument"
    if (confirm := tool.meta.get("confirm", True)) not in (True, False, "required"):
        yield f'has "confirm": {confirm!r}, which is not True, False or "required"'
    timeout = tool.meta.get("timeout", 0)
    if not isinstance(timeout, int | float) or timeout < 0:
        yield f'has "timeout": {timeout!r}, which is not a number of seconds'


ALL = (check_tools, check_meta, check_permissions, check_results, check_times, check_views)
