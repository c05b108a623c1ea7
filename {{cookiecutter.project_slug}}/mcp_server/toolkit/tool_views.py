"""Views of tools, with which clients draw a result (MCP Apps, docs/views.md).

    @mcp.tool(app=view("order_chart"))
    def order_figures() -> OrderFigures: ...

uses the template `mcp_server/views/order_chart.html`. It is rendered once, when the server starts, so it
contains no
data: the client passes the result of the call to it.
"""

import functools
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.django import DjangoTemplates
from fastmcp import FastMCP
from fastmcp.apps import UI_MIME_TYPE, AppConfig, ResourceCSP, app_config_to_meta_dict
from fastmcp.resources import TextResource
from fastmcp.tools.base import Tool
from pydantic import AnyUrl, Field

from mcp_server.toolkit import view_policy

# Tells clients that a view needs no network address, and a border around it.
NEEDS = AppConfig(
    csp=ResourceCSP(connect_domains=[], resource_domains=[], frame_domains=[], base_uri_domains=[]),
    prefers_border=True,
)

_html: dict[str, str] = {}


class ViewError(ImproperlyConfigured):
    """A view does not exist or is broken, so the server does not start."""


class View(TextResource):
    """The resource of a view.

    Everyone who may use one of `tools()` may read it (`mcp_server/permissions.py`).
    """

    tools: Callable[[], Awaitable[Sequence[Tool]]] = Field(exclude=True)


def view(name: str) -> AppConfig:
    """Return the value for `app=` of a tool whose result a view draws.

    Args:
        name: `order_chart` for `mcp_server/views/order_chart.html`, or the name of an app's template:
            `shop/order_chart` for `shop/templates/shop/order_chart.html`.

    Raises:
        ViewError: if the template does not exist, or is broken.

    """
    if name not in _html:
        _html[name] = _render(name)
    return AppConfig(resource_uri=_uri(name))


def add_views(mcp: FastMCP) -> None:
    """Add a resource for each view that a tool uses."""
    for name, html in _html.items():
        uri = _uri(name)
        mcp.add_resource(
            View(
                uri=AnyUrl(uri),
                name=name,
                description="Draws the result of a tool.",
                mime_type=UI_MIME_TYPE,
                meta={"ui": app_config_to_meta_dict(NEEDS)},
                text=html,
                tools=functools.partial(_tools_of, mcp, uri),
            )
        )


def _uri(name: str) -> str:
    return f"ui://views/{name}.html"


async def _tools_of(mcp: FastMCP, uri: str) -> list[Tool]:
    tools = await mcp.local_provider.list_tools()
    return [tool for tool in tools if ((tool.meta or {}).get("ui") or {}).get("resourceUri") == uri]


def _render(name: str) -> str:
    # Views are not pages, so they do not use the template folders and context processors of the settings.
    options = {"NAME": "views", "DIRS": [view_policy.FOLDER], "APP_DIRS": True, "OPTIONS": {}}
    try:
        html = DjangoTemplates(options).get_template(f"{name}.html").render({"stylesheet": _stylesheet()})
        return view_policy.with_policy(html)
    except TemplateDoesNotExist as error:
        raise ViewError(f"the view {name!r} needs {error}, which is not in {view_policy.FOLDER}") from error
    except (TemplateSyntaxError, ValueError) as error:
        raise ViewError(f"the view {name!r} is broken: {error}") from error


def _stylesheet() -> str:
    """Return the stylesheet of the site, if there is one."""
    path = finders.find("site.css")
    return Path(path).read_text(encoding="utf-8") if path else ""
