"""The requests that are sent to a server with the lane and to one without."""

import json
from dataclasses import dataclass, field
from typing import Any

from mcp_server.tests.helpers import raw_call
from mcp_server.tests.runtime.express.tools import ERRORS, RESULTS

MODERN, OLDER, OLDEST = "2026-07-28", "2025-11-25", "2024-11-05"
META = "io.modelcontextprotocol"


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
        "client of a wrong type": Sent(..., meta={f"{META}/clientInfo": 5}),
        "capabilities": Sent(..., meta={f"{META}/clientCapabilities": {"elicitation": {"form": {}}}}),
        "capabilities of a wrong type": Sent(..., meta={f"{META}/clientCapabilities": 5}),
        "async": Sent(True, "asynchronous", {"row": {"name": "a", "number": 2}}),
        "no arguments": Sent(True, "greet"),
        "arguments null": Sent(..., "greet", params={"arguments": None}),
        "without arguments": Sent(True, "greet", without=("arguments",)),
        "arguments are a list": Sent(False, params={"arguments": []}),
        "request of the caller": Sent(True, "see", headers=[("X-Mine", "mine")]),
        "another tool": Sent(True, "call_another"),
        "another tool that does not exist": Sent(True, "call_nobody"),
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
        "unknown log level": Sent(..., meta={f"{META}/logLevel": "loud"}),
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
