"""The calls of each tenant, for Prometheus."""

from typing import Any

from prometheus_client import Counter

tenant_invocations = Counter("mcp_tenant_invocations_total", "Tool calls by tenant.", ["tenant", "tool"])

# Every tenant of every tool is a time series: more tenants than this share the label "<other>".
MAX_TENANTS = 200
_tenants: set[str] = set()


def count(call: Any, tool: str, **_: Any) -> None:
    """Count one call. The audit has the slug of its tenant."""
    tenant = call.labels["tenant"]
    if not tenant:
        return
    if len(_tenants) < MAX_TENANTS:
        _tenants.add(tenant)
    tenant_invocations.labels(tenant if tenant in _tenants else "<other>", tool).inc()
