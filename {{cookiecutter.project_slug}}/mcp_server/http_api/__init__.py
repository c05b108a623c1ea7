"""Machinery: the tools and resources as plain HTTP with JSON, for programs without an MCP client.

A call uses the same FastMCP instance as over MCP, and so the same credentials, permissions, limits, audit and
metrics. No rule is repeated here.
"""

from django.utils.translation import gettext_lazy as _

from mcp_server.settings import PUBLIC_BASE_URL

PATH = "/api/mcp"

# For MCP_OTHER_WAYS.
OTHER_WAY = (
    _("Programs without an MCP client can call the same tools over HTTP"),
    "HTTP API",
    f"{PUBLIC_BASE_URL}{PATH}/docs",
)
