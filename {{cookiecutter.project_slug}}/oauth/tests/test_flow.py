"""The whole way of a client, from its address to a tool call."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from conftest import ServeMCP
from oauth.tests.flow import connect, refresh

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_client_that_signed_in_calls_a_tool_as_its_user(
    client: Client, user: User, serve_mcp: ServeMCP
) -> None:
    await sync_to_async(client.force_login)(user)
    tokens = await sync_to_async(connect)(client)
    async with serve_mcp() as server, server.client(auth=tokens["access_token"]) as mcp:
        assert (await mcp.call_tool("whoami")).data.email == user.email
    refreshed = (await sync_to_async(refresh)(client, tokens["client_id"], tokens["refresh_token"])).json()
    async with serve_mcp() as server, server.client(auth=refreshed["access_token"]) as mcp:
        assert (await mcp.call_tool("whoami")).data.email == user.email
