"""Tools and resources over plain HTTP: their answers, and the texts of refusals."""

import json
import logging
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from mcp_server.http_api.tests.conftest import ConnectHTTP
from mcp_server.models import MCPToken, ToolCall
from mcp_server.tests.fixtures import ServeMCP
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

NDJSON = {"Accept": "application/x-ndjson"}


async def call(program: ConnectHTTP, tool: str, body: Any, credential: Any = None, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body)
    async with program(credential) as http:
        return await http.post(f"/api/mcp/tools/{tool}", content=content, headers=headers)


async def test_a_tool_answers_with_what_its_output_schema_describes(program: ConnectHTTP) -> None:
    response = await call(program, "whoami", {})
    assert response.status_code == HTTPStatus.OK
    assert response.json() == {"email": "user@example.com", "is_staff": False}


async def test_a_value_that_is_no_object_comes_in_one(program: ConnectHTTP) -> None:
    assert (await call(program, "add_numbers", {"a": 2, "b": 3})).json() == {"result": 5}


async def test_a_tool_without_output_schema_answers_with_content(program: ConnectHTTP) -> None:
    response = await call(program, "speak", {"text": "grüezi"})
    assert response.json() == {"content": [{"type": "text", "text": "grüezi"}]}


async def test_no_body_is_no_arguments(program: ConnectHTTP) -> None:
    assert (await call(program, "whoami", b"")).status_code == HTTPStatus.OK


async def test_progress_comes_line_by_line(program: ConnectHTTP) -> None:
    response = await call(program, "count", {"up_to": 2}, **NDJSON)
    assert response.headers["Content-Type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in response.text.splitlines()] == [
        {"progress": 1, "total": 2, "message": "at 1"},
        {"progress": 2, "total": 2, "message": "at 2"},
        {"result": {"result": [1, 2]}},
    ]


async def test_an_error_after_progress_is_the_last_line(program: ConnectHTTP) -> None:
    response = await call(program, "count", {"up_to": 1, "fail": True}, **NDJSON)
    assert json.loads(response.text.splitlines()[-1]) == {
        "problem": {"title": "Conflict", "status": 409, "detail": "It was too much."}
    }


async def test_an_error_before_progress_has_its_status(program: ConnectHTTP) -> None:
    response = await call(program, "count", {"up_to": 0, "fail": True}, **NDJSON)
    assert response.status_code == HTTPStatus.CONFLICT


async def test_progress_is_only_for_those_who_ask(program: ConnectHTTP) -> None:
    assert (await call(program, "count", {"up_to": 2})).json() == {"result": [1, 2]}


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b'"text"', b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff", b"[" * 100_000],
    ids=lambda body: repr(body[:20]),
)
async def test_a_body_that_is_no_json_object(program: ConnectHTTP, body: bytes) -> None:
    response = await call(program, "add_numbers", body)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.headers["Content-Type"] == "application/problem+json"


async def test_wrong_arguments_are_named(program: ConnectHTTP) -> None:
    response = await call(program, "add_numbers", {"a": "much"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert {error["pointer"] for error in response.json()["errors"]} == {"/a", "/b"}
    assert "much" not in response.text


async def test_a_body_that_is_too_large(program: ConnectHTTP) -> None:
    response = await call(program, "speak", {"text": "x" * 5_000_000})
    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_refusal_of_the_tool_is_told(program: ConnectHTTP) -> None:
    response = await call(program, "count", {"up_to": 0, "fail": True})
    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json()["detail"] == "It was too much."


@pytest.mark.parametrize("headers", [{}, NDJSON])
async def test_a_refusal_that_utf_8_cannot_express(program: ConnectHTTP, headers: dict[str, str]) -> None:
    """Catches a 500 for half of a surrogate pair, such as at the end of a truncated text."""
    response = await call(program, "refuse_in_half", {}, **headers)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "It begins with half of an emoji: \\ud83d" in response.text


async def test_a_broken_tool_tells_nothing(program: ConnectHTTP) -> None:
    response = await call(program, "break_down", {})
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret" not in response.text


async def test_what_is_not_permitted_looks_as_if_it_did_not_exist(program: ConnectHTTP, user: User) -> None:
    missing = await call(program, "no_such_tool", {})
    refused = await call(program, "guarded", {})
    assert missing.status_code == refused.status_code == HTTPStatus.NOT_FOUND
    assert refused.text == missing.text.replace("no_such_tool", "guarded")
    permission = await Permission.objects.aget(codename="change_group")
    await user.user_permissions.aadd(permission)
    assert (await call(program, "guarded", {})).json() == {"result": "done"}


async def test_a_tool_that_only_the_scopes_hide(
    program: ConnectHTTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.context.MCPAccessToken.covers", lambda _token, _component: False)
    response = await call(program, "whoami", {})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert (await call(program, "guarded", {})).status_code == HTTPStatus.NOT_FOUND


async def test_a_token_limited_to_some_tools(program: ConnectHTTP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test", allowed_tools=["whoami"])
    async with program(token) as http:
        listed = (await http.get("/api/mcp/tools")).json()["tools"]
        document = (await http.get("/api/mcp/openapi.json")).json()
        refused = await http.post("/api/mcp/tools/add_numbers", json={"a": 1, "b": 2})
        unreadable = await http.post("/api/mcp/resource", json={"uri": "test://greeting"})
    assert [tool["name"] for tool in listed] == ["whoami"]
    assert [path for path in document["paths"] if path.startswith("/api/mcp/tools/")] == [
        "/api/mcp/tools/whoami"
    ]
    assert refused.status_code == unreadable.status_code == HTTPStatus.NOT_FOUND


async def test_resources_are_listed_and_read(program: ConnectHTTP, admin: User) -> None:
    async with program(admin) as http:
        listed = (await http.get("/api/mcp/resources")).json()
        one = await http.post("/api/mcp/resource", json={"uri": "test://greeting"})
        of_template = await http.post("/api/mcp/resource", json={"uri": "test://Zoë/greeting"})
        missing = await http.post("/api/mcp/resource", json={"uri": "test://nothing"})
        wrong = await http.post("/api/mcp/resource", json={"uri": 1})
    assert "test://greeting" in [resource["uri"] for resource in listed["resources"]]
    assert "test://{name}/greeting" in [each["uriTemplate"] for each in listed["resourceTemplates"]]
    assert one.json()["contents"][0]["text"] == "hello"
    assert of_template.json()["contents"][0]["text"] == "hello Zoë"
    assert missing.status_code == HTTPStatus.NOT_FOUND
    assert wrong.json()["errors"][0]["pointer"] == "/uri"


@pytest.mark.parametrize("path", ["tools", "resources", "openapi.json", "tools/whoami"])
async def test_without_a_token_nothing_is_told(serve_mcp: ServeMCP, path: str) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        response = await http.post(f"/api/mcp/{path}", json={})
        unknown = await http.post(f"/api/mcp/{path}", json={}, headers={"Authorization": "Bearer mcp_x"})
    assert response.status_code == unknown.status_code == HTTPStatus.UNAUTHORIZED
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="mcp"')
    assert 'error="invalid_token"' in unknown.headers["WWW-Authenticate"]


async def test_a_revoked_token_is_refused_by_the_next_request(program: ConnectHTTP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with program(token) as http:
        assert (await http.get("/api/mcp/tools")).status_code == HTTPStatus.OK
        await MCPToken.objects.filter(pk=token.pk).aupdate(is_active=False)
        assert (await http.get("/api/mcp/tools")).status_code == HTTPStatus.UNAUTHORIZED


async def test_pages_of_other_sites_are_kept_out(program: ConnectHTTP) -> None:
    async with program() as http:
        foreign = await http.get("/api/mcp/tools", headers={"Origin": "https://evil.example"})
        asked = await http.options("/api/mcp/tools", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == asked.status_code == HTTPStatus.FORBIDDEN
    assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_unknown_addresses_and_methods(program: ConnectHTTP) -> None:
    async with program() as http:
        nothing = await http.get("/api/mcp/nothing")
        slash = await http.get("/api/mcp/tools/")
        method = await http.get("/api/mcp/tools/whoami")
    assert nothing.status_code == slash.status_code == HTTPStatus.NOT_FOUND
    assert method.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert method.headers["Allow"] == "POST"


async def test_a_call_is_measured_and_logged_like_one_over_mcp(
    program: ConnectHTTP, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "mcp_server.calls"):
        async with program() as http:
            await http.post("/api/mcp/tools/whoami", json={})
            await http.post("/api/mcp/tools/no_such_tool", json={})
            page = (await http.get("/mcp/metrics")).text
    assert 'mcp_tool_invocations_total{status="ok",tool="whoami"}' in page
    assert "no_such_tool" not in page
    records = [vars(record) for record in caplog.records if record.name == "mcp_server.calls"]
    assert [(each["user"], each["status"]) for each in records] == [(user.pk, "ok"), (user.pk, "unknown")]


async def test_over_the_limit_the_answer_says_for_how_long(program: ConnectHTTP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test", rate_limit="1/minute")
    async with program(token) as http:
        first = await http.post("/api/mcp/tools/whoami", json={})
        second = await http.post("/api/mcp/tools/whoami", json={})
    assert first.status_code == HTTPStatus.OK
    assert second.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 1 <= int(second.headers["Retry-After"]) <= 60


async def test_a_call_is_in_the_audit(program: ConnectHTTP, user: User) -> None:
    async with program() as http:
        await http.post("/api/mcp/tools/whoami", json={}, headers={"User-Agent": "cron/1"})
    row = await ToolCall.objects.aget()
    assert (row.user_id, row.tool, row.status, row.client_name) == (user.pk, "whoami", "ok", "cron/1")


async def test_health_needs_no_token(serve_mcp: ServeMCP) -> None:
    async with serve_mcp() as server, server.http_client() as http:
        answer = (await http.get("/api/mcp/health")).json()
    assert answer["status"] == "ok"
    assert "2026-07-28" in answer["versions"]["mcp"]
