"""Finds tool modules: those in `mcp_server/tools/`, and `mcp_tools.py` or `mcp_tools/` of installed apps."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from operator import itemgetter

from django.apps import apps
from fastmcp import FastMCP


class BrokenToolModuleError(Exception):
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
            found += _modules_of(name, spec.submodule_search_locations)
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
            message = f"{spec.origin if spec else name} does not load: {error!r}."
            if isinstance(error, AttributeError) and error.name == register:
                message = f"{spec.origin if spec else name} has no function {register}(mcp)."
            raise BrokenToolModuleError(message) from error
