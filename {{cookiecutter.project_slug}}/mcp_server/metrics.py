"""Prometheus metrics of the MCP process. No label ever holds text that a client chose."""

from prometheus_client import Counter, Gauge, Histogram

tool_invocations = Counter("mcp_tool_invocations_total", "Tool calls by outcome.", ["tool", "status"])
tool_duration = Histogram("mcp_tool_duration_seconds", "Time that tool calls took.", ["tool"])
user_invocations = Counter("mcp_user_invocations_total", "Tool calls by primary key.", ["user", "tool"])
# % if cookiecutter.multi_tenancy
tenant_invocations = Counter("mcp_tenant_invocations_total", "Tool calls by tenant.", ["tenant", "tool"])
# % endif
auth_failures = Counter("mcp_auth_failures_total", "Requests refused with 401, by reason.", ["reason"])
# % if cookiecutter.oauth
REASONS = ("missing", "unknown", "revoked", "expired", "user_disabled", "audience", "scope")
# % else
REASONS = ("missing", "unknown", "revoked", "expired", "user_disabled")
# % endif
for _reason in REASONS:
    auth_failures.labels(_reason)  # 0 from the start, so that the first refusal is an increase
audit_lost = Counter("mcp_audit_lost_total", "Tool calls that could not be written to the audit.")
active_sessions = Gauge(
    "mcp_active_sessions",
    "Requests in flight and open streams: the protocol has no sessions since 2026-07-28.",
    multiprocess_mode="livesum",
)

# Every user of every tool is a time series: more users than this share the label "<other>".
MAX_USERS = 200
# % if cookiecutter.multi_tenancy
_users: set[int] = set()
MAX_TENANTS = 200  # likewise
_tenants: set[str] = set()


# % else
_users: set[int] = set()


# % endif
def record_tool_call(tool: str, status: str, duration: float, user: int | None = None) -> None:
    """Count one tool call.

    `tool` is the name of a registered tool, `status` one of `ToolCall.Status`, `duration` in seconds,
    `user` the primary key of the caller.
    """
    tool_invocations.labels(tool, status).inc()
    tool_duration.labels(tool).observe(duration)
    if user is not None:
        user_invocations.labels(_user_label(user), tool).inc()


# % if cookiecutter.multi_tenancy
def record_tenant_call(tenant: str, tool: str) -> None:
    """Count one tool call of the tenant with this slug."""
    if len(_tenants) < MAX_TENANTS:
        _tenants.add(tenant)
    tenant_invocations.labels(tenant if tenant in _tenants else "<other>", tool).inc()


# % endif
def _user_label(user: int) -> str:
    if len(_users) < MAX_USERS:
        _users.add(user)
    return str(user) if user in _users else "<other>"
