"""Prometheus metrics of the MCP process. No label ever holds text that a client chose."""

from prometheus_client import Counter, Gauge, Histogram

tool_invocations = Counter("mcp_tool_invocations_total", "Tool calls by outcome.", ["tool", "status"])
tool_duration = Histogram("mcp_tool_duration_seconds", "Time that tool calls took.", ["tool"])
auth_failures = Counter("mcp_auth_failures_total", "Requests refused with 401, by reason.", ["reason"])
active_sessions = Gauge(
    "mcp_active_sessions",
    "Requests in flight and open streams: the protocol has no sessions since 2026-07-28.",
    multiprocess_mode="livesum",
)


def record_tool_call(tool: str, status: str, duration: float) -> None:
    """Count one tool call.

    `tool` is the name of a registered tool, `status` "ok", "error" or "denied", `duration` in seconds.
    """
    tool_invocations.labels(tool, status).inc()
    tool_duration.labels(tool).observe(duration)
