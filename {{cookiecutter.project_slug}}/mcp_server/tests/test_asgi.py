"""The MCP process over HTTP: addresses, authentication, protection."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone
from mcp_types.jsonrpc import HEADER_MISMATCH
from pydantic import Field
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.runtime.visibility import PermissionFilter
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import message_of, raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
HEADERS = {"Accept": "application/json, text/event-stream"}
ENDPOINTS = ["/mcp", "/mcp/", "/mcp/sse", "/mcp/sse/", "/mcp/sse/messages", "/mcp/sse/messages/"]


def method_of(path: str) -> str:
    return "GET" if path.rstrip("/").endswith("sse") else "POST"


def bearer(token: str) -> dict[str, str]:
    return {**HEADERS, "Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_without_a_token_the_challenge_names_no_error(serve_mcp: ServeMCP, path: str) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        response = await http.request(method_of(path), path)
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="mcp"')
    assert "error" not in challenge  # RFC 6750, section 3.1


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("state", ["unknown", "revoked", "expired", "user_disabled"])
async def test_a_bad_token_is_401_on_both_transports(
    serve_mcp: ServeMCP, user: User, path: str, state: str
) -> None:
    token = await MCPToken.objects.acreate(
        user=user,
        name="test",
        is_active=state != "revoked",
        expires_at=timezone.now() - timedelta(1) if state == "expired" else None,
    )
    if state == "user_disabled":
        user.is_active = False
        await user.asave()
    plain = "mcp_unknown" if state == "unknown" else token.token
    async with serve_mcp() as server, server.http_client() as http:
        response = await http.request(method_of(path), path, headers=bearer(plain))
        page = await http.get("/mcp/metrics")
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert f'reason="{state}"' in page.text


async def test_metrics_are_not_for_the_outside(serve_mcp: ServeMCP) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        answer = await http.get("/mcp/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (answer.status_code, answer.json()) == (HTTPStatus.NOT_FOUND, {"error": "not_found"})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_python_sdk_tells_why_it_is_refused(serve_mcp: ServeMCP, mode: str) -> None:
    """Catches a refusal that is not a JSON-RPC error: the Python SDK shows no other body."""
    async with serve_mcp() as server:
        with pytest.raises(Exception, match="The token is unknown, expired or revoked"):
            async with server.client(auth="mcp_unknown", mode=mode):
                pass


@pytest.mark.parametrize(
    ("header", "value", "status", "variable"),
    [
        ("Host", "host.docker.internal:8001", 421, "ALLOWED_HOSTS"),
        ("Origin", "https://evil.example", 403, "MCP_BROWSER_ORIGINS"),
    ],
)
async def test_a_refused_name_or_page_is_told_the_variable(
    serve_mcp: ServeMCP, header: str, value: str, status: int, variable: str
) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        for method, path in (("POST", "/mcp/"), ("GET", "/mcp/sse/")):
            refused = await http.request(method, path, headers=HEADERS | {header: value})
            assert refused.status_code == status
            body = refused.json()
            sentence = body["error"]["message"] if method == "POST" else body["error_description"]
            assert value in sentence
            assert variable in sentence


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_server_says_who_it_is(mcp_client: ConnectMCP, mode: str) -> None:
    """Catches a missing icon, and instructions that name a tool which does not exist."""
    async with mcp_client(mode=mode) as client:
        info, instructions = client.server_info, client.instructions
        tools = {tool.name for tool in await client.list_tools()}
    assert info
    assert info.website_url
    assert [icon.src for icon in info.icons or ()] == [f"{info.website_url}/favicon.ico"]
    assert instructions
    assert set(re.findall(r"[a-z]+(?:_[a-z]+)+|whoami", instructions)) <= tools


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_lists_leave_out_what_only_this_server_reads(mcp_client: ConnectMCP, mode: str) -> None:
    """Catches `_meta` of the server in lists: clients show all of it to models."""
    group = {"example.com/group": "x"}

    @mcp.tool(meta={"confirm": True, "audit": ["text"], "timeout": 5, **group}, tags={"a"})
    def echo(text: str) -> str:
        return text

    try:
        async with mcp_client(mode=mode) as client:
            tools = {tool.name: tool.meta for tool in await client.list_tools()}
            others: list[Any] = [*await client.list_resources(), *await client.list_prompts()]
            others += await client.list_resource_templates()
    finally:
        mcp.local_provider.remove_tool("echo")
    assert tools.pop("echo") == group
    # The server announces views to clients that support them.
    assert {key for meta in tools.values() for key in meta or ()} <= ({"ui"} if mode == "legacy" else set())
    assert not any(each.meta for each in others)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
async def test_both_spellings_answer_without_a_redirect(serve_mcp: ServeMCP, user: User, path: str) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with serve_mcp() as server, server.http_client() as http:
        response = await http.post(path, json=INITIALIZE, headers=bearer(token.token))
    assert response.status_code == HTTPStatus.OK


@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_a_tool_answers_over_both_transports(mcp_client: ConnectMCP, transport: str) -> None:
    async with mcp_client(transport=transport) as client:
        result = await client.call_tool("add_numbers", {"a": 2, "b": 3})
    assert result.data == 5


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
async def test_every_protocol_revision_is_served(serve_mcp: ServeMCP, user: User, version: str) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    call = raw_call("add_numbers", {"a": 2, "b": 3}, version=version)
    async with serve_mcp() as server, server.http_client(headers=bearer(token.token)) as http:
        response = await http.post("/mcp/", **call)
    assert response.status_code == HTTPStatus.OK
    assert message_of(response.text)["result"]["structuredContent"] == {"result": 5}


async def test_headers_of_arguments_are_checked_from_the_first_call_on_without_a_list(
    serve_mcp: ServeMCP, user: User
) -> None:
    """MCP 2026-07-28, transports, "Custom Headers from Tool Parameters": a wrong header is refused."""
    token = await MCPToken.objects.acreate(user=user, name="test")

    @mcp.tool
    def sell(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
        return region

    call = raw_call("sell", {"region": "north"})
    try:
        async with serve_mcp() as server, server.http_client(headers=bearer(token.token)) as http:
            with patch.object(PermissionFilter, "list_tools", wraps=PermissionFilter().list_tools) as lists:
                call["headers"]["Mcp-Param-Region"] = "south"
                wrong = await http.post("/mcp/", **call)
                call["headers"]["Mcp-Param-Region"] = "north"
                right = await http.post("/mcp/", **call)
    finally:
        mcp.local_provider.remove_tool("sell")
    assert wrong.status_code == HTTPStatus.BAD_REQUEST
    assert wrong.json()["error"]["code"] == HEADER_MISMATCH
    assert right.json()["result"]["structuredContent"] == {"result": "north"}
    lists.assert_not_called()


async def test_a_foreign_host_or_origin_is_refused(serve_mcp: ServeMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with serve_mcp() as server, server.http_client(headers=bearer(token.token)) as http:
        for path in ("/mcp/", "/mcp/sse/"):
            host = await http.request(method_of(path), path, headers={"Host": "evil.example"})
            assert host.status_code == HTTPStatus.MISDIRECTED_REQUEST
            origin = await http.request(method_of(path), path, headers={"Origin": "https://evil.example"})
            assert origin.status_code == HTTPStatus.FORBIDDEN


async def test_pages_of_allowed_origins_may_call_and_read(
    serve_mcp: ServeMCP, user: User, settings: Settings
) -> None:
    settings.MCP_BROWSER_ORIGINS = ["https://chat.example"]
    token = await MCPToken.objects.acreate(user=user, name="test")
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with serve_mcp() as server, server.http_client() as http:
        for origin, readable_by in (
            ("https://chat.example", "https://chat.example"),
            ("https://evil.example", None),
        ):
            http.headers["Origin"] = origin
            asked = await http.options("/mcp/", headers=asks)
            called = await http.post("/mcp/", json=INITIALIZE, headers=bearer(token.token))
            for response in (asked, called):
                assert response.headers.get("Access-Control-Allow-Origin") == readable_by
                assert response.is_success is bool(readable_by)
        refused = await http.post("/mcp/", headers={"Origin": "https://chat.example"})
    assert "WWW-Authenticate" in refused.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "path",
    [
        # % if not cookiecutter.oauth
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        # % endif
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/register",
    ],
)
async def test_oauth_discovery_gets_a_404_in_json(serve_mcp: ServeMCP, path: str) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        response = await http.get(path)
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert response.json() == {"error": "not_found"}


async def test_the_log_names_the_tools_at_start(
    serve_mcp: ServeMCP, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mcp_server.asgi")
    async with serve_mcp():
        pass
    (line,) = [record.getMessage() for record in caplog.records if record.name == "mcp_server.asgi"]
    tools = await mcp.local_provider.list_tools()
    assert line.startswith(f"{len(tools)} tools: add_numbers, ")
    assert line.endswith(", whoami")


async def test_health_and_readiness(serve_mcp: ServeMCP) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        assert (await http.get("/mcp/health")).json() == {"status": "ok"}
        assert (await http.get("/mcp/ready")).json() == {"status": "ok"}


async def test_a_database_that_is_away_is_503_and_never_401(serve_mcp: ServeMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    unavailable = patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError)
    async with serve_mcp() as server, server.http_client() as http:
        with unavailable:
            call = await http.post("/mcp/", json=INITIALIZE, headers=bearer(token.token))
            ready = await http.get("/mcp/ready")
            health = await http.get("/mcp/health")
        after = await http.post("/mcp/", json=INITIALIZE, headers=bearer(token.token))
    assert call.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert call.headers["Retry-After"] == "1"
    assert ready.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert ready.json() == {"status": "unavailable", "failing": "database"}
    assert health.status_code == after.status_code == HTTPStatus.OK


async def test_clients_are_told_the_version_of_the_project(
    mcp_client: ConnectMCP, settings: Settings
) -> None:
    """Catches FastMCP's version in place of the project's."""
    async with mcp_client() as client:
        assert client.server_info.name == settings.PROJECT_NAME
        assert client.server_info.version == settings.PROJECT_VERSION
