"""An MCP client that signs in. It has one method for each step, in order."""

import asyncio
import base64
import hashlib
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from fastmcp import Client as MCPClient
from fastmcp.client.transports import StreamableHttpTransport

from oauth.profiles import Profile

LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
MCP_HEADERS = {"Accept": "application/json, text/event-stream"}
TOKEN_ANSWER = {"access_token", "token_type", "expires_in", "refresh_token", "scope"}


@dataclass
class Client:
    """A client for the generated project at `site`, which behaves as `profile` says."""

    profile: Profile
    site: str
    http: httpx2.Client
    resource: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    offered_scope: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    tokens: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the MCP server as its user typed it."""
        return self.site + self.profile.path

    def discover(self) -> None:
        """Find the authorization server, knowing only the address of the MCP server."""
        metadata_url, self.offered_scope = self.challenge()
        self.resource = self.resource_metadata(metadata_url)
        self.server = self.server_metadata(self.resource["authorization_servers"][0])

    def challenge(self) -> tuple[str, str]:
        """RFC 9728, section 5.1: the 401 names the resource's metadata and the required scopes."""
        response = self.http.post(self.url, json=LIST_TOOLS, headers=MCP_HEADERS)
        assert response.status_code == HTTPStatus.UNAUTHORIZED
        scheme, _, rest = response.headers["WWW-Authenticate"].partition(" ")
        assert scheme == "Bearer"
        parameters = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        assert "error" not in parameters, "an error without a token in the request (RFC 6750, section 3.1)"
        return parameters["resource_metadata"], parameters.get("scope", "")

    def resource_metadata(self, url: str) -> dict[str, Any]:
        """RFC 9728, section 3: the metadata must name exactly the address that the client uses (3.3)."""
        metadata = self._json(self.http.get(url))
        assert metadata["resource"] == self.url
        return metadata

    def server_metadata(self, issuer: str) -> dict[str, Any]:
        """RFC 8414, section 3: the document must name the issuer that the client asked about (3.3)."""
        parts = urlsplit(issuer)
        path = parts.path.rstrip("/")
        metadata = self._json(
            self.http.get(f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{path}")
        )
        assert metadata["issuer"] == issuer
        assert "S256" in metadata["code_challenge_methods_supported"], "without S256, MCP clients stop here"
        return metadata

    def identify(self) -> None:
        """Identify to the authorization server, with a published document or by registration."""
        if self.profile.document:
            assert self.server["client_id_metadata_document_supported"] is True
            assert "none" in self.server["token_endpoint_auth_methods_supported"]
            self.identity = {"client_id": self.profile.document}
        else:
            self.identity = self.register()

    def register(self) -> dict[str, str]:
        """RFC 7591, section 3.1."""
        response = self.http.post(self.server["registration_endpoint"], json=self.profile.metadata)
        assert response.status_code == HTTPStatus.CREATED, response.text
        answer = response.json()
        identity = {"client_id": answer["client_id"]}
        if self.profile.has_secret:
            assert isinstance(answer["client_secret_expires_at"], int), (
                "required if there is a secret (3.2.1)"
            )
            return identity | {"client_secret": answer["client_secret"]}
        assert "client_secret" not in answer
        return identity

    def authorization_url(self, **changes: str) -> str:
        """RFC 6749, section 4.1.1, with PKCE (RFC 7636, section 4.3) and the resource (RFC 8707)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        request = {
            "response_type": "code",
            "client_id": self.identity["client_id"],
            "redirect_uri": self.profile.redirect_uri,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **self._resource(),
        }
        if self.profile.asks_scope:
            request["scope"] = self.offered_scope or " ".join(self.resource["scopes_supported"])
        wanted = {name: value for name, value in (request | changes).items() if value}
        return f"{self.server['authorization_endpoint']}?{urlencode(wanted)}"

    def code(self, callback: str) -> str:
        """RFC 6749, section 4.1.2; RFC 9207, section 2.4: accept a code only from the right server."""
        assert callback.startswith(self.profile.redirect_uri)
        answer = dict(parse_qsl(urlsplit(callback).query))
        assert answer["state"] == self.state
        assert answer["iss"] == self.server["issuer"]
        return answer["code"]

    def redeem(self, code: str, /, **changes: str) -> httpx2.Response:
        """RFC 6749, section 4.1.3."""
        return self.ask_for_tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.profile.redirect_uri,
                "code_verifier": self.verifier,
                **changes,
            }
        )

    def refresh(self) -> httpx2.Response:
        """RFC 6749, section 6."""
        return self.ask_for_tokens(
            {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}
        )

    def ask_for_tokens(self, request: dict[str, str]) -> httpx2.Response:
        """Send a request to the token endpoint, and keep the tokens that it grants."""
        form = self._resource() | self.identity | request
        response = self.http.post(self.server["token_endpoint"], data=form)
        answer = self._json(response, response.status_code)
        if response.status_code == HTTPStatus.OK:
            assert "no-store" in response.headers["Cache-Control"]
            assert answer.keys() >= TOKEN_ANSWER
            assert answer["token_type"].lower() == "bearer"
            self.tokens = answer
        return response

    def call_tool(self, name: str, **arguments: object) -> Any:
        """Call a tool with a real MCP client. This needs a thread, because Playwright has the event loop."""

        async def call() -> Any:
            transport = StreamableHttpTransport(self.url, auth=self.tokens["access_token"])
            async with MCPClient(transport, mode=self.profile.mode) as client:
                return await client.call_tool(name, arguments, raise_on_error=False)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, call()).result()

    def request(self, method: str, **params: object) -> httpx2.Response:
        """Send one request with the access token."""
        headers = MCP_HEADERS | {"Authorization": f"Bearer {self.tokens['access_token']}"}
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.http.post(self.url, json=body, headers=headers)

    def list_tools(self) -> httpx2.Response:
        return self.request("tools/list")

    def tool_names(self) -> set[str]:
        return set(re.findall(r'"name":"(\w+)"', self.list_tools().text))

    def _resource(self) -> dict[str, str]:
        return {"resource": self.resource["resource"]} if self.profile.sends_resource else {}

    def _json(self, response: httpx2.Response, status: int = HTTPStatus.OK) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.headers["Content-Type"].startswith("application/json")
        answer: dict[str, Any] = response.json()
        return answer
