"""The metric of calls by tenant."""

from typing import Any

from prometheus_client import Counter

tenant_invocations = Counter("mcp_tenant_invocations_total", "Tool calls by tenant.", ["tenant", "tool"])

# Each pair of tenant and tool is a time series, so tenants beyond this number share the label "<other>".
MAX_TENANTS = 200
_tenants: set[str] = set()


def count(call: Any, tool: str, **_: Any) -> None:
    """Count one call. A receiver of `mcp_server.metrics.call_measured`."""
    tenant = call.labels["tenant"]
    if not tenant:
        return
    if len(_tenants) < MAX_TENANTS:
        _tenants.add(tenant)
    tenant_invocations.labels(tenant if tenant in _tenants else "<other>", tool).inc()
