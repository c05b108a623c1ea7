"""Finds the tool modules in `mcp_server/tools/`, and `mcp_tools.py` or `mcp_tools/` of installed apps."""

import importlib
import inspect
import pkgutil
import re
import traceback
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from operator import itemgetter

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from fastmcp import FastMCP
from pydantic import ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from mcp_server.errors import raised_at, short
from mcp_server.toolkit.tool_views import ViewError

# FastMCP's message about two components of the same name.
DUPLICATE = re.compile(r"Component already exists: (?P<key>(?P<kind>\w+):(?P<name>.*)@[^@]*)")


class BrokenToolModuleError(ImproperlyConfigured):
    """A tool module cannot be loaded, so the server does not start: some tools would be missing."""


def tool_modules() -> list[tuple[str, str]]:
    """Return the domain and the dotted name of each tool module, sorted by name."""
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

    Raises BrokenToolModuleError, which names the file, if one cannot be imported or registered.
    """
    for domain, name in tool_modules():
        register = f"register_{domain}_tools"
        try:
            module = importlib.import_module(name)
            getattr(module, register)(mcp)
        except (Exception, SystemExit) as error:
            spec = find_spec(name)
            file = (spec and spec.origin) or name
            if isinstance(error, AttributeError) and error.name == register:
                message = f"{file} has no function {register}(mcp)."
            else:
                message = f"{file} does not load: {_reason(error, file, mcp)}."
            raise BrokenToolModuleError(message) from error


def _reason(error: BaseException, file: str, mcp: FastMCP) -> str:
    """Return what is wrong, and in which line, as the author of the module would say it."""
    if isinstance(error, ViewError):
        return str(error)
    if duplicate := DUPLICATE.fullmatch(str(error)):
        kind, name = duplicate["kind"], duplicate["name"]
        first = mcp.local_provider._components.get(duplicate["key"])  # noqa: SLF001 - a list needs a request
        function = inspect.unwrap(getattr(first, "fn", _reason))
        return f"the {kind} {name} exists already, in {short(function.__code__.co_filename)}"
    return f"{type(error).__name__}{_where(error, file)}: {_text(error)}"


def _where(error: BaseException, file: str) -> str:
    """Return the last line of the owner's code that ran, in `file` or in a file that it imports."""
    if isinstance(error, SyntaxError):
        path, line = error.filename, error.lineno
    else:
        in_file = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        frame = raised_at(error) or (in_file[-1] if in_file else None)
        path, line = (frame.filename, frame.lineno) if frame else (None, None)
    if line is None:
        return ""
    return f" in line {line}" if path in {file, None} else f" in {short(str(path))}, line {line}"


def _text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, ValidationError):  # its text has a paragraph for each type that pydantic tried
        first = error.errors()[0]
        return f"{first['loc'][0]}: {first['msg']}"
    if isinstance(error, PydanticSchemaGenerationError):
        kind = str(error).partition(" for ")[2].partition(". Set ")[0]
        return f"{kind} has no form in JSON. The caller is user: User = CurrentUser(); other rows have an id"
    return str(error).partition("\n")[0].rstrip(".")
