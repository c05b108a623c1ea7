"""The express lane answers like FastMCP: each request is sent to a server with it and to one without.

If an update of FastMCP changes an answer, a test fails here. Until the lane is corrected, set
MCP_EXPRESS=False.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx2 import AsyncClient
from pytest_django import Settings

from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.runtime.express.observer import Observer
from mcp_server.tests.runtime.express.requests import FASTMCP_FAILS, MODERN, OLDER, OLDEST, table

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def both(serve_mcp: ServeMCP, settings: Settings) -> AsyncIterator[tuple[AsyncClient, AsyncClient]]:
    """Start a server with the lane and one without."""
    settings.MCP_EXPRESS = True
    async with serve_mcp() as express, express.http_client() as with_lane:
        settings.MCP_EXPRESS = False
        async with serve_mcp() as plain, plain.http_client() as without:
            yield with_lane, without


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
