"""Tenants: for whose data a request is."""

from config.settings.base import INSTALLED_APPS, MIDDLEWARE
from config.settings.cache import CACHES
from config.settings.database import DATABASES
from mcp_server.settings import (
    MCP_HTTP_MIDDLEWARE,
    MCP_MIDDLEWARE,
    MCP_ROUTES,
    MCP_STREAM_CHECKS,
    MCP_TOOL_THREADS,
)
from operations.environment import whole

INSTALLED_APPS[:0] = ["tenants"]
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1,
    "tenants.middleware.TenantMiddleware",
)

if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "tenants.postgresql"  # tells PostgreSQL which tenant is in scope
    DATABASES["default"]["OPTIONS"]["pool"]["max_size"] += 1  # for the checks of tenants

CACHES["default"]["KEY_FUNCTION"] = "tenants.caching.make_key"

MCP_MIDDLEWARE += ["tenants.mcp.TenantScope"]
MCP_HTTP_MIDDLEWARE += ["tenants.mcp.TenantMiddleware"]
MCP_STREAM_CHECKS += ["tenants.mcp.still_covers"]
MCP_ROUTES += ["tenants.mcp.for_tenants"]  # the last: it adds a route for each one before it
MCP_TOKEN_FORM = "tenants.forms.TenantTokenForm"  # noqa: S105 - no password

MCP_TENANT_CONCURRENCY = whole("MCP_TENANT_CONCURRENCY", default=max(1, MCP_TOOL_THREADS * 3 // 4))
