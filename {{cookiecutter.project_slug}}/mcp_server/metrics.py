"""Prometheus metrics of the MCP process. No label has a text that a client chose."""

from django.dispatch import Signal
from prometheus_client import Counter, Gauge, Histogram

tool_invocations = Counter("mcp_tool_invocations_total", "Tool calls by outcome.", ["tool", "status"])
tool_duration = Histogram("mcp_tool_duration_seconds", "Time that tool calls took.", ["tool"])
user_invocations = Counter("mcp_user_invocations_total", "Tool calls by primary key.", ["user", "tool"])
auth_failures = Counter("mcp_auth_failures_total", "Requests refused with 401, by reason.", ["reason"])
for _reason in ("missing", "unknown", "revoked", "expired", "user_disabled"):
    auth_failures.labels(_reason)  # 0 from the start, so that the first refusal is an increase
audit_lost = Counter("mcp_audit_lost_total", "Tool calls that could not be written to the audit.")
active_sessions = Gauge(
    "mcp_active_sessions",
    "Requests in flight and open streams: the protocol has no sessions since 2026-07-28.",
    multiprocess_mode="livesum",
)

# Each pair of user and tool is a time series, so users beyond this number share the label "<other>".
MAX_USERS = 200
_users: set[int] = set()

# Sent in the event loop after each call, with `call` (see runtime/audit.py) and `tool`, for metrics of your
# own.
call_measured = Signal()


def record_tool_call(tool: str, status: str, duration: float, user: int | None = None) -> None:
    """Count one tool call.

    Args:
        tool: the name of a registered tool.
        status: one of `ToolCall.Status`.
        duration: in seconds.
        user: the primary key of the caller, or None if there is none.
    """
    tool_invocations.labels(tool, status).inc()
    tool_duration.labels(tool).observe(duration)
    if user is not None:
        user_invocations.labels(_user_label(user), tool).inc()


def _user_label(user: int) -> str:
    if len(_users) < MAX_USERS:
        _users.add(user)
    return str(user) if user in _users else "<other>"
