"""All steps of a client: registration, consent, a tool call, and disconnecting."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from mcp_server.tests.fixtures import ServeMCP
from oauth.tests.flow import connect, refresh
from oauth.tests.on_server import status_with
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_client_that_signed_in_calls_a_tool_as_its_user(
    signed_in: Client, user: User, serve_mcp: ServeMCP
) -> None:
    tokens = await sync_to_async(connect)(signed_in)
    again = (await sync_to_async(refresh)(signed_in, tokens["client_id"], tokens["refresh_token"])).json()
    async with serve_mcp() as server, server.client(auth=again["access_token"]) as mcp:
        assert (await mcp.call_tool("whoami")).data.email == user.email
    await user.connections.aget(name="Test app", last_used_at__isnull=False)


async def test_disconnecting_takes_effect_with_the_next_request(
    signed_in: Client, user: User, serve_mcp: ServeMCP
) -> None:
    tokens = await sync_to_async(connect)(signed_in)
    connection = await user.connections.aget()
    async with serve_mcp() as server:
        assert await status_with(server, tokens["access_token"]) == 200
        await sync_to_async(signed_in.post)(f"/tokens/apps/{connection.pk}/disconnect/")
        assert await status_with(server, tokens["access_token"]) == 401
        # It stays refused after the user allows the app again.
        await sync_to_async(connect)(signed_in)
        assert await status_with(server, tokens["access_token"]) == 401
    answer = await sync_to_async(refresh)(signed_in, tokens["client_id"], tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_token_given_back_is_refused(signed_in: Client, user: User, serve_mcp: ServeMCP) -> None:
    tokens = await sync_to_async(connect)(signed_in)
    form = {"token": tokens["refresh_token"], "client_id": tokens["client_id"]}
    answer = await sync_to_async(signed_in.post)("/oauth/revoke", form)
    assert answer.status_code == 200
    async with serve_mcp() as server:
        assert await status_with(server, tokens["access_token"]) == 401
    assert not await user.connections.live().aexists()
