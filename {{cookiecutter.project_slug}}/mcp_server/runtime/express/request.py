"""Recognises the requests that the lane answers: well-formed tool calls with nothing else in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pydantic_core
from mcp.server.streamable_http import check_accept_headers
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_PARAM_HEADER_PREFIX,
    MCP_PROTOCOL_VERSION_HEADER,
    InboundModernRoute,
    classify_inbound_request,
)
from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    CLIENT_INFO_META_KEY,
    DEFAULT_NEGOTIATED_VERSION,
    PROTOCOL_VERSION_META_KEY,
    CallToolRequestParams,
    methods,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.types import Scope

METHOD = "tools/call"
JSON = {"application/json", "application/json; charset=utf-8"}
SESSION_HEADER = "mcp-session-id"

MEMBERS = {"jsonrpc", "id", "method", "params"}
PARAMETERS = {"name", "arguments", "_meta"}
RESERVED = "io.modelcontextprotocol/"
ENVELOPE = {PROTOCOL_VERSION_META_KEY, CLIENT_INFO_META_KEY, CLIENT_CAPABILITIES_META_KEY}
LOG_LEVEL = f"{RESERVED}logLevel"
MAX_ID = 2**53


@dataclass(frozen=True, slots=True)
class WireCall:
    """A tool call as the client sent it."""

    id: str | int
    version: str
    params: dict[str, Any]
    parsed: CallToolRequestParams
    client_info: Any = None
    client_capabilities: Any = None

    @property
    def is_modern(self) -> bool:
        """Whether it is of a revision without sessions."""
        return self.version in MODERN_PROTOCOL_VERSIONS


def read_headers(scope: Scope, *, is_stateless: bool) -> dict[str, str] | None:
    """Return the headers of a request that may be a plain call, or None.

    Args:
        scope: the ASGI scope of the request.
        is_stateless: whether older revisions are served without sessions. FastMCP serves those with sessions.
    """
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    version = headers.get(MCP_PROTOCOL_VERSION_HEADER, DEFAULT_NEGOTIATED_VERSION)
    is_served = version in MODERN_PROTOCOL_VERSIONS or (
        is_stateless and version in HANDSHAKE_PROTOCOL_VERSIONS and SESSION_HEADER not in headers
    )
    is_plain = (
        headers.get(MCP_METHOD_HEADER, METHOD) == METHOD  # older clients do not send it
        and len(headers) == len(scope["headers"])  # no header is repeated
        and headers.get("content-type") in JSON
        and headers.get("content-length", "").isdigit()
        and "transfer-encoding" not in headers
        and not any(name.startswith(MCP_PARAM_HEADER_PREFIX.lower()) for name in headers)
        and check_accept_headers(Request(scope)) == (True, True)
    )
    return headers if is_served and is_plain else None


def read_call(headers: Mapping[str, str], body: bytes) -> WireCall | None:
    """Return the call in a request with these headers, or None if the body is not exactly one plain call."""
    version = headers.get(MCP_PROTOCOL_VERSION_HEADER, DEFAULT_NEGOTIATED_VERSION)
    try:
        # FastMCP too uses a different parser for each era.
        is_modern = version in MODERN_PROTOCOL_VERSIONS
        message = json.loads(body) if is_modern else pydantic_core.from_json(body)
        if not _is_call(message):
            return None
        params, client = message["params"], (None, None)
        meta = params.get("_meta") or {}
        more = meta.keys() - ENVELOPE - {LOG_LEVEL}
        if "fastmcp" in more or any(name.startswith(RESERVED) for name in more):
            return None
        if is_modern:
            route = classify_inbound_request(message, headers=headers)
            if not isinstance(route, InboundModernRoute):
                return None
            client = route.client_info, route.client_capabilities
        elif not meta.keys().isdisjoint(ENVELOPE):
            return None
        methods.validate_client_request(METHOD, version, params)
        parsed = CallToolRequestParams.model_validate(params, by_name=False)
    except (ValueError, KeyError, RecursionError):
        return None
    return WireCall(message["id"], version, params, parsed, *client)


def _is_call(message: Any) -> bool:
    if not isinstance(message, dict) or message.keys() != MEMBERS:
        return False
    number, params = message["id"], message["params"]
    return (
        message["jsonrpc"] == "2.0"
        and message["method"] == METHOD
        and (type(number) is str or (type(number) is int and abs(number) < MAX_ID))
        and isinstance(params, dict)
        and params.keys() <= PARAMETERS
        and isinstance(params.get("_meta", {}), dict)
    )
