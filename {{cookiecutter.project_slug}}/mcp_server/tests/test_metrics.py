"""The metrics for Prometheus."""

from collections import Counter as Counts

import pytest
from prometheus_client import REGISTRY

from mcp_server import metrics
from mcp_server.metrics import record_tool_call
from operations import pool_metrics


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_calls_are_counted_by_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_users", set())
    monkeypatch.setattr(metrics, "MAX_USERS", 2)
    for user in (-1, -2, -3, -4, -1):
        record_tool_call("counted", "ok", 0.1, user)
    record_tool_call("counted", "ok", 0.1)
    users = {
        user: value("mcp_user_invocations_total", user=user, tool="counted")
        for user in ("-1", "-2", "<other>")
    }
    assert users == {"-1": 2, "-2": 1, "<other>": 2}


def test_the_pool_is_measured() -> None:
    waits, timeouts = value("mcp_database_pool_waits_total"), value("mcp_database_pool_timeouts_total")
    first = Counts(pool_size=4, pool_available=1, pool_max=10, requests_queued=5, requests_errors=1)
    pool_metrics.record(first, Counts(requests_queued=2))
    assert value("mcp_database_pool_used") == 3
    assert value("mcp_database_pool_limit") == 10
    pool_metrics.record(Counts(pool_max=10), first)  # a new pool counts from zero
    assert value("mcp_database_pool_waits_total") == waits + 3
    assert value("mcp_database_pool_timeouts_total") == timeouts + 1
