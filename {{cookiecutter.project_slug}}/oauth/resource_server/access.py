"""The access token of an app, and what its scopes allow."""

from fastmcp.tools.base import Tool
from fastmcp.utilities.components import FastMCPComponent

from mcp_server.context import MCPAccessToken
from oauth.scopes import WRITE


class AppAccessToken(MCPAccessToken):
    """FastMCP's view of an accepted access token."""

    @property
    def may_write(self) -> bool:
        """Whether the scopes allow every tool."""
        return WRITE in self.scopes

    def covers(self, component: FastMCPComponent) -> bool:
        """Whether the scopes allow `component`. Resources and prompts only read."""
        return self.may_write or not isinstance(component, Tool) or _is_read_only(component)


def _is_read_only(tool: Tool) -> bool:
    return bool(tool.annotations and tool.annotations.read_only_hint)
