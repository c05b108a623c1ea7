"""The Django app behind the MCP server."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.core.exceptions import ImproperlyConfigured


class MCPServerConfig(AppConfig):
    """Registers the deployment checks, without importing FastMCP."""

    name = "mcp_server"
    verbose_name = "MCP server"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from mcp_server import checks  # noqa: PLC0415 - models must be loaded first

        if not settings.MCP_REQUIRE_AUTH and not settings.DEBUG:
            raise ImproperlyConfigured("MCP_REQUIRE_AUTH=False serves everyone, so it needs DEBUG=True.")

        for check in checks.ALL:
            register(check, deploy=True)
