"""The tools as plain HTTP."""

from mcp_server.http_api import OTHER_WAY
from mcp_server.settings import MCP_OTHER_WAYS, MCP_ROUTES

MCP_ROUTES += ["mcp_server.http_api.app.api_routes"]
MCP_OTHER_WAYS += [OTHER_WAY]
