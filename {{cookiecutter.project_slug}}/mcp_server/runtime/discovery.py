"""Finds the tool modules: `mcp_server/tools/*.py`, and `mcp_tools.py` of any installed app."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.util import find_spec

from django.apps import apps
from fastmcp import FastMCP

from mcp_server import tools


class BrokenToolModuleError(Exception):
    """A tool module cannot be loaded. The server does not start with half of its tools."""


def tool_modules() -> Iterator[tuple[str, str]]:
    """Yield the domain and the dotted name of each tool module, always in the same order."""
    for name in sorted(module.name for module in pkgutil.iter_modules(tools.__path__)):
        yield name, f"{tools.__name__}.{name}"
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        if find_spec(f"{app.name}.mcp_tools"):
            yield app.label, f"{app.name}.mcp_tools"


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
