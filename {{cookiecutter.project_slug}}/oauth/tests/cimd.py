"""A client that describes itself at a web address, for tests."""

from typing import Any

import pytest
from django.core.cache import cache

from oauth.metadata_fetcher import PoliteFetcher

CLIENT_ID = "https://app.example/oauth/client.json"


def publish(monkeypatch: pytest.MonkeyPatch, **metadata: Any) -> None:
    """Let the document be found at CLIENT_ID, without asking the network."""
    cache.clear()  # remembers for a minute which addresses had no good document
    document = {
        "client_id": CLIENT_ID,
        "client_name": "Test app",
        "redirect_uris": ["https://app.example/callback"],
        "token_endpoint_auth_method": "none",
    } | metadata
    monkeypatch.setattr(PoliteFetcher, "fetch", lambda _self, _client_id: (document, 3600))
