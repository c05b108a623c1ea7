"""A component that a caller may not use is neither listed nor callable."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.db import OperationalError
from fastmcp import Client
from mcp import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from mcp_server import permissions
from mcp_server.models import MCPToken
from mcp_server.permissions import permission_required
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.toolkit import completion
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def guarded_components() -> Iterator[None]:
    """A tool, a resource and a prompt that need a permission."""
    needs = permission_required("auth.change_group")

    @mcp.tool(auth=needs)
    def guarded_tool() -> str:
        return "done"

    @mcp.resource("guarded://one", auth=needs)
    def guarded_resource() -> str:
        return "text"

    @mcp.resource("guarded://{key}/template", auth=needs)
    def guarded_template(key: str) -> str:
        return key

    @mcp.prompt(auth=needs)
    def guarded_prompt() -> str:
        return "text"

    yield
    mcp.local_provider.remove_tool("guarded_tool")
    mcp.local_provider.remove_resource("guarded://one")
    mcp.local_provider.remove_template("guarded://{key}/template")
    mcp.local_provider.remove_prompt("guarded_prompt")


async def names(client: Client) -> set[str]:
    return {
        *(tool.name for tool in await client.list_tools()),
        *(str(resource.uri) for resource in await client.list_resources()),
        *(template.uri_template for template in await client.list_resource_templates()),
        *(prompt.name for prompt in await client.list_prompts()),
    }


GUARDED = {"guarded_tool", "guarded://one", "guarded://{key}/template", "guarded_prompt"}


async def error_of(client: Client, tool: str) -> str:
    result = await client.call_tool(tool, raise_on_error=False)
    assert result.is_error
    return str(result.content[0].text)


@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_without_the_permission_it_looks_as_if_it_did_not_exist(
    mcp_client: ConnectMCP, user: User, transport: str
) -> None:
    async with mcp_client(user, transport=transport) as client:
        assert not GUARDED & await names(client)
        missing = await error_of(client, "no_such_tool")
        assert await error_of(client, "guarded_tool") == missing.replace("no_such_tool", "guarded_tool")
        with pytest.raises(Exception, match="not found"):
            await client.read_resource("guarded://one")
        with pytest.raises(Exception, match="not found"):
            await client.read_resource("guarded://x/template")
        with pytest.raises(Exception, match="Unknown prompt"):
            await client.get_prompt("guarded_prompt")


@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_the_permission_counts_from_the_next_request_on(
    mcp_client: ConnectMCP, user: User, transport: str
) -> None:
    permission = await Permission.objects.aget(codename="change_group")
    async with mcp_client(user, transport=transport) as client:
        await user.user_permissions.aadd(permission)
        assert await names(client) >= GUARDED
        assert (await client.call_tool("guarded_tool")).data == "done"
        assert (await client.read_resource("guarded://x/template"))[0].text == "x"
        await user.user_permissions.aremove(permission)
        assert "Unknown tool" in await error_of(client, "guarded_tool")


@pytest.mark.parametrize(
    "reference",
    [
        PromptReference(type="ref/prompt", name="guarded_prompt"),
        ResourceTemplateReference(type="ref/resource", uri="guarded://{key}/template"),
    ],
    ids=["prompt", "template"],
)
async def test_without_the_permission_nothing_is_suggested_for_its_arguments(
    mcp_client: ConnectMCP,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    reference: PromptReference | ResourceTemplateReference,
) -> None:
    name = reference.name if isinstance(reference, PromptReference) else reference.uri
    monkeypatch.setattr(completion, "_completers", {(name, "key"): lambda _typed: ["secret"]})
    argument = {"name": "key", "value": ""}
    async with mcp_client(user) as client:
        assert (await client.complete(reference, argument)).values == []
    async with mcp_client() as client:
        assert (await client.complete(reference, argument)).values == ["secret"]


async def test_while_the_database_is_away_nothing_looks_as_if_it_did_not_exist(
    mcp_client: ConnectMCP, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mcp_client(user) as client:
        monkeypatch.setattr(permissions._permissions, "_look_up", Mock(side_effect=OperationalError))  # noqa: SLF001
        with pytest.raises(MCPError, match="The database is unavailable"):
            await client.list_tools()
        with pytest.raises(MCPError, match="The database is unavailable"):
            await client.call_tool("guarded_tool")


async def test_a_token_limited_to_tools_sees_only_them(mcp_client: ConnectMCP, admin: User) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="limited", allowed_tools=["whoami"])
    async with mcp_client(token) as client:
        assert await names(client) == {"whoami"}
        assert "Unknown tool" in await error_of(client, "add_numbers")
        assert (await client.call_tool("whoami")).data.email == admin.email


async def test_a_token_never_has_more_rights_than_its_user(mcp_client: ConnectMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="greedy", allowed_tools=["guarded_tool"])
    async with mcp_client(token) as client:
        assert await names(client) == set()


async def test_a_revoked_token_is_refused_by_the_next_request(mcp_client: ConnectMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with mcp_client(token) as client:
        await client.call_tool("whoami")
        await MCPToken.objects.filter(pk=token.pk).aupdate(is_active=False)
        with pytest.raises(Exception, match="unknown, expired or revoked"):
            await client.call_tool("whoami")
