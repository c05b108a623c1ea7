"""No token can do more than the newest consent allowed, even if it was issued before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from oauth.models import Connection
from oauth.scopes import READ, WRITE, common
from oauth.tests.flow import connect, consent, exchange, refresh, register
from oauth.tests.on_server import post
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

BOTH = f"{READ} {WRITE}"


@pytest.fixture(autouse=True)
def write() -> Iterator[None]:
    """A tool that writes."""

    @mcp.tool(annotations={"readOnlyHint": False})
    def write() -> str:
        return "written"

    yield
    mcp.local_provider.remove_tool("write")


async def may_write(serve_mcp: ServeMCP, token: str) -> bool:
    """Return whether the tool is listed. It must be callable if and only if it is listed."""
    async with serve_mcp() as server:
        is_listed = '"write"' in (await post(server, token)).text
        called = await post(server, token, "tools/call", name="write", arguments={})
    assert ("written" in called.text) is is_listed
    assert called.status_code == (200 if is_listed else 403)
    return is_listed


@pytest.mark.parametrize("tools", [None, ["whoami"]])
async def test_a_consent_to_reading_holds_for_tokens_that_may_write(
    signed_in: Client, serve_mcp: ServeMCP, tools: list[str] | None
) -> None:
    tokens = await sync_to_async(connect)(signed_in, tools=tools)
    await sync_to_async(consent)(signed_in, tokens["client_id"], scope=READ)
    assert not await may_write(serve_mcp, tokens["access_token"])
    renewed = await sync_to_async(refresh)(signed_in, tokens["client_id"], tokens["refresh_token"])
    assert renewed.json()["scope"] == READ
    assert not await may_write(serve_mcp, renewed.json()["access_token"])


async def test_a_code_from_before_is_worth_what_the_newest_consent_is(
    signed_in: Client, serve_mcp: ServeMCP
) -> None:
    client_id = (await sync_to_async(register)(signed_in))["client_id"]
    code = (await sync_to_async(consent)(signed_in, client_id))["code"]
    await sync_to_async(consent)(signed_in, client_id, scope=READ)
    tokens = (await sync_to_async(exchange)(signed_in, client_id, code)).json()
    assert tokens["scope"] == READ
    assert not await may_write(serve_mcp, tokens["access_token"])


async def test_a_consent_to_writing_widens_no_token_that_was_asked_for_reading(
    signed_in: Client, serve_mcp: ServeMCP
) -> None:
    tokens = await sync_to_async(connect)(signed_in, scope=READ)
    await sync_to_async(consent)(signed_in, tokens["client_id"])
    assert not await may_write(serve_mcp, tokens["access_token"])
    renewed = await sync_to_async(refresh)(signed_in, tokens["client_id"], tokens["refresh_token"])
    assert renewed.json()["scope"] == READ


async def test_an_app_that_was_disconnected_begins_anew(signed_in: Client, user: User) -> None:
    tokens = await sync_to_async(connect)(signed_in)
    await sync_to_async(Connection.objects.all().delete)()
    await sync_to_async(consent)(signed_in, tokens["client_id"], scope=READ)
    answer = await sync_to_async(refresh)(signed_in, tokens["client_id"], tokens["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"
    assert (await user.connections.aget()).scope == READ


def test_pages_say_what_an_app_may_do(signed_in: Client) -> None:
    tokens = connect(signed_in)
    assert "read and change data" in signed_in.get(reverse("mcp_server:tokens")).content.decode()
    consent(signed_in, tokens["client_id"], scope=READ)
    assert "read and change data" not in signed_in.get(reverse("mcp_server:tokens")).content.decode()


def test_who_may_write_may_read() -> None:
    assert common(WRITE, BOTH) == [READ, WRITE]
    assert common(WRITE, READ) == [READ]
    assert common("", BOTH) == common("openid oauth2_provider:x", BOTH) == []


@pytest.mark.parametrize(
    ("scopes", "kept"), [([BOTH], BOTH), ([WRITE], BOTH), ([READ], READ), ([BOTH, READ], READ), ([], READ)]
)
def test_connections_from_before_may_write_if_all_their_tokens_may(
    user: User, scopes: list[str], kept: str
) -> None:
    """Catches a wrong scope for old connections, whose newest consent is unknown."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate([("oauth", "0001_initial")])
    try:
        app = Application.objects.create(name="Test app")
        old = executor.loader.project_state([("oauth", "0001_initial")]).apps
        old.get_model("oauth", "Connection").objects.create(user_id=user.pk, application_id=app.pk, name="x")
        for number, scope in enumerate(scopes):
            expires = timezone.now() + timedelta(hours=number)
            AccessToken.objects.create(
                user=user, application=app, scope=scope, expires=expires, token_checksum=str(number)
            )
    finally:
        MigrationExecutor(connection).migrate(newest)
    assert Connection.objects.get().scope == kept
