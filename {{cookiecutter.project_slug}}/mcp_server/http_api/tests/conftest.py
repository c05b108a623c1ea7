"""A program that calls tools over HTTP, and tools for cases that the project's own do not have."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx2 as httpx
import pytest
from fastmcp import Context
from fastmcp.exceptions import ToolError

from mcp_server.models import MCPToken
from mcp_server.permissions import permission_required
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from operations.users import User

type ConnectHTTP = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def program(user: User, serve_mcp: ServeMCP) -> ConnectHTTP:
    """Connect a program that acts as a user without permissions, with `async with program() as http`.

    Pass a user, a new MCPToken or a token in plain text to act as that one.
    """

    @asynccontextmanager
    async def connect(credential: User | MCPToken | str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        if credential is None or isinstance(credential, User):
            credential = await MCPToken.objects.acreate(user=credential or user, name="test")
        token = credential if isinstance(credential, str) else credential.token
        async with serve_mcp() as server, server.http_client() as http:
            http.headers["Authorization"] = f"Bearer {token}"
            yield http

    return connect


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    """Register the tools of these tests, for one test."""

    @mcp.tool
    async def count(ctx: Context, up_to: int, fail: bool = False) -> list[int]:
        for number in range(1, up_to + 1):
            await ctx.report_progress(number, up_to, f"at {number}")
        if fail:
            raise ToolError("It was too much.")
        return list(range(1, up_to + 1))

    @mcp.tool
    def break_down() -> str:
        raise RuntimeError("a secret of the server")

    @mcp.tool
    def refuse_in_half() -> str:
        raise ToolError("It begins with half of an emoji: \ud83d")

    @mcp.tool(output_schema=None)
    def speak(text: str) -> str:
        return text

    @mcp.tool(auth=permission_required("auth.change_group"))
    def guarded() -> str:
        return "done"

    @mcp.resource("test://greeting")
    def greeting() -> str:
        return "hello"

    @mcp.resource("test://{name}/greeting", auth=permission_required("auth.change_group"))
    def greeting_of(name: str) -> str:
        return f"hello {name}"

    yield
    for name in ("count", "break_down", "refuse_in_half", "speak", "guarded"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_resource("test://greeting")
    mcp.local_provider.remove_template("test://{name}/greeting")
