"""Clients that can only sign in, and cannot use a personal token."""

import pytest

from mcp_server.pages.client_registry import CLIENTS


@pytest.mark.parametrize(
    ("url", "works"),
    [
        ("https://example.com/mcp/", True),
        ("https://93.184.215.14/mcp/", True),
        ("http://example.com/mcp/", False),
        ("http://localhost:8001/mcp/", False),
        ("https://localhost/mcp/", False),
        ("https://10.0.0.1/mcp/", False),
        ("https://[::1]/mcp/", False),
        ("https://intranet/mcp/", False),
        ("https://shop.local/mcp/", False),
    ],
)
def test_hosted_clients_are_offered_where_they_can_reach_the_server(url: str, works: bool) -> None:
    assert (CLIENTS["claude"].obstacle(url) == "") is works
    assert works or "https://" in CLIENTS["chatgpt"].obstacle(url)


def test_they_are_listed_last() -> None:
    assert list(CLIENTS)[-2:] == ["claude", "chatgpt"]
