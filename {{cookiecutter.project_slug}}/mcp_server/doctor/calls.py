"""Steps with a token, by clients of both protocol eras."""

from http import HTTPStatus
from typing import Any

import httpx2
from fastmcp import Client
from fastmcp.apps import UI_EXTENSION_ID, UI_MIME_TYPE
from mcp.client.extension import advertise
from mcp_types import Tool

from mcp_server.asgi import HTTP_PATH, SSE_PATH
from mcp_server.doctor.visit import NotTriedError, StepError, Visit

REVISION = "2026-07-28"


def token(visit: Visit) -> str:
    """The token is accepted."""
    if not visit.token:
        raise NotTriedError("no token was given. Add --user LOGIN, or set MCP_TOKEN.")
    response = visit.post(visit.url.path, headers=visit.bearer)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        visit.token = ""
        raise StepError(
            "The token is refused: it is revoked, expired or from another site, its user is disabled, or"
            " a proxy removes the Authorization header."
        )
    if response.status_code == HTTPStatus.MISDIRECTED_REQUEST:
        raise StepError("The server does not accept the host name: see above.")
    if response.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND} or response.is_server_error:
        raise StepError(f"The server answers {response.status_code} {response.text[:300]}")
    return "no 401"


def modern(visit: Visit) -> str:
    """Clients of revision 2026-07-28 are answered."""

    async def discover(client: Client[Any]) -> str:
        if client.protocol_version != REVISION:
            raise StepError(
                f"The client fell back to {client.protocol_version}: a proxy must pass on the headers"
                " MCP-Protocol-Version, Mcp-Method and Mcp-Name."
            )
        return f"server/discover answers, {len(await client.list_tools())} tools may be called"

    return str(visit.call("auto", discover))


def older(visit: Visit) -> str:
    """Older clients are answered."""

    async def initialize(client: Client[Any]) -> str:
        await client.ping()
        return "initialize answers"

    return str(visit.call("legacy", initialize))


def call(visit: Visit) -> str:
    """A tool can be called."""

    async def first_reading_tool(client: Client[Any]) -> str:
        for tool in await client.list_tools():
            reads = tool.annotations and tool.annotations.read_only_hint
            if reads and not tool.input_schema.get("required"):
                await client.call_tool(tool.name)
                return f"{tool.name} answers"
        raise NotTriedError("no tool only reads and takes no arguments.")

    return str(visit.call("auto", first_reading_tool))


def views(visit: Visit) -> str:
    """The views of tools can be read."""

    async def read(client: Client[Any]) -> str:
        uris = {uri for tool in await client.list_tools() if (uri := _view_of(tool))}
        if not uris:
            raise NotTriedError("no tool of this token has a view.")
        for uri in uris:
            (html,) = await client.read_resource(uri)
            if html.mime_type != UI_MIME_TYPE:
                raise StepError(f"{uri} is {html.mime_type}, but clients draw only {UI_MIME_TYPE}.")
        return ", ".join(sorted(uris))

    extension = advertise(UI_EXTENSION_ID, {"mimeTypes": [UI_MIME_TYPE]})
    return str(visit.call("auto", read, extensions=[extension]))


def _view_of(tool: Tool) -> str | None:
    return ((tool.meta or {}).get("ui") or {}).get("resourceUri")


def streaming(visit: Visit) -> str:
    """Events arrive as they are sent."""
    headers = visit.bearer
    url = visit.url.copy_with(path=visit.url.path.rstrip("/") + SSE_PATH.removeprefix(HTTP_PATH.rstrip("/")))
    try:
        with visit.http.stream("GET", url, headers=headers) as response:
            first = next(response.iter_lines(), "")
    except httpx2.TimeoutException as error:
        raise StepError(
            f"Nothing arrived from the stream at {url}: a proxy buffers it. Switch buffering off there."
        ) from error
    if not first.startswith("event: endpoint"):
        raise StepError(
            f"{url} answers {response.status_code} and {first[:100]!r} instead of a stream of events."
        )
    return "the first one arrived at once"
