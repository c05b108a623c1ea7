"""Views of tools: what a client draws of a result (MCP Apps, docs/views.md).

    @mcp.tool(app=view("order_chart"))
    def order_figures() -> OrderFigures: ...

links the template `mcp_server/views/order_chart.html`. It is rendered once, when the server starts, and so
holds nothing of anybody: the result of the call reaches it by the protocol.
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

# What a client is told of each view: it needs no address at all, and a frame around it.
NEEDS = AppConfig(
    csp=ResourceCSP(connect_domains=[], resource_domains=[], frame_domains=[], base_uri_domains=[]),
    prefers_border=True,
)

_html: dict[str, str] = {}


class ViewError(ImproperlyConfigured):
    """A view cannot be drawn. The server does not start without it."""


class View(TextResource):
    """A view as clients read it. `mcp_server/permissions.py` says who may: who may use one of `tools()`."""

    tools: Callable[[], Awaitable[Sequence[Tool]]] = Field(exclude=True)


def view(name: str) -> AppConfig:
    """Return what `app=` of a tool takes, to have its result drawn by a view.

    Raises ViewError when there is no such view, or its template is broken.

    Args:
        name: `order_chart` for `mcp_server/views/order_chart.html`. An app brings a view of its own as
            any template: `shop/order_chart` for `shop/templates/shop/order_chart.html`.
    """
    if name not in _html:
        _html[name] = _render(name)
    return AppConfig(resource_uri=_uri(name))


def add_views(mcp: FastMCP) -> None:
    """Add the views that tools of `mcp` name, as resources."""
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
    # Views are no pages: of the settings of those, they have neither folders nor context processors.
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
