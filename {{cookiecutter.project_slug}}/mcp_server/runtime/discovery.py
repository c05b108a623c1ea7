"""Finds tool modules: those in `mcp_server/tools/`, and `mcp_tools.py` or `mcp_tools/` of installed apps."""

import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from fastmcp import FastMCP

from mcp_server.toolkit.tool_views import ViewError

# How FastMCP says that there are two of one name.
DUPLICATE = re.compile(r"Component already exists: (?P<key>(?P<kind>\w+):(?P<name>.*)@[^@]*)")


class BrokenToolModuleError(ImproperlyConfigured):
    """A tool module cannot be loaded. The server does not start with half of its tools."""


def tool_modules() -> list[tuple[str, str]]:
    """Return the domain and the dotted name of each tool module, always in the same order."""
    found: list[tuple[str, str]] = []
    for label, name in [
        ("tools", "mcp_server.tools"),
        *((app.label, f"{app.name}.mcp_tools") for app in apps.get_app_configs()),
    ]:
        spec = find_spec(name)
        if spec and spec.submodule_search_locations is not None:
            found += _modules_of(name, importlib.import_module(name).__path__)
        elif spec:
            found.append((label, name))
    return sorted(found, key=itemgetter(1))


def _modules_of(package: str, path: Iterable[str]) -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules(path):
        yield module.name, f"{package}.{module.name}"


def register_tools(mcp: FastMCP) -> None:
    """Call `register_<domain>_tools(mcp)` of every tool module.

    Raises BrokenToolModuleError, which names the file, when one fails to import or to register.
    """
    for domain, name in tool_modules():
        register = f"register_{domain}_tools"
        try:
            module = importlib.import_module(name)
            getattr(module, register)(mcp)
        except Exception as error:
            spec = find_spec(name)
            file = (spec and spec.origin) or name
            if isinstance(error, AttributeError) and error.name == register:
                message = f"{file} has no function {register}(mcp)."
            else:
                message = f"{file} does not load: {_reason(error, file, mcp)}."
            raise BrokenToolModuleError(message) from error


def _reason(error: Exception, file: str, mcp: FastMCP) -> str:
    """Say what is wrong in the words of who wrote the module."""
    if isinstance(error, SyntaxError):
        where = "" if error.filename in {file, None} else f"{_short(str(error.filename))}, "
        return f"{type(error).__name__} in {where}line {error.lineno}: {error.msg}"
    if isinstance(error, ViewError):
        return str(error)
    if duplicate := DUPLICATE.fullmatch(str(error)):
        kind, name = duplicate["kind"], duplicate["name"]
        first = mcp.local_provider._components.get(duplicate["key"])  # noqa: SLF001 - a list needs a request
        function = inspect.unwrap(getattr(first, "fn", _reason))
        return f"the {kind} {name} exists already, in {_short(function.__code__.co_filename)}"
    return repr(error)


def _short(file: str) -> str:
    """Return the path of a file as it is known in the project."""
    return os.path.relpath(file) if Path(file).is_relative_to(Path.cwd()) else file
