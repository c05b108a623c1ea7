"""Who has access. This is policy: add a rule of your own, such as a paused account, to `reason_to_refuse`."""

from django.conf import settings
from django.utils.module_loading import import_string

from mcp_server.models import Credential, MCPToken, hash_token
from mcp_server.runtime.token_query import find_rows, make_token
from operations.users import User


class MCPAuthError(Exception):
    """The token does not let its bearer in.

    `reason` says why, for logs and metrics: "unknown", or what `reason_to_refuse` returns. The
    client learns only that the token is invalid (RFC 6750, section 3.1).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The MCP token was refused: {reason}.")
        self.reason = reason


def reason_to_refuse(credential: Credential | None) -> str | None:
    """Return why requests with `credential` are refused, or None to let them in.

    Every request asks this function, for every kind of credential and every transport, and so do the pages
    and commands that list or create credentials. A rule may read the database, which costs each request that
    query.

    Args:
        credential: a token or app, or None if the token is unknown. A form asks before the credential is
            saved.

    Returns:
        One word for each rule, such as "revoked", without data of the request: it is a label of a metric.

    """
    if credential is None:
        return "unknown"
    if isinstance(credential, MCPToken):
        if not credential.is_active:
            return "revoked"
        if credential.is_expired:
            return "expired"
    if not credential.user.is_active:
        return "user_disabled"
    for rule in settings.MCP_USER_RULES:
        if reason := import_string(rule)(credential.user):
            return str(reason)
    return None


def resolve_mcp_user(token_string: str) -> tuple[User, MCPToken]:
    """Return the user and the row of a token, and record that it was used.

    Raises MCPAuthError for a token that is unknown, or that `reason_to_refuse` refuses.
    """
    row = find_rows([digest := hash_token(token_string)]).get(digest)
    token = make_token(row) if row else None
    reason = reason_to_refuse(token)
    if token is None or reason:
        raise MCPAuthError(reason or "unknown")
    token.record_usage()
    return token.user, token


def check_tool_permission(token: Credential, tool_name: str) -> bool:
    """Whether the limits of `token` itself allow this tool.

    The whole rule, with the Django permission that a tool may require, is in `permissions.py`.
    """
    return token.can_use_tool(tool_name)
