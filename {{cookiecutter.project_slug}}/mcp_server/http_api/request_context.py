"""The MCP context of a call over plain HTTP: the client gets progress, but cannot be asked anything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import pydantic_core
from fastmcp.server.dependencies import bind_request_context
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.shared.dispatcher import CallOptions, DispatchContext
from mcp.shared.exceptions import NoBackChannelError
from mcp_types import RequestParamsMeta
from mcp_types.version import LATEST_MODERN_VERSION
from pydantic import BaseModel
from starlette.requests import Request

from mcp_server.http_api.problems import Problem
from mcp_server.runtime.request_size import RequestTooLargeError, check_body, check_values

type Line = dict[str, Any]


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object.

    Raises Problem with status 400 if the body is anything else, or if it contains too many values.
    """
    body = await request.body()
    try:
        check_body(body)
        # Unlike Python's parser, it accepts neither NaN nor half of a surrogate pair, which databases refuse
        # too.
        value = pydantic_core.from_json(body or b"{}", allow_inf_nan=False)
        check_values(value)
    except RequestTooLargeError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, str(error)) from error
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
    return value


def as_json(value: BaseModel) -> dict[str, Any]:
    """Return `value` as MCP would send it."""
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


@contextmanager
def mcp_exchange(request: Request, on_progress: Callable[[Line], None] | None = None) -> Iterator[None]:
    """Let FastMCP treat `request` as a request of MCP inside the block.

    Args:
        request: the HTTP request. Its User-Agent is the name of the client.
        on_progress: takes `progress`, `total` and `message` whenever a tool reports them.
    """
    meta: RequestParamsMeta = {"progress_token": 0} if on_progress else {}
    client = {"name": request.headers.get("User-Agent", ""), "version": ""}
    connection = Connection.from_envelope(LATEST_MODERN_VERSION, client, {})
    back = cast("DispatchContext[Any]", _WayBack(on_progress))
    context: ServerRequestContext[Any, Request] = ServerRequestContext(
        session=ServerSession(back, connection, request_meta=meta),
        lifespan_context={},
        protocol_version=LATEST_MODERN_VERSION,
        method=request.url.path,
        meta=meta,
        request_id=0,
        request=request,
    )
    with bind_request_context(context):
        yield


@dataclass
class _WayBack:
    """The part of MCP's DispatchContext that works over plain HTTP: progress."""

    on_progress: Callable[[Line], None] | None
    can_send_request = False

    async def notify(
        self, method: str, params: Mapping[str, Any] | None, _options: CallOptions | None = None
    ) -> None:
        if self.on_progress and params and method == "notifications/progress":
            self.on_progress({name: value for name, value in params.items() if name != "progressToken"})

    async def send_raw_request(self, method: str, *_: object) -> dict[str, Any]:
        raise NoBackChannelError(method)
