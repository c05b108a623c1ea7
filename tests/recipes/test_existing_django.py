"""docs/recipes/existing-django.md"""

import os
import sys
from pathlib import Path

import pytest
from fastmcp import Client

from conftest import Bake
from recipes.conftest import Page, ServeRecipe
from testing.harness import ROOT, BakedProject, run
from testing.kept import cached
from testing.processes import Site

LTS = "django==5.2.19"
# The recipe expects that the project has its own base.html and log-in page.
BASE = (
    "{% block title %}{% endblock %}{% block head %}{% endblock %}{% block content %}{% endblock %}"
    "{% for message in messages %}{{ message }}{% endfor %}"
)
LOGIN = "{% extends 'base.html' %}{% block content %}{% csrf_token %}{{ form }}{% endblock %}"

# Prints a token for each of these users, or the reason why there is none.
MAKE_TOKENS = """
from django.core.management import CommandError, call_command
for name in ("yves", "x@example.com"):
    User.objects.create_user(name, "admin@example.com")
for login in ("zoe", "ADMIN@example.com", "x@example.com", "nobody"):
    try:
        call_command("create_mcp_token", user=login, name="laptop")
    except CommandError as error:
        print(error)
"""


@pytest.fixture(scope="session")
def lts() -> Path:
    """The folder with Django's LTS release, which is kept between test runs."""
    folder = ROOT / ".cache" / "recipes" / "lts"
    with cached(folder, Path(__file__)) as is_there:
        if not is_there:
            run(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", folder, LTS, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def existing(
    bake: Bake, everything: BakedProject, lts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """A project of `startproject`, after the recipe was followed."""
    page, folder = Page("existing-django"), tmp_path_factory.mktemp("existing")
    new = bake(example_app=False)
    python = everything.path / ".venv" / "bin" / "python"
    environment = {"PYTHONPATH": str(lts), "DEBUG": "True"}
    run(python, "-m", "django", "startproject", "mysite", cwd=folder, **environment)
    project = BakedProject(folder / "mysite")
    (project.path / "templates" / "registration").mkdir(parents=True)
    (project.path / "templates" / "base.html").write_text(BASE)
    (project.path / "templates" / "registration" / "login.html").write_text(LOGIN)
    append(project.path / "mysite" / "settings.py", 'TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]')
    append(
        project.path / "mysite" / "urls.py",
        "from django.urls import include\n"
        'urlpatterns += [path("accounts/", include("django.contrib.auth.urls"))]',
    )
    page.write_into(project.path)
    path = f"{python.parent}:{os.environ['PATH']}"
    project.run("bash", "-euc", page.shell(), NEW=str(new.path), PATH=path, **environment)
    return Site(project, python, environment)


def append(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text()}\n{text}\n")


@pytest.mark.anyio
async def test_another_project_takes_the_server_in(existing: Site, serve: ServeRecipe) -> None:
    site = existing
    assert (
        site.manage("shell", "--verbosity=0", "--command", "import django; print(django.VERSION[0])") == "5\n"
    )
    make_user = "User.objects.create_superuser('zoe', 'admin@example.com')"  # `shell` imports every model
    site.manage("shell", "--command", make_user)
    token = site.token()
    with serve(site, "mysite.mcp:app") as server:
        async with Client(server.mcp_url, auth=token) as client:
            assert (await client.call_tool("whoami")).structured_content["email"] == "admin@example.com"

    # With Django's own user model, several users can have the same address, or none.
    said = iter(site.manage("shell", "--verbosity=0", "--command", MAKE_TOKENS).splitlines())
    assert next(said).startswith("mcp_")
    assert "Several users have the address ADMIN@example.com" in next(said)
    assert next(said).startswith("mcp_")
    assert "No user signs in as nobody" in next(said)


# What happens between a request and a tool does not depend on Django's version. tests/generated runs these.
OF_THE_PROTOCOL = ["concurrency", "express", "request_size", "streams", "timeouts"]


def test_the_tests_come_along(existing: Site) -> None:
    existing.project.run(
        *(existing.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *(f"--ignore-glob=*/tests/runtime/*{name}*" for name in OF_THE_PROTOCOL),
        **existing.environment,
    )
