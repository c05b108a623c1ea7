"""docs/recipes/existing-django.md"""

import os
from pathlib import Path

import pytest
from fastmcp import Client

from conftest import Bake
from recipes.conftest import Page, ServeRecipe
from testing.harness import ALL_OFF, BakedProject, run
from testing.processes import Site


@pytest.mark.anyio
async def test_another_project_takes_the_server_in(
    page: Page, bake_into: Bake, python: Path, serve: ServeRecipe, tmp_path: Path
) -> None:
    new = bake_into(tmp_path / "new", **ALL_OFF)
    run(python, "-m", "django", "startproject", "mysite", cwd=tmp_path)
    project = BakedProject(tmp_path / "mysite")
    page.write_into(project.path)
    path = f"{python.parent}:{os.environ['PATH']}"
    project.run("bash", "-euc", page.shell(), NEW=str(new.path), PATH=path, DEBUG="True")

    site = Site(project, python, {"DEBUG": "True"})
    make_user = "from accounts.models import User; User.objects.create_superuser('zoe', 'admin@example.com')"
    site.manage("shell", "--command", make_user)
    token = site.token()
    with serve(site, MCP_BROWSER_ORIGINS="https://chat.example.com") as server:
        async with Client(server.mcp_url, auth=token) as client:
            assert (await client.call_tool("whoami")).structured_content["email"] == "admin@example.com"
