"""Who is calling, for tools.

    @mcp.tool
    def whoami(user: User = CurrentUser()) -> str: ...

The server fills the parameter in: it is not in the tool's schema, and a client cannot set it.
"""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from fastmcp import Context
from fastmcp.dependencies import Depends
from fastmcp.server.auth import AccessToken
from fastmcp.server.dependencies import get_access_token
from fastmcp.utilities.components import FastMCPComponent
from pydantic import ConfigDict, Field

from mcp_server.models import Credential
# % if cookiecutter.multi_tenancy
from operations.users import User
from tenants.models import Tenant


# % else
from operations.users import User


# % endif
class MCPAccessToken(AccessToken):
    """FastMCP's view of an accepted token, with the Django rows behind it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    user: User = Field(exclude=True)
    credential: Credential = Field(exclude=True)
    # % if cookiecutter.multi_tenancy
    # The tenant that the request is for; tenants/mcp.py sets it.
    tenant: Tenant | None = Field(default=None, exclude=True)
    # % endif
    # The user's Django permissions, after this request has looked them up.
    permissions: set[str] | None = Field(default=None, exclude=True)

    def covers(self, _component: FastMCPComponent) -> bool:
        """Whether the scopes of the token allow the component. A personal token needs no scopes."""
        return True


async def get_mcp_user(_ctx: Context | None = None) -> User | AnonymousUser:
    """Return the user of this request's token, or AnonymousUser with MCP_REQUIRE_AUTH=False."""
    token = get_access_token()
    return token.user if isinstance(token, MCPAccessToken) else AnonymousUser()


async def get_mcp_token(_ctx: Context | None = None) -> Credential | None:
    """Return the token or app of this request, or None with MCP_REQUIRE_AUTH=False."""
    token = get_access_token()
    return token.credential if isinstance(token, MCPAccessToken) else None


async def _current_user() -> User:
    return cast("User", await get_mcp_user())


def CurrentUser() -> User:  # noqa: N802 - named like FastMCP's own dependencies
    """Return a default for a tool's parameter, in place of which the tool gets the user who calls it."""
    return Depends(_current_user)
