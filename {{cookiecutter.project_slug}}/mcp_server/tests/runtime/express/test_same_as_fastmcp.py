"""The express lane answers like FastMCP: the tests send each request to a server with it and to one without.

If an update of FastMCP changes an answer, a test fails here. Until the lane is corrected, set
MCP_EXPRESS=False.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from fastmcp import Context, FastMCP
from fastmcp.apps import AppConfig
from fastmcp.dependencies import Depends
from fastmcp.exceptions import NotFoundError, ToolError
from fastmcp.server.dependencies import get_context, get_http_headers
from fastmcp.server.extensions import ServerExtension
from fastmcp.server.middleware import Middleware
from fastmcp.server.transforms import Namespace
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.types import Image
from httpx2 import AsyncClient
from mcp import MCPError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import InputRequiredResult
from mcp_types.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY
from opentelemetry.sdk.trace import TracerProvider
from pydantic import BaseModel, Field
from pyrate_limiter import MonotonicClock
from pytest_django import Settings

from mcp_server import limits
from mcp_server.context import CurrentUser, get_mcp_user
from mcp_server.models import MCPToken
from mcp_server.permissions import permission_required
from mcp_server.runtime import call
from mcp_server.runtime.audit import Call, audit
from mcp_server.runtime.call import CallMiddleware
from mcp_server.runtime.express import eligible
from mcp_server.runtime.token_verifier import MCPTokenVerifier
from mcp_server.runtime.visibility import PermissionFilter
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

MODERN, OLDER, OLDEST = "2026-07-28", "2025-11-25", "2024-11-05"
MISSING = MISSING_REQUIRED_CLIENT_CAPABILITY
META = "io.modelcontextprotocol"


class Row(BaseModel):
    name: str
    number: int = Field(ge=0)


def upstream(status: int) -> httpx2.HTTPStatusError:
    request = httpx2.Request("GET", "http://upstream")
    return httpx2.HTTPStatusError("no", request=request, response=httpx2.Response(status, request=request))


ERRORS: dict[str, Callable[[], BaseException]] = {
    "refused": lambda: ToolError("there is no such order"),
    "long": lambda: ToolError("x" * 5000),
    "quiet": lambda: ToolError("a matter of course", log_level=logging.DEBUG),
    "crashed": lambda: ValueError("internal detail"),
    "not found": lambda: NotFoundError("something"),
    "protocol": lambda: MCPError(-32000, "of a proxy"),
    "capability": lambda: MCPError(MISSING, "no elicitation", {"requiredCapabilities": {}}),
    "upstream 429": lambda: upstream(429),
    "upstream 500": lambda: upstream(500),
    "upstream slow": lambda: httpx2.ReadTimeout("slow"),
    "time": TimeoutError,
}

RESULTS: dict[str, Callable[[], Any]] = {
    "nan": lambda: float("nan"),
    "half": lambda: "\ud800",
    "null": lambda: "a\0b",
    "umlaut": lambda: "größer 🦆",
    "big": lambda: 2**80,
    "huge": lambda: "x" * 2_000_000,
    "image": lambda: Image(data=b"png", format="png"),
    "none": lambda: None,
    "nothing": list,
    "object": lambda: {"a": [1, None, {"b": True}]},
    "bytes": lambda: b"abc",
    "result": lambda: ToolResult(content="text", structured_content={"a": 1}, meta={"mine": 1}),
    "failed": lambda: ToolResult(content="text", is_error=True),
    "question": lambda: InputRequiredResult(input_requests={}, request_state="state"),
    "not json": lambda: print,
}


def add_tools(mcp: FastMCP) -> None:
    """Add tools of each kind, with names for the table below."""

    @mcp.tool(meta={"audit": ["text", "number"]})
    def simple(text: str, number: int = 1) -> str:
        return f"{text} {number}"

    @mcp.tool
    async def asynchronous(row: Row) -> list[Row]:
        return [row, row]

    @mcp.tool
    def fail(how: str) -> str:
        error = ERRORS[how]()
        raise error

    @mcp.tool
    async def fail_async(how: str) -> str:
        error = ERRORS[how]()
        raise error

    @mcp.tool
    def fail_model() -> str:
        return Row.model_validate({"name": 1}).name

    @mcp.tool
    def give(what: str) -> Any:
        return RESULTS[what]()

    @mcp.tool
    def give_text(what: str) -> str:
        return str(RESULTS[what]())

    @mcp.tool(output_schema=None)
    def give_content(what: str) -> Any:
        return RESULTS[what]()

    @mcp.tool
    def greet(user: User = CurrentUser()) -> str:
        return user.email

    @mcp.tool
    async def see() -> list[str]:
        headers = get_http_headers()
        return [(await get_mcp_user()).get_username(), headers.get("x-mine", ""), get_context().fastmcp.name]

    @mcp.tool
    async def call_another() -> str:
        result = await mcp.call_tool("simple", {"text": "inner"})
        return json.dumps(result.structured_content)

    @mcp.tool
    async def call_nobody() -> str:
        await mcp.call_tool("missing", {})
        return ""

    @mcp.tool
    async def report() -> str:
        await get_context().report_progress(1, 2, "half")
        return "done"

    @mcp.tool(meta={"timeout": 0.05})
    async def slow() -> None:
        await asyncio.sleep(5)

    @mcp.tool(app=AppConfig(resource_uri="ui://views/chart.html"))
    def with_view() -> dict[str, int]:
        return {"a": 1}

    @mcp.tool(auth=permission_required("auth.delete_group"))
    def guarded() -> str:
        return "in"

    # Those that FastMCP answers.

    @mcp.tool(meta={"confirm": True})
    def confirmed(text: str) -> str:
        return text

    @mcp.tool
    async def with_context(ctx: Context) -> str:
        await ctx.report_progress(1, 2)
        return ctx.fastmcp.name

    @mcp.tool
    def with_dependency(value: int = Depends(lambda: 5)) -> int:
        return value

    @mcp.tool(version="1.0")
    def versioned() -> str:
        return "1.0"

    @mcp.tool
    def with_header(text: str = Field(json_schema_extra={"x-mcp-header": "text"})) -> str:
        return text


@pytest.fixture
async def tools() -> AsyncIterator[None]:
    before = {tool.name for tool in await mcp.local_provider.list_tools()}
    add_tools(mcp)
    yield
    for name in {tool.name for tool in await mcp.local_provider.list_tools()} - before:
        mcp.local_provider.remove_tool(name)


@dataclass
class Sent:
    """A request, and whether the lane answers it. `...` if either is right."""

    by_lane: Any
    tool: str = "simple"
    arguments: dict[str, Any] | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    message: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    headers: list[tuple[str, str]] = field(default_factory=list)
    method: str = "POST"
    body: bytes | None = None
    times: int = 1
    user: str = "admin"

    def request(self, version: str) -> dict[str, Any]:
        arguments = {"text": "a"} if self.arguments is None and self.tool == "simple" else self.arguments
        raw = raw_call(self.tool, arguments, version=version)
        message = raw["json"]
        message["params"]["_meta"] |= self.meta
        message["params"] |= self.params
        message |= self.message
        for name in self.without:
            for place in (message, message["params"], message["params"]["_meta"]):
                if isinstance(place, dict):
                    place.pop(name, None)
        changed = {name.lower() for name, _ in self.headers}
        headers = [("Content-Type", "application/json"), *raw["headers"].items()]
        headers = [(name, value) for name, value in headers if name.lower() not in changed]
        headers += [(name, value) for name, value in self.headers if value != "-"]
        body = self.body if self.body is not None else json.dumps(message).encode()
        return {"headers": headers, "content": body}


def table() -> dict[str, Sent]:
    """Return the requests, by what they test."""
    client = {"name": "a client", "version": "1.2", "title": "A client"}
    rows = {
        "good": Sent(True),
        "client": Sent(..., meta={f"{META}/clientInfo": client}),
        "client that is none": Sent(..., meta={f"{META}/clientInfo": 5}),
        "capabilities": Sent(..., meta={f"{META}/clientCapabilities": {"elicitation": {"form": {}}}}),
        "capabilities that are none": Sent(..., meta={f"{META}/clientCapabilities": 5}),
        "async": Sent(True, "asynchronous", {"row": {"name": "a", "number": 2}}),
        "no arguments": Sent(True, "greet"),
        "arguments null": Sent(..., "greet", params={"arguments": None}),
        "without arguments": Sent(True, "greet", without=("arguments",)),
        "arguments are a list": Sent(False, params={"arguments": []}),
        "request of the caller": Sent(True, "see", headers=[("X-Mine", "mine")]),
        "another tool": Sent(True, "call_another"),
        "another tool that is none": Sent(True, "call_nobody"),
        "progress": Sent(True, "report", meta={"progressToken": "p"}),
        "progress that nobody asked for": Sent(True, "report"),
        "progress, odd token": Sent(..., "report", meta={"progressToken": True}),
        "timeout": Sent(True, "slow"),
        "with a view": Sent(True, "with_view"),
        "with a view, for who draws it": Sent(
            ...,
            "with_view",
            meta={f"{META}/clientCapabilities": {"extensions": {f"{META}/ui": {"mimeTypes": ["text/html"]}}}},
        ),
        "body that fails to validate": Sent(True, "fail_model"),
        "wrong argument": Sent(True, arguments={"text": 5, "number": "x"}),
        "wrong deep argument": Sent(True, "asynchronous", {"row": {"name": "a", "number": -1}}),
        "missing argument": Sent(True, arguments={}),
        "unknown argument": Sent(True, arguments={"text": "a", "more": 1}),
        "many unknown arguments": Sent(True, arguments={f"a{number}": 1 for number in range(50)}),
        "number as text": Sent(True, arguments={"text": "a", "number": "5"}),
        "null byte": Sent(True, arguments={"text": "a\0b"}),
        "umlaut": Sent(True, arguments={"text": "größer 🦆"}),
        "half of a pair": Sent(..., arguments={"text": "\ud800"}),
        "long text": Sent(True, arguments={"text": "x" * 50_000}),
        "big number": Sent(True, arguments={"text": "a", "number": 2**70}),
        "permitted": Sent(True, "guarded"),
        "not permitted": Sent(False, "guarded", user="user"),
        "token of one tool": Sent(True, user="limited"),
        "token of another tool": Sent(False, "greet", user="limited"),
        "limit reached": Sent(True, times=2, user="slowed"),
        "unknown tool": Sent(False, "missing"),
        "tool with a long name": Sent(False, "x" * 400),
        "confirmed": Sent(False, "confirmed", {"text": "a"}),
        "with context": Sent(False, "with_context"),
        "with a dependency": Sent(False, "with_dependency"),
        "with a version": Sent(False, "versioned"),
        "with a header": Sent(False, "with_header", {"text": "a"}, headers=[("Mcp-Param-text", "a")]),
        "without its header": Sent(False, "with_header", {"text": "a"}),
        "header of a parameter": Sent(False, headers=[("Mcp-Param-Text", "a")]),
        "asked for a version": Sent(False, meta={"fastmcp": {"version": "1.0"}}),
        "meta of others": Sent(True, meta={"com.example/session": "s"}),
        "reserved meta": Sent(False, meta={f"{META}/related-task": {"taskId": "1"}}),
        "log level": Sent(..., meta={f"{META}/logLevel": "info"}),
        "log level that is none": Sent(..., meta={f"{META}/logLevel": "loud"}),
        "no meta": Sent(..., without=("_meta",)),
        "meta null": Sent(..., params={"_meta": None}),
        "no capabilities": Sent(..., without=(f"{META}/clientCapabilities",)),
        "task": Sent(False, params={"task": {"ttl": 5}}),
        "state": Sent(False, params={"requestState": "x", "inputResponses": {}}),
        "unknown parameter": Sent(False, params={"more": 1}),
        "unknown member": Sent(False, message={"more": 1}),
        "result as well": Sent(False, message={"result": {}}),
        "no method": Sent(False, without=("method",)),
        "another method": Sent(False, message={"method": "tools/list", "params": {}}),
        "unknown method": Sent(False, message={"method": "tools/fly"}),
        "jsonrpc 1": Sent(False, message={"jsonrpc": "1.0"}),
        "no jsonrpc": Sent(False, without=("jsonrpc",)),
        "params are a list": Sent(False, message={"params": []}),
        "name is a number": Sent(False, params={"name": 5}),
        "no name": Sent(False, without=("name",)),
        "notification": Sent(False, without=("id",)),
        "array": Sent(..., body=b"[]"),
        "empty": Sent(False, body=b""),
        "not json": Sent(False, body=b"{"),
        "not utf-8": Sent(False, body=b'{"a": "\xff"}'),
        "text": Sent(False, body=b'"text"'),
        "deep": Sent(..., body=b"[" * 3000),
        "get": Sent(..., method="GET"),
        "delete": Sent(False, method="DELETE"),
        "put": Sent(..., method="PUT"),
        "json alone": Sent(False, headers=[("Accept", "application/json")]),
        "stream alone": Sent(False, headers=[("Accept", "text/event-stream")]),
        "anything": Sent(..., headers=[("Accept", "*/*")]),
        "html": Sent(False, headers=[("Accept", "text/html")]),
        "charset": Sent(..., headers=[("Content-Type", "application/json; charset=utf-8")]),
        "other content": Sent(False, headers=[("Content-Type", "text/plain")]),
        "no content type": Sent(False, headers=[("Content-Type", "-")]),
        "session": Sent(..., headers=[("Mcp-Session-Id", "abc")]),
        "unknown revision": Sent(False, headers=[("MCP-Protocol-Version", "2030-01-01")]),
        "other revision": Sent(..., headers=[("MCP-Protocol-Version", "2025-06-18")]),
        "no revision": Sent(..., headers=[("MCP-Protocol-Version", "-")]),
        "other method in the header": Sent(..., headers=[("Mcp-Method", "tools/list")]),
        "other name in the header": Sent(..., headers=[("Mcp-Name", "greet")]),
        "encoded name in the header": Sent(True, headers=[("Mcp-Name", "=?base64?c2ltcGxl?=")]),
        "no name in the header": Sent(..., headers=[("Mcp-Name", "-")]),
        "two names": Sent(False, headers=[("Mcp-Name", "simple"), ("Mcp-Name", "simple")]),
        "two revisions": Sent(
            False, headers=[("MCP-Protocol-Version", MODERN), ("MCP-Protocol-Version", MODERN)]
        ),
        "wrong token": Sent(..., headers=[("Authorization", "Bearer mcp_wrong")]),
        "no token": Sent(..., headers=[("Authorization", "-")]),
    }
    rows |= {f"fails: {how}": Sent(True, "fail", {"how": how}) for how in ERRORS}
    rows |= {f"fails, async: {how}": Sent(True, "fail_async", {"how": how}) for how in ERRORS}
    rows |= {f"gives: {what}": Sent(..., "give", {"what": what}) for what in RESULTS}
    rows |= {
        f"gives text: {what}": Sent(True, "give_text", {"what": what}) for what in ("null", "huge", "big")
    }
    rows |= {f"gives content: {what}": Sent(..., "give_content", {"what": what}) for what in RESULTS}
    ids: list[Any] = [0, -1, 2**40, 2**70, "", "a", "ü", "x" * 200, True, 1.0, 1.5, None, [], {}]
    return rows | {f"id: {id!r:.20}": Sent(..., message={"id": id}) for id in ids}  # noqa: A001


# FastMCP sends an older client a stream without the result, because UTF-8 has no half of a surrogate pair.
FASTMCP_FAILS = {"gives: half", "gives content: half"}


class Observer:
    """Sends requests, and returns all of their effects."""

    def __init__(self, tokens: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
        self.tokens, self.caplog = tokens, caplog
        self.calls: list[Call] = []
        self.counted: list[tuple[Any, ...]] = []
        self.was_asked = False
        caplog.set_level(logging.INFO)

    async def outcome(self, http: AsyncClient, sent: Sent, version: str = MODERN) -> dict[str, Any]:
        """Return the effects of a request. `was_asked` then says whether FastMCP answered it."""
        limits._store.cache_clear()  # noqa: SLF001 - each request is the first
        request = sent.request(version)
        if not any(name == "Authorization" for name, _ in sent.headers):
            request["headers"].append(("Authorization", f"Bearer {self.tokens[sent.user]}"))
        for _ in range(sent.times):
            self.was_asked = False
            self.caplog.clear()
            self.calls.clear()
            self.counted.clear()
            running = asyncio.all_tasks()
            response = await http.request(sent.method, "/mcp/", **request)
            if response.status_code == HTTPStatus.ACCEPTED:  # FastMCP reads a notification afterwards
                await asyncio.gather(*asyncio.all_tasks() - running)
        return {
            "status": response.status_code,
            "headers": interesting(response),
            "body": body(response),
            "audit": [asdict(each) | {"time": 0, "duration": 0} for each in self.calls],
            "metrics": self.counted[:],
            "log": [described(record) for record in self.caplog.records if is_ours(record)],
        }


@pytest.fixture
def observer(
    tokens: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Observer:
    observer = Observer(tokens, caplog)
    handle = StreamableHTTPSessionManager.handle_request

    async def note(self: StreamableHTTPSessionManager, *asgi: Any) -> None:
        observer.was_asked = True
        await handle(self, *asgi)

    def count(tool: str, status: str, _duration: float, user: int | None) -> None:
        observer.counted.append((tool, status, user))

    monkeypatch.setattr(MonotonicClock, "now", lambda _: 0)  # a slow machine would wait less
    monkeypatch.setattr(StreamableHTTPSessionManager, "handle_request", note)
    monkeypatch.setattr(call, "record_tool_call", count)
    monkeypatch.setattr(audit, "record", observer.calls.append)
    return observer


def interesting(response: httpx2.Response) -> dict[str, str]:
    """Return the headers to compare. An older client gets a stream from FastMCP, and JSON from the lane."""
    unimportant = {"date", "x-request-id"}
    if response.status_code == 200:
        unimportant |= {"content-length", "content-type", "cache-control", "connection", "x-accel-buffering"}
    return {name: value for name, value in response.headers.items() if name not in unimportant}


def body(response: httpx2.Response) -> Any:
    """Return the messages of an answer, which is a stream of events or JSON."""
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        lines = response.text.splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    if response.content and response.headers.get("content-type") == "application/json":
        message = json.loads(response.content)
        if "requestState" in message.get("result", {}):  # sealed, with the time
            message["result"]["requestState"] = message["result"]["requestState"] != "state"
        return [message]
    return response.text


def is_ours(record: logging.LogRecord) -> bool:
    return record.name == "mcp_server.calls" or (
        record.levelno >= logging.WARNING and record.name.startswith(("fastmcp", "mcp_server"))
    )


UNIMPORTANT = {*vars(logging.makeLogRecord({})), "message", "asctime", "duration_ms"}


def described(record: logging.LogRecord) -> tuple[Any, ...]:
    extra = {name: value for name, value in vars(record).items() if name not in UNIMPORTANT}
    text = record.getMessage().partition(":")[0]
    return record.name, record.levelname, text, extra, record.exc_info is not None


@asynccontextmanager
async def both(serve_mcp: ServeMCP, settings: Settings) -> AsyncIterator[tuple[AsyncClient, AsyncClient]]:
    """Start a server with the lane and one without."""
    settings.MCP_EXPRESS = True
    async with serve_mcp() as express, express.http_client() as with_lane:
        settings.MCP_EXPRESS = False
        async with serve_mcp() as plain, plain.http_client() as without:
            yield with_lane, without


@pytest.fixture
async def tokens(admin: User, user: User) -> dict[str, str]:
    create = MCPToken.objects.acreate
    made = {
        "admin": await create(user=admin, name="test"),
        "user": await create(user=user, name="test"),
        "limited": await create(user=user, name="test", allowed_tools=["simple"]),
        "slowed": await create(user=user, name="test", rate_limit="1/hour"),
    }
    return {name: token.token for name, token in made.items()}


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("version", [MODERN, OLDER, OLDEST])
async def test_the_lane_answers_as_fastmcp_does(
    serve_mcp: ServeMCP, settings: Settings, observer: Observer, version: str
) -> None:
    express, plain, taken, expected = {}, {}, {}, {}
    async with both(serve_mcp, settings) as (with_lane, without):
        for name, sent in table().items():
            if version != MODERN and name in FASTMCP_FAILS:
                continue
            express[name] = await observer.outcome(with_lane, sent, version)
            if sent.by_lane is not ...:
                taken[name], expected[name] = not observer.was_asked, sent.by_lane
            plain[name] = await observer.outcome(without, sent, version)
    different = [name for name in express if express[name] != plain[name]]
    assert {name: express[name] for name in different} == {name: plain[name] for name in different}
    assert taken == expected


ASIDE = "The express lane stands aside, so FastMCP answers every call: "


class Foreign(Middleware):
    pass


class Extension(ServerExtension):
    identifier = "com.example/extension"


@pytest.mark.usefixtures("tools")
async def test_fastmcp_answers_when_its_owner_extends_it_and_the_log_says_so(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp, "middleware", [*mcp.middleware, Foreign()])
    async with serve_mcp() as server, server.http_client() as http:
        assert f"{ASIDE}there is the middleware Foreign." in observer.caplog.messages
        await observer.outcome(http, Sent(False))
    assert observer.was_asked


def traced(server: FastMCP) -> None:
    """A tracer for the whole process."""


@pytest.mark.parametrize(
    ("extend", "reason"),
    [
        (lambda server: None, None),
        (lambda server: server.add_middleware(Foreign()), "there is the middleware Foreign"),
        (lambda server: server.add_transform(Namespace("shop")), "there is the transform Namespace"),
        (lambda server: server.disable(names={"greet"}), "there is the transform Visibility"),
        (lambda server: server.mount(FastMCP("another")), "there is the provider FastMCPProvider"),
        (lambda server: server.add_extension(Extension()), f"there is the extension {Extension.identifier}"),
        (traced, "calls are traced"),
    ],
    ids=["nothing", "middleware", "transform", "visibility", "provider", "extension", "tracer"],
)
def test_the_lane_is_for_servers_that_only_call_tools(
    extend: Callable[[FastMCP], None], reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FastMCP(
        auth=MCPTokenVerifier(),
        middleware=[CallMiddleware()],
        transforms=[PermissionFilter()],
        dereference_schemas=False,
    )
    extend(server)
    if extend is traced:
        monkeypatch.setattr(eligible, "get_tracer_provider", TracerProvider)
    assert eligible.reason_to_stand_aside(server) == reason


async def test_the_log_says_nothing_of_a_lane_that_is_open(
    serve_mcp: ServeMCP, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serve_mcp():
        assert not any(message.startswith(ASIDE) for message in caplog.messages)


@pytest.mark.usefixtures("tools")
async def test_a_call_costs_the_same_with_a_thousand_tools(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_at_all(*_: Any, **__: Any) -> None:
        raise AssertionError("FastMCP's search looks at all components")

    async with serve_mcp() as server, server.http_client() as http:
        monkeypatch.setattr(mcp.local_provider, "get_tool", look_at_all)
        outcome = await observer.outcome(http, Sent(True))
    assert not outcome["body"][0]["result"]["isError"]


@pytest.mark.usefixtures("tools")
async def test_a_tool_that_was_renamed_is_called_by_its_new_name(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = await mcp.local_provider.get_tool("simple")
    assert tool
    monkeypatch.setattr(tool, "name", "plain")
    async with serve_mcp() as server, server.http_client() as http:
        errors = [
            (await observer.outcome(http, Sent(..., name, {"text": "a"})))["body"][0]["result"]["isError"]
            for name in ("simple", "plain")
        ]
    assert errors == [True, False]


@pytest.mark.usefixtures("tools")
async def test_what_a_tool_has_hidden_from_its_client_cannot_be_called(
    serve_mcp: ServeMCP, observer: Observer
) -> None:
    @mcp.tool
    async def hide() -> str:
        await get_context().disable_components(names={"simple"})
        return ""

    async with serve_mcp() as server, server.http_client() as http:
        await observer.outcome(http, Sent(True, "hide"))
        outcome = await observer.outcome(http, Sent(False))
    assert outcome["body"][0]["result"]["isError"]
