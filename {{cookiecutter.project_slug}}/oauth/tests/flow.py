"""The steps of a client that connects, for tests. Each step returns what the next one needs."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.test import Client

REDIRECT_URI = "https://app.example/callback"
VERIFIER = "a-code-verifier-of-more-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def register(client: Client, **metadata: Any) -> dict[str, Any]:
    """Register a public client, and return the answer."""
    metadata = {
        "client_name": "Test app",
        "redirect_uris": [REDIRECT_URI],
        "token_endpoint_auth_method": "none",
    } | metadata
    answer = client.post("/oauth/register", json.dumps(metadata), "application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def authorize_url(client_id: str, **parameters: Any) -> str:
    """Return the address to which a client sends its user."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT_URI,
        "state": "a-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "resource": settings.MCP_URL,
    } | parameters
    return "/oauth/authorize?" + urlencode({k: v for k, v in query.items() if v is not None}, doseq=True)


def consent(
    client: Client, client_id: str, *, tools: list[str] | None = None, **parameters: Any
) -> dict[str, str]:
    """Allow the client as the signed-in user, and return the parameters of the redirect."""
    form = {"allow": "1", "limit": "some" if tools else "all", "allowed_tools": tools or []}
    answer = client.post(authorize_url(client_id, **parameters), form)
    assert answer.status_code == 302, answer.content.decode()
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def exchange(client: Client, client_id: str, code: str, **parameters: Any) -> Any:
    """Exchange a code for tokens, and return the answer."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        "resource": settings.MCP_URL,
    } | parameters
    return client.post("/oauth/token", {k: v for k, v in form.items() if v is not None})


def refresh(client: Client, client_id: str, token: str, **parameters: Any) -> Any:
    """Send a refresh token, and return the answer."""
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": token}
    return client.post("/oauth/token", form | parameters)


def connect(client: Client, **parameters: Any) -> dict[str, Any]:
    """Do all steps as the signed-in user of `client`, and return the tokens and the `client_id`."""
    client_id = register(client)["client_id"]
    code = consent(client, client_id, **parameters)["code"]
    answer = exchange(client, client_id, code)
    assert answer.status_code == 200, answer.content
    return {**answer.json(), "client_id": client_id}
