"""Who may use which tool, resource or prompt: one rule for lists, calls and pages. This is policy.

A tool that the caller may not use is not listed, and a call answers as if it did not exist.
"""

from collections.abc import Awaitable, Callable

from django.conf import settings
from fastmcp.prompts.base import Prompt
from fastmcp.resources.base import Resource
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.auth import AuthContext
from fastmcp.server.dependencies import get_access_token
from fastmcp.tools.base import Tool
from fastmcp.utilities.authorization import run_auth_checks

from mcp_server.auth import check_tool_permission
from mcp_server.context import MCPAccessToken
from mcp_server.errors import DatabaseUnavailableError
from mcp_server.models import MCPToken
from mcp_server.toolkit.tool_views import View
from operations.coalescing import Coalesced
from operations.connections import managed
from operations.users import User

type Component = Tool | Resource | ResourceTemplate | Prompt


class PermissionRequired:
    """A check for the `auth=` of a tool, resource or prompt; see `permission_required`."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(self, context: AuthContext) -> bool:
        """Whether the caller has the permission. A request looks up its user's permissions at most once."""
        if not settings.MCP_REQUIRE_AUTH:
            return True
        token = context.token
        if not isinstance(token, MCPAccessToken):
            return False
        return token.user.is_superuser or self.permission in await _permissions_of(token)


def _look_up(users: list[User]) -> dict[User, set[str]]:
    return {user: user.get_all_permissions() for user in users}


# Model instances of the same user are equal, so simultaneous requests of a user share one look-up.
_permissions = Coalesced(managed(_look_up), unavailable=DatabaseUnavailableError)


async def _permissions_of(token: MCPAccessToken) -> set[str]:
    if token.permissions is None:
        token.permissions = await _permissions.ask(token.user) or set()
    return token.permissions


def permission_required(permission: str) -> Callable[[AuthContext], Awaitable[bool]]:
    """Require a Django permission: `@mcp.tool(auth=permission_required("shop.change_order"))`.

    Args:
        permission: `app_label.codename`, as `User.get_all_permissions` returns it.
    """
    return PermissionRequired(permission)


async def everyone(_context: AuthContext) -> bool:
    """Let any token use a tool that changes data: `auth=everyone` says that no permission was forgotten."""
    return True


def caller_for(user: User) -> MCPAccessToken:
    """Return `user` as a caller with a token without limits, for pages that offer tools."""
    return MCPAccessToken(
        token="",
        client_id="page",
        scopes=[],
        user=user,
        credential=MCPToken(user=user),
        permissions=user.get_all_permissions(),
    )


async def may_use(component: Component, caller: MCPAccessToken | None = None) -> bool:
    """Whether `caller`, by default that of this request, may use `component`.

    This is the rule for every transport. A token that is limited to some tools can use a resource or prompt
    only if it names that as well. The view of a tool is for everyone who may use the tool.
    """
    if not settings.MCP_REQUIRE_AUTH:
        return True
    if isinstance(component, View):
        return any([await may_use(tool, caller) for tool in await component.tools()])
    token = caller or get_access_token()
    if not isinstance(token, MCPAccessToken) or not token.covers(component):
        return False
    return await is_permitted(token, component)


async def is_permitted(token: MCPAccessToken, component: Component) -> bool:
    """Whether the credential allows `component`, and its user is active and has the permission for it.

    Scopes are not checked here. Raises DatabaseUnavailableError if the permissions cannot be looked up.
    """
    if not token.user.is_active or not check_tool_permission(token.credential, component.name):
        return False
    if component.auth is None or component.auth is everyone:
        return True
    if not token.user.is_superuser:
        # Looked up before the check, because FastMCP takes any exception in a check for a refusal.
        await _permissions_of(token)
    # FastMCP itself runs this check over HTTP, but not over stdio.
    return await run_auth_checks(component.auth, AuthContext(token, component))
