"""A client with a metadata document (Client ID Metadata Document), for tests."""

from typing import Any

import pytest
from django.core.cache import cache

from oauth.metadata_fetcher import PoliteFetcher

CLIENT_ID = "https://app.example/oauth/client.json"


def publish(monkeypatch: pytest.MonkeyPatch, **metadata: Any) -> None:
    """Return the document for CLIENT_ID without using the network."""
    cache.clear()  # stores for a minute which addresses had no valid document
    document = {
        "client_id": CLIENT_ID,
        "client_name": "Test app",
        "redirect_uris": ["https://app.example/callback"],
        "token_endpoint_auth_method": "none",
    } | metadata
    monkeypatch.setattr(PoliteFetcher, "fetch", lambda _self, _client_id: (document, 3600))
