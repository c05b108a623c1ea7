"""Streams end after their user has left the tenant."""

import asyncio

import pytest

from mcp_server.runtime import streams
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.runtime.test_streams import SSE, connected, headers_of, read_to_its_end
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_stream_ends_with_the_membership(
    serve_mcp: ServeMCP, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "SECONDS_BETWEEN_CHECKS", 0.2)
    headers = await headers_of(user)
    async with connected(serve_mcp) as http, http.stream("GET", SSE, headers=headers) as response:
        await asyncio.sleep(0.5)
        await user.memberships.all().adelete()
        await read_to_its_end(response)
