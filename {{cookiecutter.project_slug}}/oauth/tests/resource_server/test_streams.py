"""Streams of apps."""

import asyncio

import pytest

from mcp_server.runtime import streams
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.runtime.test_streams import ACCEPT, SSE, connected, read_to_its_end
from oauth.models import Connection
from oauth.tests.fixtures import MakeAppToken
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_stream_ends_with_its_connection(
    serve_mcp: ServeMCP, user: User, make_app_token: MakeAppToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "SECONDS_BETWEEN_CHECKS", 0.2)
    token = await asyncio.to_thread(make_app_token, user)
    headers = {**ACCEPT, "Authorization": f"Bearer {token}"}
    async with connected(serve_mcp) as http, http.stream("GET", SSE, headers=headers) as response:
        await asyncio.sleep(0.5)
        await Connection.objects.all().adelete()
        await read_to_its_end(response)
