"""docs/recipes/existing-django.md"""

import os
import re
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
    make_user = "User.objects.create_superuser('zoe', 'admin@example.com')"  # `shell` imports every model
    site.manage("shell", "--command", make_user)
    token = site.token()
    with serve(site, "mysite.mcp:app") as server:
        async with Client(server.mcp_url, auth=token) as client:
            assert (await client.call_tool("whoami")).structured_content["email"] == "admin@example.com"

    # Django's own user model lets several people have one address, or none.
    site.manage("shell", "--command", "for name in ('yves', 'x@example.com'): "
                "User.objects.create_user(name, 'admin@example.com')")  # fmt: skip
    assert token_for(site, "zoe").startswith("mcp_")
    assert "Several users have the address ADMIN@example.com" in token_for(site, "ADMIN@example.com")
    assert token_for(site, "x@example.com").startswith("mcp_")
    assert "No user signs in as nobody" in token_for(site, "nobody")


def token_for(site: Site, login: str) -> str:
    """What `create_mcp_token` prints, or says why not."""
    code = (
        "from django.core.management import CommandError, call_command\n"
        f"try: call_command('create_mcp_token', user={login!r}, name='laptop')\n"
        "except CommandError as error: print(error)"
    )
    return site.manage("shell", "--verbosity=0", "--command", code)


def test_the_page_has_every_setting(page: Page, bake_into: Bake, tmp_path: Path) -> None:
    """One that is missing is found when something reads it, perhaps after days."""
    new = bake_into(tmp_path, **ALL_OFF)
    read = {
        name
        for path in new.files()
        if re.fullmatch(r"mcp_server/(?!tests/).*\.py", path)
        for name in re.findall(r"\bsettings\.([A-Z_]+)\b", new.read(path))
    }
    of_django = {"ALLOWED_HOSTS", "AUTH_USER_MODEL", "BASE_DIR", "DEBUG", "TIME_ZONE"}
    given = set(re.findall(r"^([A-Z_]+) = ", page.text, re.MULTILINE))
    assert len(read) > 15
    assert read - of_django - given == set()
