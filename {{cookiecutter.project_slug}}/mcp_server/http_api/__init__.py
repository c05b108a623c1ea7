"""Machinery: the tools and resources as plain HTTP with JSON, for programs without an MCP client.

Nothing is decided here: a call goes through the same FastMCP instance as over MCP, hence through the
same credentials, permissions, limits, audit and metrics.
"""

from django.conf import settings
from django.utils.translation import gettext as _

PATH = "/api/mcp"


def other_way() -> tuple[str, str, str]:
    """Return what the home page says of the HTTP API: a sentence, and the title and address of a link."""
    sentence = _("Programs without an MCP client call the same tools over HTTP")
    return sentence, "HTTP API", f"{settings.PUBLIC_BASE_URL}{PATH}/docs"
