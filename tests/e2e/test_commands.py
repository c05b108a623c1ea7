"""Commands of the generated project, as a developer types them."""

from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client

from conftest import Bake
from testing.harness import ALL_ON, BakedProject
from testing.processes import Site

JOIN = """
from accounts.models import User
from tenants.models import Membership, Tenant
Membership.objects.create(tenant=Tenant.objects.get(), user=User.objects.get())
"""


@pytest.mark.anyio
async def test_a_token_is_limited_to_its_tools_and_dies_when_revoked(site: Site) -> None:
    token = site.token("--tools=whoami")
    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=token) as client:
            assert [tool.name for tool in await client.list_tools()] == ["whoami"]
            assert (await client.call_tool("whoami")).data.email == "admin@example.com"
        assert token not in site.manage("list_mcp_tokens")
        site.manage("revoke_mcp_token", token)
        response = httpx2.post(server.mcp_url, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.anyio
async def test_a_project_made_without_hooks_serves(
    bake_into: Bake, everything: BakedProject, tmp_path: Path
) -> None:
    """Such a project has no `.env`, only environment variables. It has the files of all options."""
    project = bake_into(tmp_path, accept_hooks=False, **ALL_ON)
    assert not (project.path / ".env").exists()
    environment = {"SECRET_KEY": "a key for a test, and longer than fifty characters to be accepted"}
    site = Site(project, everything.path / ".venv/bin/python", environment).prepare()
    site.manage("create_demo_data")
    site.manage("shell", "--command", JOIN)
    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=site.token()) as client:
            assert (await client.call_tool("add_numbers", {"a": 1, "b": 2})).data == 3
