"""Loads a server with tool calls and measures it. The status and content of every answer are checked."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("wrk.lua")
MODERN, OLD = "2026-07-28", "2025-11-25"


@dataclass(frozen=True)
class Request:
    """A request in one protocol revision, and a text that every good answer contains."""

    method: str
    params: Mapping[str, Any]
    expect: str
    revision: str = MODERN

    def headers(self, token: str | None) -> dict[str, str]:
        """Return its HTTP headers."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": self.revision,
        }
        if self.revision == MODERN:
            headers["Mcp-Method"] = self.method
            if name := self.params.get("name") or self.params.get("uri"):
                headers["Mcp-Name"] = name
        return headers | ({"Authorization": f"Bearer {token}"} if token else {})

    @property
    def body(self) -> str:
        """Return the JSON-RPC message."""
        params = dict(self.params)
        if self.revision == MODERN:
            params["_meta"] = params.get("_meta", {}) | {
                "io.modelcontextprotocol/protocolVersion": self.revision,
                "io.modelcontextprotocol/clientCapabilities": {},
            }
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": self.method, "params": params})


def tool_call(tool: str, arguments: Mapping[str, Any], expect: str, revision: str = MODERN) -> Request:
    """Return a request that calls a tool."""
    return Request("tools/call", {"name": tool, "arguments": arguments}, expect, revision)


@dataclass(frozen=True)
class Measured:
    """What one run measured; latencies in milliseconds."""

    calls: int
    seconds: float
    bad: int
    lost: int
    p50: float
    p99: float
    sample: str

    @property
    def rate(self) -> float:
        """Good calls per second."""
        return (self.calls - self.bad) / self.seconds


class WrongAnswerError(Exception):
    """A server gave an unexpected answer, so its speed means nothing."""


def load(
    url: str, request: Request, *, token: str | None = None, clients: int, seconds: int, strict: bool = True
) -> Measured:
    """Send a request over and over on `clients` connections. Each connection waits for its answer.

    Raise WrongAnswerError if an answer is wrong or missing, unless `strict` is off.
    """
    environment = {
        "BODY": request.body,
        "EXPECT": request.expect,
        "HEADERS": "\n".join(f"{name}: {value}" for name, value in request.headers(token).items()),
    }
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), url]
    done = subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 30,
    )
    measured = Measured(**json.loads(done.stdout.partition("RESULT ")[2]))
    if strict and (measured.bad or measured.lost or not measured.calls):
        raise WrongAnswerError(f"{url}: {measured}")
    return measured
