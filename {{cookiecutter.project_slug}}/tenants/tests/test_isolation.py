"""No tool, resource or prompt returns or changes anything of another tenant.

The modules in `isolation/` say how each is called.
"""

from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.cache import cache
from fastmcp import Client
from mcp import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from accounts.models import User
from mcp_server.models import MCPToken
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.toolkit.completion import _completers
from mcp_server.toolkit.tool_views import View
from tenants.models import Membership, Tenant, tenant_models
from tenants.scope import use
from tenants.tests.isolation.table import CALLS, PROMPTS, READS, make_theirs
from tenants.tests.isolation.theirs import SECRET, Theirs

pytestmark = pytest.mark.django_db(transaction=True)

there = mcp.local_provider
TOOLS = [tool.name for tool in async_to_sync(there.list_tools)()]
# Without views, which are rendered at the start, outside any tenant.
RESOURCES = [
    str(resource.uri) for resource in async_to_sync(there.list_resources)() if not isinstance(resource, View)
]
TEMPLATES = [template.uri_template for template in async_to_sync(there.list_resource_templates)()]
PROMPT_NAMES = [prompt.name for prompt in async_to_sync(there.list_prompts)()]


@pytest.fixture
def theirs(admin: User) -> Theirs:
    return make_theirs(admin)


@pytest.fixture
def token(admin: User, tenant: Tenant) -> MCPToken:
    """A token for one tenant, of a user who may do everything in both."""
    return MCPToken.objects.create(user=admin, name="ours", tenant=tenant)


@pytest.mark.parametrize(
    ("registered", "table", "name"),
    [
        (TOOLS, CALLS, "CALLS"),
        ([*RESOURCES, *TEMPLATES], READS, "READS"),
        (PROMPT_NAMES, PROMPTS, "PROMPTS"),
    ],
    ids=["tools", "resources", "prompts"],
)
def test_the_table_has_them_all(registered: list[str], table: dict[str, Any], name: str) -> None:
    missing, gone = set(registered) - set(table), set(table) - set(registered)
    where = f"{name} of a module in tenants/tests/isolation/"
    assert not missing, f"Add to {where} how these are called: {sorted(missing)}"
    assert not gone, f"Remove from {where}, because they no longer exist: {sorted(gone)}"


def test_the_cache_keeps_tenants_apart(theirs: Theirs, tenant: Tenant) -> None:
    with use(theirs.tenant):
        cache.set("figures", SECRET)
        assert cache.get("figures") == SECRET
    with use(tenant):
        assert cache.get("figures") is None
    assert cache.get("figures") is None


@pytest.mark.parametrize("tool", CALLS)
async def test_tools(tool: str, mcp_client: ConnectMCP, theirs: Theirs, token: MCPToken) -> None:
    before = await rows_of(theirs.tenant)
    async with mcp_client(token) as client:
        assert SECRET not in await answer_of(client, tool, theirs)
    assert await rows_of(theirs.tenant) == before


@pytest.mark.parametrize("resource", READS)
async def test_resources(resource: str, mcp_client: ConnectMCP, theirs: Theirs, token: MCPToken) -> None:
    async with mcp_client(token) as client:
        try:
            answer = str(await client.read_resource(READS[resource](theirs)))
        except MCPError as error:
            answer = str(error)
    assert SECRET not in answer


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_prompts(prompt: str, mcp_client: ConnectMCP, theirs: Theirs, token: MCPToken) -> None:
    async with mcp_client(token) as client:
        try:
            answer = str(await client.get_prompt(prompt, PROMPTS[prompt](theirs)))
        except MCPError as error:
            answer = str(error)
    assert SECRET not in answer


@pytest.mark.parametrize(("component", "argument"), list(_completers))
async def test_completions(
    component: str, argument: str, mcp_client: ConnectMCP, theirs: Theirs, token: MCPToken
) -> None:
    """This tenant has no rows, so there is nothing to suggest."""
    reference: Any = (
        ResourceTemplateReference(type="ref/resource", uri=component)
        if "://" in component
        else PromptReference(type="ref/prompt", name=component)
    )
    async with mcp_client(token) as client:
        assert (await client.complete(reference, {"name": argument, "value": ""})).values == []


async def test_the_secret_is_there_to_be_found(mcp_client: ConnectMCP, theirs: Theirs, admin: User) -> None:
    """The same calls for the other tenant. Otherwise, the tests could look for a text that no row has."""
    token = await MCPToken.objects.acreate(user=admin, name="theirs", tenant=theirs.tenant)
    async with mcp_client(token) as client:
        telling = [tool for tool in CALLS if SECRET in await answer_of(client, tool, theirs)]
    assert len(telling) > len(CALLS) / 4


async def answer_of(client: Client[Any], tool: str, theirs: Theirs) -> str:
    result = await client.call_tool(tool, CALLS[tool](theirs), raise_on_error=False)
    return f"{result.content} {result.structured_content}"


@sync_to_async
def rows_of(tenant: Tenant) -> list[Any]:
    """Return all rows of `tenant`."""
    with use(tenant):
        rows = [list(model.objects.order_by("pk").values()) for model in tenant_models()]
    return [
        *rows,
        Tenant.objects.filter(pk=tenant.pk).values().get(),
        list(Membership.objects.filter(tenant=tenant).values()),
    ]
