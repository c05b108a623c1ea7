"""Generates requests that no client should send, the same requests on every run."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

type Request = bytes
type Headers = dict[str, str | bytes]

MODERN = "2026-07-28"
OLD = "2025-11-25"
VERSIONS = [MODERN, OLD, "2025-06-18", "2025-03-26", "2024-11-05"]
PATHS = ["/mcp/", "/mcp", "/mcp/sse/messages/", "/mcp/sse/messages"]

# These are JSON, because json.dumps cannot write some of them.
ODD_VALUES = [
    "null", "true", "false", "0", "-1", "-0", "0.5", "1e400", "-1e400", "NaN", "Infinity", "1" + "0" * 400,
    "9" * 5000, "9223372036854775808", "-9223372036854775809", "1e-400", '""', '" "', '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"', '"\\udfff\\ud800"', '"\\u202e"', '"x"', '"1"', '"-1"', '"NaN"', '"1e999"', '"%s%n"',
    '"\\\\"',
    "\"'; DROP TABLE inventory_product; --\"", '"%"', '"_"', '"../../etc/passwd"',
    '"' + "x" * 100_000 + '"',
    '"' + "é" * 101 + '"', '"\\ud83d\\ude00"', "[]", "{}", "[[]]", '[null]', '{"":null}',
    '{"__proto__":{}}',
    "[" * 300 + "]" * 300, '"2026-99-99"', '"{}"', '"\\n"', '"\\u2028"', "1.7976931348623157e308", "0.1e1",
]  # fmt: skip


def http(method: str, path: str, headers: Headers, body: bytes = b"") -> Request:
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": str(len(body))} | headers
    lines = [f"{method} {path} HTTP/1.1".encode()]
    for name, value in fields.items():
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    return b"\r\n".join([*lines, b"", body])


class Mischief:
    """Generates requests that are valid except for one thing, so that they get far into the server."""

    def __init__(self, token: str, tools: dict[str, dict[str, Any]]) -> None:
        self.token = token
        self.tools = tools
        self.random = random.Random(0)  # noqa: S311 - the same on every run

    def requests(self, count: int) -> Iterator[Request]:
        """Yield `count` requests of all kinds, mixed."""
        all_calls = self.random.sample(calls := list(self.odd_tool_calls()), len(calls))
        kinds: list[Callable[[], Request]] = [
            self.broken_json, self.broken_json, self.odd_envelope, self.odd_params, self.odd_headers,
            self.odd_method, self.odd_token, self.random_bytes, self.odd_read, self.nested, self.huge,
        ]  # fmt: skip
        for number in range(count):
            if number % 2 and all_calls:
                yield all_calls.pop()
            else:
                yield self.random.choice(kinds)()

    def post(self, body: bytes, path: str = "/mcp/", headers: Headers | None = None) -> Request:
        usual: Headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        }
        return http("POST", path, usual | (headers or {}), body)

    def rpc(self, method: str, params: str, version: str, name: str = "") -> Request:
        """Return a well-formed request with `params`, which is JSON."""
        headers: Headers = {"MCP-Protocol-Version": version}
        if version == MODERN:
            headers["Mcp-Method"] = method
            if name:
                headers["Mcp-Name"] = name
            members = [params.strip()[1:-1], f'"_meta": {json.dumps(VALID_META)}']
            params = "{" + ", ".join(filter(None, members)) + "}"
        body = f'{{"jsonrpc": "2.0", "id": 1, "method": "{method}", "params": {params}}}'
        return self.post(body.encode("utf-8", "surrogatepass"), headers=headers)

    def odd_tool_calls(self) -> Iterator[Request]:
        """Yield a call for each odd value of each argument of each tool. All other arguments are valid."""
        for tool, schema in self.tools.items():
            properties: dict[str, Any] = schema.get("properties", {})
            for argument in [*properties, "no_such_argument", ""]:
                for number, odd in enumerate(ODD_VALUES):
                    arguments = {name: example(properties[name]) for name in schema.get("required", [])}
                    arguments[argument] = odd
                    pairs = ", ".join(f"{json.dumps(name)}: {value}" for name, value in arguments.items())
                    params = f'{{"name": {json.dumps(tool)}, "arguments": {{{pairs}}}}}'
                    yield self.rpc("tools/call", params, VERSIONS[number % 2], tool)
            for odd in ODD_VALUES:
                yield self.rpc("tools/call", f'{{"name": "{tool}", "arguments": {odd}}}', MODERN, tool)

    def odd_read(self) -> Request:
        odd, version = self.random.choice(ODD_VALUES), self.random.choice(VERSIONS)
        text = self.random.choice(
            ["product://1", "product://", "product://%00", "product://\\ud800", "://", "x"]
        )
        text = self.random.choice(
            [text, f"product://{'9' * 400}", "inventory://nope", "product://../1", "product://-1"]
        )
        uri = f'"{text}"'
        method, params = self.random.choice(
            [
                ("resources/read", f'{{"uri": {odd}}}'),
                ("resources/read", f'{{"uri": {uri}}}'),
                ("resources/subscribe", f'{{"uri": {uri}}}'),
                ("prompts/get", f'{{"name": "sales_report", "arguments": {{"category": {odd}}}}}'),
                ("prompts/get", f'{{"name": {odd}, "arguments": {odd}}}'),
                ("completion/complete", f'{{"ref": {{"type": "ref/prompt", "name": "sales_report"}}, '
                                        f'"argument": {{"name": "category", "value": {odd}}}}}'),
                ("completion/complete", f'{{"ref": {{"type": "ref/resource", "uri": "product://{{id}}"}}, '
                                        f'"argument": {{"name": "id", "value": {odd}}}}}'),
                ("completion/complete", f'{{"ref": {odd}, "argument": {odd}}}'),
                ("tools/list", f'{{"cursor": {odd}}}'),
                ("resources/list", f'{{"cursor": {odd}}}'),
                ("subscriptions/listen", f'{{"notifications": {odd}}}'),
                ("logging/setLevel", f'{{"level": {odd}}}'),
                ("initialize", f'{{"protocolVersion": {odd}, "capabilities": {odd}, "clientInfo": {odd}}}'),
            ]
        )  # fmt: skip
        name = text if method == "resources/read" else "sales_report" if method == "prompts/get" else ""
        return self.rpc(method, params, version, name.encode("unicode_escape").decode())

    def odd_params(self) -> Request:
        method = self.random.choice(
            ["tools/call", "tools/list", "initialize", "ping", "nope", "rpc.x", "", "\\u0000"]
        )
        return self.rpc(method.replace("\\u0000", "x"), "{}", self.random.choice(VERSIONS))

    def odd_envelope(self) -> Request:
        parts = {"jsonrpc": '"2.0"', "id": "1", "method": '"tools/list"', "params": "{}", "result": "{}"}
        for name in self.random.sample(sorted(parts), 2):
            parts[name] = self.random.choice(ODD_VALUES)
        for name in self.random.sample(sorted(parts), self.random.randrange(3)):
            del parts[name]
        body = "{" + ", ".join(f'"{name}": {value}' for name, value in parts.items()) + "}"
        if self.random.random() < 0.2:
            body = f"[{body}, {body}]"
        return self.post(body.encode(), self.random.choice(PATHS))

    def broken_json(self) -> Request:
        body = bytearray(json.dumps(VALID).encode())
        for _ in range(self.random.randint(1, 5)):
            where = self.random.randrange(len(body) or 1)
            match self.random.randrange(4):
                case _ if not body:
                    break
                case 0:
                    body[where] = self.random.randrange(256)
                case 1:
                    del body[where]
                case 2:
                    body.insert(where, self.random.choice(b'\x00\xff{}[]",:\\\xc3\xed'))
                case 3:
                    del body[where + 1 :]
        version = self.random.choice(VERSIONS)
        names: Headers = {"Mcp-Method": "tools/call", "Mcp-Name": "add_numbers"}
        return self.post(bytes(body), headers=names | {"MCP-Protocol-Version": version})

    def nested(self) -> Request:
        depth = self.random.choice([50, 500, 5_000, 50_000])
        opened, closed = self.random.choice([("[", "]"), ('{"a":', "}")])
        value = opened * depth + "1" + closed * depth * self.random.randrange(2)
        if self.random.random() < 0.5:
            return self.post(value.encode())
        return self.rpc(
            "tools/call", f'{{"name": "add_numbers", "arguments": {{"a": {value}, "b": 1}}}}', OLD
        )

    def huge(self) -> Request:
        size = self.random.choice([100_000, 1_000_000, 5_000_000])
        filler = self.random.choice([b"x", b"[", b" ", b"1", b"\x00", b'"'])
        if self.random.random() < 0.9:
            size //= 50
        return self.post(filler * size)

    def odd_headers(self) -> Request:
        odd: list[str | bytes] = [
            "", " ", "x", "0", "-1", "1e9", "application/x-www-form-urlencoded", "text/plain",
            "multipart/form-data",
            "application/json; charset=utf-7", "application/json; charset=\xff", b"\xff\xfe", b"\x00",
            "x" * 5000,
            "2099-01-01", "2025-11-25, 2026-07-28", "=?base64?!!!?=", "=?base64?/w==?=", "*/*", "gzip", "é",
        ]  # fmt: skip
        names = [
            "Accept", "Content-Type", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id",
            "Last-Event-ID", "Origin", "Host", "Content-Encoding", "Transfer-Encoding", "Expect",
            "X-Forwarded-Proto", "Forwarded", "Cookie", "Mcp-Param-X",
        ]  # fmt: skip
        chosen: Headers = {
            name: self.random.choice(odd) for name in self.random.sample(names, self.random.randint(1, 3))
        }
        return self.post(json.dumps(VALID).encode(), self.random.choice(PATHS), chosen)

    def odd_method(self) -> Request:
        method = self.random.choice(
            ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW", "post", "GET"]
        )
        path = self.random.choice(
            [*PATHS, "/mcp/sse", "/mcp/health", "/mcp/ready", "/mcp//", "/mcp/%2e%2e/", "/mcp/%00", "/", "//",
             "/mcp/sse/messages/?session_id=x", "/mcp/sse/messages/?session_id=%ff", "/.well-known/%ff",
             "/register",
             f"/mcp/sse/messages/?session_id={'0' * 32}", "/mcp/?" + "a=1&" * 1000]
        )  # fmt: skip
        headers: Headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if method == "GET" and "sse" in path:
            method = "POST"  # GET would open a stream, which rightly does not end
        return http(method, path, headers, json.dumps(VALID).encode() if method == "POST" else b"")

    def odd_token(self) -> Request:
        odd: list[str | bytes] = [
            "", "Bearer", "Bearer ", "bearer x", "Basic eDp4", f"Bearer {self.token}x",
            f"Bearer {self.token[:-1]}",
            "Bearer \xff", b"Bearer \xff\xfe", b"Bearer mcp_\x00", "Bearer " + "x" * 8000,
            "Bearer ' OR 1=1 --", "é",
            f"Bearer {self.token} {self.token}", "Bearer mcp_" + "x" * 60, b"Bearer \xed\xa0\x80",
        ]  # fmt: skip
        return self.post(
            json.dumps(VALID).encode(), self.random.choice(PATHS), {"Authorization": self.random.choice(odd)}
        )

    def random_bytes(self) -> Request:
        noise = self.random.randbytes(self.random.choice([1, 10, 1000]))
        return self.random.choice(
            [self.post(noise, self.random.choice(PATHS)), b"\x00" + noise + b"\r\n\r\n"]
        )


VALID_META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "mischief", "version": "1"},
}
VALID = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "add_numbers",
        "arguments": {"a": 1, "b": 2},
        "_meta": VALID_META,
    },
}


def example(schema: dict[str, Any]) -> str:
    """Return a JSON value that is valid for most schemas of an argument."""
    kinds = {kind.get("type") for kind in [schema, *schema.get("anyOf", [])]}
    return "1" if kinds & {"integer", "number"} else '"x"'
