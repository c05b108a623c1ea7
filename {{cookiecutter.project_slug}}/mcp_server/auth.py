"""Who is calling: from a token to its user.

This is policy. To add a rule (a blocked network, a paused account), add it to `reason_to_refuse`.
"""

from mcp_server.models import Credential, MCPToken, hash_token
from mcp_server.runtime.token_query import find_rows, make_token
from operations.users import User


class MCPAuthError(Exception):
    """The token does not let its bearer in.

    `reason` says why, for logs and metrics: "unknown", "revoked", "expired" or "user_disabled". The
    client is told only that the token is invalid (RFC 6750, section 3.1).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The MCP token was refused: {reason}.")
        self.reason = reason


def reason_to_refuse(token: MCPToken | None) -> str | None:
    """Return why a request with `token` is refused, or None to let it in."""
    if token is None:
        return "unknown"
    if not token.is_active:
        return "revoked"
    if token.is_expired:
        return "expired"
    if not token.user.is_active:
        return "user_disabled"
    return None


def resolve_mcp_user(token_string: str) -> tuple[User, MCPToken]:
    """Return the user and the token that `token_string` stands for, and record the use.

    Raises MCPAuthError for a token that is unknown, revoked or expired, or whose user is disabled.
    """
    row = find_rows([digest := hash_token(token_string)]).get(digest)
    token = make_token(row) if row else None
    reason = reason_to_refuse(token)
    if token is None or reason:
        raise MCPAuthError(reason or "unknown")
    token.record_usage()
    return token.user, token


def check_tool_permission(token: Credential, tool_name: str) -> bool:
    """Whether `token` may be used for this tool, as far as the token itself limits it.

    The whole rule, with the Django permission that a tool can ask for, is in `permissions.py`.
    """
    return token.can_use_tool(tool_name)
