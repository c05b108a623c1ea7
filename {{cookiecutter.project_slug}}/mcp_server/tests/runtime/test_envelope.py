"""Messages as real clients write them, and the errors for invalid ones."""

import json
from typing import Any

import pytest
from mcp_types import INVALID_PARAMS, INVALID_REQUEST

from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import message_of, raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

VERSIONS = pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])


async def send(
    serve_mcp: ServeMCP, user: User, call: dict[str, Any], path: str = "/mcp/", **changes: Any
) -> Any:
    """Send the message of `call` with these changes."""
    token = await MCPToken.objects.acreate(user=user, name="test")
    content = json.dumps(call["json"] | changes)
    headers = [*call["headers"].items(), ("Authorization", f"Bearer {token.token}")]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    async with serve_mcp() as server, server.http_client() as http:
        return await http.post(path, content=content, headers=headers)


@VERSIONS
@pytest.mark.parametrize("number", [None, True, 1.5, 1e3, [1], {"a": 1}])
async def test_an_id_that_is_none_is_refused(
    serve_mcp: ServeMCP, user: User, version: str, number: object
) -> None:
    """Catches a call that is accepted with 202, and never run or answered."""
    answer = await send(serve_mcp, user, raw_call("whoami", version=version), id=number)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, INVALID_REQUEST)


@VERSIONS
@pytest.mark.parametrize("number", [1, 0, -1, "", "null", 2**53])
async def test_every_other_id_is_answered(
    serve_mcp: ServeMCP, user: User, version: str, number: object
) -> None:
    answer = await send(serve_mcp, user, raw_call("whoami", version=version), id=number)
    assert (answer.status_code, message_of(answer.text)["id"]) == (200, number)


async def test_an_argument_may_be_called_id(serve_mcp: ServeMCP, user: User) -> None:
    call = raw_call("whoami", {"id": None}, version="2025-06-18")
    assert "id: Unexpected" in (await send(serve_mcp, user, call)).text


async def test_a_batch_is_refused_in_words(serve_mcp: ServeMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    call = raw_call("whoami", version="2025-03-26")
    headers = call["headers"] | {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client() as http:
        answer = await http.post("/mcp/", json=[call["json"]], headers=headers)
    assert answer.status_code == 400
    assert "each message in a request of its own" in answer.json()["error"]["message"]


@VERSIONS
@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"name": "whoami", "arguments": []}, "arguments"),
        ({"name": "whoami", "arguments": "{}"}, "arguments"),
        ({"name": 5}, "name"),
        ({"arguments": {}}, "name"),
    ],
)
async def test_a_wrong_parameter_is_named(
    serve_mcp: ServeMCP, user: User, version: str, params: dict[str, Any], where: str
) -> None:
    call = raw_call("whoami", version=version)
    meta = call["json"]["params"]["_meta"]
    error = message_of((await send(serve_mcp, user, call, params={**params, "_meta": meta})).text)["error"]
    if error["code"] == INVALID_PARAMS:  # a newer client's name is compared with its header before
        assert f"{where}: " in error["message"]
    else:
        assert where == "name"


@VERSIONS
async def test_headers_may_be_written_in_any_case_and_in_several_lines(
    serve_mcp: ServeMCP, user: User, version: str
) -> None:
    call = raw_call("whoami", version=version)
    token = await MCPToken.objects.acreate(user=user, name="test")
    headers = [
        *((name, value) for name, value in call["headers"].items() if name != "Accept"),
        ("Authorization", f"Bearer {token.token}"),
        ("Accept", "application/json"),
        ("Accept", "Text/Event-Stream"),
        ("Content-Type", "Application/JSON; Charset=UTF-8"),
    ]
    async with serve_mcp() as server, server.http_client() as http:
        answer = await http.post("/mcp/", content=json.dumps(call["json"]), headers=headers)
    assert answer.status_code == 200
