"""The tools as plain HTTP."""

from mcp_server.settings import MCP_OTHER_WAYS, MCP_ROUTES

MCP_ROUTES += ["mcp_server.http_api.app.api_routes"]
MCP_OTHER_WAYS += ["mcp_server.http_api.other_way"]
